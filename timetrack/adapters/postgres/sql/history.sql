-- fragment: time_entry_version
time_entry_id, version, action, user_id, task_id, lane, start_at AS start, end_at AS "end", description, created_at,
changed_at, changed_by, token_id, request_id

-- name: owner
-- shared: by the entry's key.
-- An entry never changes hands, so its first version tells.
SELECT user_id FROM time_entry_history WHERE time_entry_id = %(id)s ORDER BY version LIMIT 1;

-- name: version
SELECT {time_entry_version}
FROM time_entry_history
WHERE time_entry_id = %(id)s AND version = %(version)s;

-- name: list
-- shared: a page, in the order of an index.
SELECT {time_entry_version}
FROM time_entry_history
WHERE time_entry_id = %(id)s AND version > %(after)s
ORDER BY version
LIMIT %(limit)s;
