-- name: add
INSERT INTO tokens (user_id, digest, expires_at)
VALUES (%(user_id)s, %(digest)s, clock_timestamp() + make_interval(secs => %(lifetime)s));

-- name: caller
SELECT users.id AS user_id, users.role, tokens.id AS token_id
FROM tokens
JOIN users ON users.id = tokens.user_id
WHERE tokens.digest = %(digest)s AND tokens.expires_at > clock_timestamp() AND users.erased_at IS NULL;

-- name: caller_of_user
SELECT id AS user_id, role, NULL::bigint AS token_id FROM users WHERE id = %(user_id)s AND erased_at IS NULL;

-- name: revoke_all_of
DELETE FROM tokens WHERE user_id = %(user_id)s;
