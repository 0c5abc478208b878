-- name: by_task
-- The overlap operator on (user_id, range) is answered by time_entries_overlap_excl: no entry outside is read.
-- A running timer's range has no end; it is counted up to `as_of`, or not at all if it has not begun by then.
WITH clock AS MATERIALIZED (SELECT least(wall_clock(), %(end)s::timestamptz) AS as_of),
clipped AS (
    SELECT task_id, greatest(start_at, %(start)s) AS start_at,
        least(coalesce(end_at, (SELECT as_of FROM clock)), %(end)s) AS end_at
    FROM time_entries
    WHERE user_id = %(user_id)s AND tstzrange(start_at, end_at) && tstzrange(%(start)s, %(end)s)
),
summed AS (
    SELECT task_id, sum(end_at - start_at) AS duration, count(*) AS entries
    FROM clipped
    WHERE end_at > start_at
    GROUP BY task_id
)
SELECT clock.as_of, summed.task_id, tasks.description, summed.duration, summed.entries
FROM clock
LEFT JOIN summed ON true
LEFT JOIN tasks ON tasks.id = summed.task_id
ORDER BY summed.duration DESC, summed.task_id;
