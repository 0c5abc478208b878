DROP FUNCTION stop_timer_once(text, text, bytea, bigint, bigint, text, bigint, timestamptz);
DROP FUNCTION start_timer_once(text, text, bytea, bigint, bigint, text, bigint, timestamptz, text, boolean);
DROP FUNCTION kept_timer_outcome(text, text, bytea);
DROP FUNCTION entries_in_the_way(bigint, bigint, timestamptz, timestamptz, bigint);
DROP FUNCTION stop_timer(bigint, bigint, text, bigint, timestamptz);
DROP FUNCTION start_timer(bigint, bigint, text, bigint, timestamptz, text, boolean);
DROP FUNCTION claim_idempotency_key(text, text, bytea);
DROP TABLE idempotency_keys;
DROP TYPE timer_outcome;
