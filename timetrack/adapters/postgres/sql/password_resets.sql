-- name: add
-- The transaction holds the user's row, so nobody else writes theirs.
INSERT INTO password_resets (user_id, digest, expires_at)
VALUES (%(user_id)s, %(digest)s, wall_clock() + make_interval(secs => %(seconds)s))
RETURNING id, user_id, expires_at;

-- name: user_of
SELECT user_id FROM password_resets WHERE digest = %(digest)s AND expires_at > wall_clock();

-- name: take
DELETE FROM password_resets WHERE digest = %(digest)s AND expires_at > wall_clock() RETURNING user_id;

-- name: end_of
DELETE FROM password_resets WHERE user_id = %(user_id)s;
