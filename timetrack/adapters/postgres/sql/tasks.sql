-- fragment: task
id, description, created_by, version, created_at, updated_at

-- name: add
INSERT INTO tasks (description, created_by) VALUES (%(description)s, %(created_by)s)
RETURNING {task};

-- name: get
-- shared: by the task's key.
SELECT {task}
FROM tasks
WHERE id = %(id)s AND deleted_at IS NULL;

-- name: creator
-- shared: by the task's key.
SELECT created_by FROM tasks WHERE id = %(id)s;

-- name: lock_exclusive
-- FOR UPDATE waits for the starts that hold the task FOR KEY SHARE, and makes new ones wait.
SELECT {task}
FROM tasks
WHERE id = %(id)s AND deleted_at IS NULL
FOR UPDATE;

-- name: lock_shared
-- FOR KEY SHARE, as a start takes it: many hold a task at once, and a deletion waits for them.
SELECT id FROM tasks WHERE id = %(id)s AND deleted_at IS NULL FOR KEY SHARE;

-- name: list
-- The pattern comes escaped, so that every character means itself.
SELECT {task}
FROM tasks
WHERE deleted_at IS NULL
    AND id > %(after)s
    AND (%(description)s::text IS NULL OR description ILIKE %(description)s)
ORDER BY id
LIMIT %(limit)s;

-- name: save
UPDATE tasks SET description = %(description)s, version = version + 1, updated_at = wall_clock()
WHERE id = %(id)s
RETURNING {task};

-- name: delete
UPDATE tasks SET deleted_at = wall_clock(), version = version + 1, updated_at = wall_clock() WHERE id = %(id)s;
