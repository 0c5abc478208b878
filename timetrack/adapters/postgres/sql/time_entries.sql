-- name: start
-- One round trip, one transaction: migration 0003 has the function and says why it is right under READ COMMITTED.
SELECT * FROM start_timer(
    %(user_id)s, %(token_id)s, %(request_id)s, %(task_id)s, %(start)s, %(description)s, %(switch)s
);

-- name: start_once
-- The same with an idempotency key, which is kept in the same transaction.
SELECT * FROM start_timer_once(
    %(owner)s, %(key)s, %(fingerprint)s,
    %(user_id)s, %(token_id)s, %(request_id)s, %(task_id)s, %(start)s, %(description)s, %(switch)s
);

-- name: stop
SELECT * FROM stop_timer(%(user_id)s, %(token_id)s, %(request_id)s, %(task_id)s, %(end)s);

-- name: stop_once
SELECT * FROM stop_timer_once(
    %(owner)s, %(key)s, %(fingerprint)s, %(user_id)s, %(token_id)s, %(request_id)s, %(task_id)s, %(end)s
);

-- name: stop_all_of
-- The transaction holds the user's row, so the clock is not behind any of the user's entries but one set back.
UPDATE time_entries
SET end_at = greatest(start_at, wall_clock()), version = version + 1, updated_at = wall_clock()
WHERE user_id = %(user_id)s AND end_at IS NULL;

-- name: lock_users_on
-- Always in the order of their ids, so that two that lock several users cannot wait for each other.
SELECT id FROM users
WHERE id IN (SELECT user_id FROM time_entries WHERE task_id = %(task_id)s AND end_at IS NULL)
ORDER BY id
FOR NO KEY UPDATE;

-- name: stop_all_on
UPDATE time_entries
SET end_at = greatest(start_at, wall_clock()), version = version + 1, updated_at = wall_clock()
WHERE task_id = %(task_id)s AND end_at IS NULL;
