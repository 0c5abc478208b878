-- fragment: time_entry
-- The clock stands in a subquery, so that it is read once for all rows.
id, user_id, task_id, lane, start_at AS start, end_at AS "end", description, version, created_at, updated_at,
(SELECT wall_clock()) AS as_of

-- fragment: ended_now
-- The transaction holds the user's row, so the clock is not behind any of the user's entries but one set back.
end_at = greatest(start_at, wall_clock()), version = version + 1, updated_at = wall_clock()

-- name: start
-- Over a connection of its own, where it may wait for a lock; over a shared one it goes as a batch, be it of one.
-- One round trip, one transaction: docs/schema.sql has the function, and why it is right under READ COMMITTED.
SELECT * FROM start_timer_if_active(
    %(user_id)s, %(token_id)s, %(request_id)s, %(task_id)s, %(start)s, %(description)s, %(switch)s
);

-- name: start_once
-- The same with an idempotency key, which is kept in the same transaction.
SELECT * FROM start_timer_if_active_once(
    %(owner)s, %(key)s, %(fingerprint)s,
    %(user_id)s, %(token_id)s, %(request_id)s, %(task_id)s, %(start)s, %(description)s, %(switch)s
);

-- name: stop
SELECT * FROM stop_timer(%(user_id)s, %(token_id)s, %(request_id)s, %(task_id)s, %(end)s);

-- name: stop_once
SELECT * FROM stop_timer_once(
    %(owner)s, %(key)s, %(fingerprint)s, %(user_id)s, %(token_id)s, %(request_id)s, %(task_id)s, %(end)s
);

-- name: start_batch
-- shared: waits for no lock.
-- Starts in one transaction. Those whose rows another transaction holds have no row here; OFFSET 0 has each take its
-- rows before it starts.
SELECT asked.place, outcome.*
FROM (
    SELECT * FROM json_to_recordset(%(asked)s::json) AS asked (
        place integer, user_id bigint, token_id bigint, request_id text, task_id bigint,
        start timestamptz, description text, switch boolean
    )
    WHERE lock_task_and_user_if_free(task_id, user_id)
    OFFSET 0
) AS asked
CROSS JOIN LATERAL start_timer_if_active(
    asked.user_id, asked.token_id, asked.request_id, asked.task_id, asked.start, asked.description, asked.switch
) AS outcome;

-- name: start_once_batch
-- shared: as start_batch.
SELECT asked.place, outcome.*
FROM (
    SELECT * FROM json_to_recordset(%(asked)s::json) AS asked (
        place integer, owner text, key text, fingerprint text, user_id bigint, token_id bigint, request_id text,
        task_id bigint, start timestamptz, description text, switch boolean
    )
    WHERE lock_task_and_user_if_free(task_id, user_id)
    OFFSET 0
) AS asked
CROSS JOIN LATERAL start_timer_if_active_once(
    asked.owner, asked.key, decode(asked.fingerprint, 'hex'),
    asked.user_id, asked.token_id, asked.request_id, asked.task_id, asked.start, asked.description, asked.switch
) AS outcome;

-- name: stop_batch
-- shared: as start_batch.
SELECT asked.place, outcome.*
FROM (
    SELECT * FROM json_to_recordset(%(asked)s::json) AS asked (
        place integer, user_id bigint, token_id bigint, request_id text, task_id bigint, "end" timestamptz
    )
    WHERE lock_user_if_free(user_id)
    OFFSET 0
) AS asked
CROSS JOIN LATERAL stop_timer(
    asked.user_id, asked.token_id, asked.request_id, asked.task_id, asked."end"
) AS outcome;

-- name: stop_once_batch
-- shared: as start_batch.
SELECT asked.place, outcome.*
FROM (
    SELECT * FROM json_to_recordset(%(asked)s::json) AS asked (
        place integer, owner text, key text, fingerprint text, user_id bigint, token_id bigint, request_id text,
        task_id bigint, "end" timestamptz
    )
    WHERE lock_user_if_free(user_id)
    OFFSET 0
) AS asked
CROSS JOIN LATERAL stop_timer_once(
    asked.owner, asked.key, decode(asked.fingerprint, 'hex'),
    asked.user_id, asked.token_id, asked.request_id, asked.task_id, asked."end"
) AS outcome;

-- name: now
SELECT wall_clock() AS now;

-- name: get
-- shared: by the entry's key.
SELECT {time_entry}
FROM time_entries
WHERE id = %(id)s;

