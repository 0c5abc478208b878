-- name: take_lease
-- Of several servers at once one finds it free; the others wait for its row and then find it taken. One that would be
-- held for far longer than it is ever taken for was taken while the clock was ahead, and is free.
UPDATE leases SET held_until = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE
    name = %(name)s
    AND held_until NOT BETWEEN clock_timestamp() AND clock_timestamp() + 4 * make_interval(secs => %(seconds)s)
RETURNING held_until;

-- name: extend_lease
-- By its end a holder knows the lease for its own: whoever takes it afterwards sets another one.
UPDATE leases SET held_until = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE name = %(name)s AND held_until = %(held_until)s
RETURNING held_until;

-- name: give_back_lease
UPDATE leases SET held_until = '-infinity' WHERE name = %(name)s AND held_until = %(held_until)s;

-- name: erase_text
SELECT erase_text(%(batch)s) AS number;

-- name: sweep_tokens
-- Each sweep is of a bounded batch, so that none holds rows for long. MATERIALIZED is what bounds it: as the subquery of
-- an IN, the SELECT may be run anew for every row of the table, and finds another batch each time. Rows are deleted by
-- their keys, as a row that was changed since the statement began is no longer where its ctid points.
WITH expired AS MATERIALIZED (
    SELECT id FROM tokens WHERE expires_at <= clock_timestamp() LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), swept AS (
    DELETE FROM tokens USING expired WHERE tokens.id = expired.id RETURNING tokens.id
)
SELECT count(*) AS number FROM swept;

-- name: sweep_failed_sign_ins
WITH forgiven AS MATERIALIZED (
    SELECT subject FROM failed_sign_ins WHERE forgiven_at <= clock_timestamp() LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), swept AS (
    DELETE FROM failed_sign_ins USING forgiven
    WHERE failed_sign_ins.subject = forgiven.subject
    RETURNING failed_sign_ins.subject
)
SELECT count(*) AS number FROM swept;

-- name: sweep_idempotency_keys
WITH expired AS MATERIALIZED (
    SELECT owner, key FROM idempotency_keys
    WHERE created_at < clock_timestamp() - interval '24 hours'
    LIMIT %(batch)s
    FOR UPDATE SKIP LOCKED
), swept AS (
    DELETE FROM idempotency_keys USING expired
    WHERE idempotency_keys.owner = expired.owner AND idempotency_keys.key = expired.key
    RETURNING idempotency_keys.key
)
SELECT count(*) AS number FROM swept;
