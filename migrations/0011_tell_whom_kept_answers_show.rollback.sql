DROP INDEX idempotency_keys_shows_idx;
ALTER TABLE idempotency_keys DROP COLUMN shows;
