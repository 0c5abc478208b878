-- name: take_lease
-- Of several servers at once one finds it free; the others wait for its row and then find it taken.
UPDATE leases SET held_until = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE name = %(name)s AND held_until <= clock_timestamp()
RETURNING name;

-- name: sweep_tokens
WITH swept AS (
    DELETE FROM tokens
    WHERE id IN (
        SELECT id FROM tokens WHERE expires_at <= clock_timestamp() LIMIT %(batch)s FOR UPDATE SKIP LOCKED
    )
    RETURNING id
)
SELECT count(*) AS number FROM swept;

-- name: sweep_failed_sign_ins
WITH swept AS (
    DELETE FROM failed_sign_ins
    WHERE subject IN (
        SELECT subject FROM failed_sign_ins WHERE forgiven_at <= clock_timestamp() LIMIT %(batch)s FOR UPDATE SKIP LOCKED
    )
    RETURNING subject
)
SELECT count(*) AS number FROM swept;

-- name: sweep_idempotency_keys
-- A bounded batch, so that no sweep holds rows for long.
WITH swept AS (
    DELETE FROM idempotency_keys
    WHERE (owner, key) IN (
        SELECT owner, key FROM idempotency_keys
        WHERE created_at < clock_timestamp() - interval '24 hours'
        LIMIT %(batch)s
        FOR UPDATE SKIP LOCKED
    )
    RETURNING key
)
SELECT count(*) AS number FROM swept;
