-- fragment: use_is_news
-- A use within a minute of the last one is not written: most requests would write a row else.
tokens.last_used_at < clock_timestamp() - interval '1 minute'

-- name: add
-- The password is compared once more, and the user's row held: else a sign-in that began before a change of the
-- password could leave a token behind after it.
INSERT INTO tokens (user_id, digest, expires_at, idle_lifetime)
SELECT id, %(digest)s, clock_timestamp() + make_interval(secs => %(absolute)s), make_interval(secs => %(idle)s)
FROM users
WHERE id = %(user_id)s AND password_hash = %(password_hash)s AND active
FOR SHARE
RETURNING id;

-- name: caller
-- shared: by the token's key.
SELECT users.id AS user_id, users.role, tokens.id AS token_id,
    {use_is_news} AS use_is_news
FROM tokens
JOIN users ON users.id = tokens.user_id
WHERE tokens.digest = %(digest)s
    AND tokens.expires_at > clock_timestamp()
    AND (tokens.idle_lifetime IS NULL OR tokens.last_used_at + tokens.idle_lifetime > clock_timestamp())
    AND users.erased_at IS NULL
    AND users.active;

-- name: note_use
-- shared: by the token's key, and only if no other transaction has its row: the next use is noted as well.
UPDATE tokens SET last_used_at = clock_timestamp()
WHERE id = (SELECT id FROM tokens WHERE id = %(id)s AND {use_is_news} FOR NO KEY UPDATE SKIP LOCKED);

-- name: caller_of_user
-- shared: by the user's key.
SELECT id AS user_id, role, NULL::bigint AS token_id, false AS use_is_news
FROM users
WHERE id = %(user_id)s AND erased_at IS NULL AND active;

-- name: role_now
SELECT role
FROM users
WHERE id = %(user_id)s
    AND erased_at IS NULL
    AND active
    AND (
        %(token_id)s::bigint IS NULL
        OR EXISTS (SELECT FROM tokens WHERE id = %(token_id)s AND expires_at > clock_timestamp())
    );

-- name: revoke
DELETE FROM tokens WHERE digest = %(digest)s;

-- name: revoke_all_of
DELETE FROM tokens WHERE user_id = %(user_id)s;
