-- name: sum
-- shared: of one user; what is asked of many is not.
-- The overlap operator on (user_id, range) is answered by time_entries_overlap_excl: no entry outside is read, and
-- the cost is one search for each user asked for, and the entries found. That rests on three things:
-- * user ids are bigint. GiST knows no comparison with a smaller integer, as which the driver would send a small
--   number, and without one all entries of the user are read;
-- * OFFSET 0 keeps the search for each user apart, and so from becoming a join that reads the whole table;
-- * tasks and users are looked up by an array of ids, of which the planner expects few, whatever it expects of rows:
--   so it takes their primary keys, and reads neither all tasks for each report nor a small table for each row.
-- A running timer's range has no end; it is counted up to `as_of`, or not at all if it has not begun by then.
-- `cuts` begins with the range's start, so every entry found has a piece; numbers are those of arrays, from 1. The
-- last piece has no cut behind it, and least() passes over its NULL. The order of the columns counts.
WITH clock AS MATERIALIZED (SELECT least(wall_clock(), %(end)s::timestamptz) AS as_of),
asked AS (
    SELECT unnest(%(user_ids)s::bigint[]) AS user_id
    UNION ALL
    SELECT id FROM users WHERE %(user_ids)s::bigint[] IS NULL
),
clipped AS (
    SELECT asked.user_id, found.task_id, found.start_at, found.end_at
    FROM asked CROSS JOIN LATERAL (
        SELECT task_id, greatest(start_at, %(start)s) AS start_at,
            least(coalesce(end_at, (SELECT as_of FROM clock)), %(end)s) AS end_at
        FROM time_entries
        WHERE time_entries.user_id = asked.user_id
            AND tstzrange(start_at, end_at) && tstzrange(%(start)s, %(end)s)
            AND (%(task_ids)s::bigint[] IS NULL OR task_id = ANY (%(task_ids)s::bigint[]))
        OFFSET 0
    ) AS found
    WHERE found.end_at > found.start_at
),
split AS (
    SELECT user_id, task_id, start_at, end_at, generate_series(
        width_bucket(start_at, %(cuts)s::timestamptz[]),
        width_bucket(end_at - interval '1 second', %(cuts)s::timestamptz[])
    ) AS piece
    FROM clipped
),
summed AS (
    SELECT piece,
        CASE WHEN %(by_task)s THEN task_id END AS task_id,
        CASE WHEN %(by_user)s THEN user_id END AS user_id,
        sum(
            least(end_at, (%(cuts)s::timestamptz[])[piece + 1]) - greatest(start_at, (%(cuts)s::timestamptz[])[piece])
        ) AS duration,
        count(*) AS entries
    FROM split
    GROUP BY 1, 2, 3
),
described AS (SELECT id, description FROM tasks WHERE id = ANY (ARRAY(SELECT DISTINCT task_id FROM summed))),
named AS (SELECT id, surname, name FROM users WHERE id = ANY (ARRAY(SELECT DISTINCT user_id FROM summed)))
SELECT clock.as_of, summed.piece - 1 AS piece, summed.duration, summed.entries,
    summed.task_id, described.description, summed.user_id, named.surname, named.name
FROM clock
LEFT JOIN summed ON true
LEFT JOIN described ON described.id = summed.task_id
LEFT JOIN named ON named.id = summed.user_id
ORDER BY summed.piece, summed.duration DESC, summed.user_id, summed.task_id
LIMIT %(limit)s;

-- name: timeline
-- As above: bigint, for the index. OFFSET 0, lest an index in the order asked for reads the user's every entry.
WITH clock AS MATERIALIZED (SELECT wall_clock() AS as_of),
found AS (
    SELECT id, task_id, start_at, end_at, description, version, created_at, updated_at
    FROM time_entries
    WHERE user_id = %(user_id)s::bigint AND tstzrange(start_at, end_at) && tstzrange(%(start)s, %(end)s)
    OFFSET 0
),
described AS (SELECT id, description FROM tasks WHERE id = ANY (ARRAY(SELECT DISTINCT task_id FROM found)))
SELECT clock.as_of, found.id, found.task_id,
    described.description AS task_description,
    found.start_at, found.end_at, found.description, found.version, found.created_at, found.updated_at
FROM clock
LEFT JOIN found ON true
LEFT JOIN described ON described.id = found.task_id
ORDER BY found.start_at, found.id
LIMIT %(limit)s;
