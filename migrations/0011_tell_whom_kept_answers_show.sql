-- The answers that are kept under idempotency keys show people: with an erasure they have to go.
-- Without a foreign key, which would lock the user's row for each answer; the erasure takes what refers to it.
ALTER TABLE idempotency_keys ADD COLUMN shows bigint;
-- Not CONCURRENTLY: the column is new, so the index is empty, and made by one look at the keys of 24 hours.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX idempotency_keys_shows_idx ON idempotency_keys (shows) WHERE shows IS NOT NULL;

COMMENT ON COLUMN idempotency_keys.shows IS
    'The user whom the answer shows; an erasure of the user deletes it. Answers to a user are found by the owner.';

-- Answers from before this do not tell whom they show. They stay, or a retry over the upgrade would be done twice, and
-- are gone within 24 hours.