-- name: list
-- shared: a page, in the order of an index.
-- Read in the order of time_entries_user_start_idx, so a page costs what it holds. What reaches into the range from
-- before, at most one entry for each lane, says where to end; it is found by time_entries_overlap_excl, which knows
-- no smaller integers than bigint. The end of the range and the page before are one bound: of two, the scan would
-- begin at either, and step over the rest. An entry of no length overlaps no range, but may start in one.
WITH reaching AS MATERIALIZED (
    SELECT start_at FROM time_entries
    WHERE user_id = %(user_id)s::bigint AND tstzrange(start_at, end_at) @> %(start)s::timestamptz
)
SELECT {time_entry}
FROM time_entries
WHERE user_id = %(user_id)s
    AND start_at >= coalesce((SELECT min(start_at) FROM reaching), %(start)s, '-infinity')
    AND (start_at, id) < (
        least(%(after_start)s::timestamptz, %(end)s::timestamptz, 'infinity'),
        CASE WHEN %(after_start)s < coalesce(%(end)s, 'infinity') THEN %(after_id)s::bigint ELSE 0 END
    )
    AND (%(start)s IS NULL OR start_at >= %(start)s OR end_at IS NULL OR end_at > %(start)s)
    AND coalesce(%(start)s < %(end)s, true)
    AND (%(task_id)s::bigint IS NULL OR task_id = %(task_id)s)
    AND (end_at IS NOT NULL OR NOT %(ended)s)
ORDER BY start_at DESC, id DESC
LIMIT %(limit)s;

-- name: list_running
-- shared: the timers of one user, by an index.
-- The timers alone, found by time_entries_running_key: above they would be looked for among all of the user's entries.
SELECT {time_entry}
FROM time_entries
WHERE user_id = %(user_id)s
    AND end_at IS NULL
    AND (start_at, id) < (coalesce(%(after_start)s::timestamptz, 'infinity'), coalesce(%(after_id)s::bigint, 0))
    AND (%(end)s::timestamptz IS NULL OR start_at < %(end)s)
    AND coalesce(%(start)s::timestamptz < %(end)s, true)
    AND (%(task_id)s::bigint IS NULL OR task_id = %(task_id)s)
ORDER BY start_at DESC, id DESC
LIMIT %(limit)s;

-- name: find_running
SELECT id FROM time_entries WHERE user_id = %(user_id)s AND lane = %(lane)s AND end_at IS NULL;

-- name: overlapping
SELECT entries_in_the_way(%(user_id)s, %(lane)s, %(start)s, %(end)s, %(but)s) AS ids;

-- name: add
-- The constraints are the backstop: the transaction has the user's lock, and has looked what is in the way.
INSERT INTO time_entries (user_id, task_id, lane, start_at, end_at, description)
VALUES (%(user_id)s, %(task_id)s, %(lane)s, %(start)s, %(end)s, %(description)s)
RETURNING {time_entry};

-- name: save
UPDATE time_entries
SET task_id = %(task_id)s, lane = %(lane)s, start_at = %(start)s, end_at = %(end)s, description = %(description)s,
    version = version + 1, updated_at = wall_clock()
WHERE id = %(id)s
RETURNING {time_entry};

-- name: delete
DELETE FROM time_entries WHERE id = %(id)s;

-- name: exists
SELECT id FROM time_entries WHERE id = %(id)s;

-- name: set_restoring
-- While it is `yes`, the trigger calls what is written restored.
SELECT set_config('timetrack.restoring', %(restoring)s, true);

-- name: restore_deleted
-- What was deleted comes back under its id, behind the version that says so.
INSERT INTO time_entries (id, user_id, task_id, lane, start_at, end_at, description, version, created_at)
SELECT %(id)s, %(user_id)s, %(task_id)s, %(lane)s, %(start)s, %(end)s, %(description)s, max(version) + 1, %(created_at)s
FROM time_entry_history
WHERE time_entry_id = %(id)s
RETURNING {time_entry};

-- name: stop_all_of_user
UPDATE time_entries
SET {ended_now}
WHERE user_id = %(user_id)s AND end_at IS NULL;

-- name: lock_users_timing_task
-- Always in the order of their ids, so that two that lock several users cannot wait for each other.
SELECT id FROM users
WHERE id IN (SELECT user_id FROM time_entries WHERE task_id = %(task_id)s AND end_at IS NULL)
ORDER BY id
FOR NO KEY UPDATE;

-- name: stop_all_on_task
UPDATE time_entries
SET {ended_now}
WHERE task_id = %(task_id)s AND end_at IS NULL;
