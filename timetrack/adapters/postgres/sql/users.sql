-- fragment: user
id, national_id, surname, name, patronymic, address, profile, role, active, time_zone, timers, version, created_at,
updated_at

-- name: add
-- users_national_id_key lets one of several registrations win: do not check first.
INSERT INTO users (national_id, surname, name, patronymic, address, profile, role, password_hash)
VALUES (%(national_id)s, %(surname)s, %(name)s, %(patronymic)s, %(address)s, %(profile)s, 'member', %(password_hash)s)
RETURNING {user};

-- name: promote_first
-- Only the first user finds the place free; of two at once the second waits here for the first.
WITH first AS (
    UPDATE installation SET first_user_id = %(id)s WHERE first_user_id IS NULL RETURNING first_user_id
)
UPDATE users SET role = 'admin' FROM first WHERE users.id = first.first_user_id
RETURNING {user};

-- name: get
-- shared: by the user's key.
SELECT {user}
FROM users
WHERE id = %(id)s AND erased_at IS NULL;

-- name: lock_exclusive
-- Not FOR UPDATE: that would also make whoever only refers to the user wait.
SELECT {user}
FROM users
WHERE id = %(id)s AND erased_at IS NULL
FOR NO KEY UPDATE;

-- name: lock_owner
-- As lock_exclusive, but the hours of an erased user are still somebody's: their row is what writes of them wait at.
SELECT CASE WHEN erased_at IS NOT NULL THEN 'erased' WHEN active THEN 'active' ELSE 'left' END AS standing
FROM users
WHERE id = %(id)s
FOR NO KEY UPDATE;

-- name: lock_admins
-- The installation's row stands for "who is admin": of two that leave at once, the second sees that the first is gone.
SELECT only_row FROM installation FOR UPDATE;

-- name: admins
SELECT id FROM users WHERE role = 'admin' AND erased_at IS NULL AND active;

-- name: list
-- The patterns come escaped, so that every character means itself.
SELECT {user}
FROM users
WHERE erased_at IS NULL
    AND id > %(after)s
    AND (%(only)s::bigint IS NULL OR id = %(only)s)
    AND (%(national_id)s::text IS NULL OR national_id LIKE %(national_id)s)
    AND (%(surname)s::text IS NULL OR surname ILIKE %(surname)s)
    AND (%(name)s::text IS NULL OR name ILIKE %(name)s)
    AND (%(patronymic)s::text IS NULL OR patronymic ILIKE %(patronymic)s)
    AND (%(address)s::text IS NULL OR address ILIKE %(address)s)
    AND (%(active)s::boolean IS NULL OR active = %(active)s)
ORDER BY id
LIMIT %(limit)s;

-- name: save
-- People-info is asked anew of another national ID, and at once.
UPDATE users
SET national_id = %(national_id)s,
    profile_attempts = CASE national_id WHEN %(national_id)s THEN profile_attempts ELSE 0 END,
    profile_next_try_at = CASE national_id WHEN %(national_id)s THEN profile_next_try_at ELSE clock_timestamp() END,
    surname = %(surname)s, name = %(name)s, patronymic = %(patronymic)s, address = %(address)s,
    profile = %(profile)s, role = %(role)s, active = %(active)s, time_zone = %(time_zone)s, timers = %(timers)s,
    version = version + 1, updated_at = wall_clock()
WHERE id = %(id)s
RETURNING {user};

-- name: erase
UPDATE users
SET national_id = NULL, surname = '', name = '', patronymic = NULL, address = '', password_hash = NULL,
    version = version + 1, updated_at = wall_clock(), erased_at = wall_clock()
WHERE id = %(id)s;

-- name: erase_kept_answers
-- Locked is only what somebody else deletes, as it has expired. Who does that for a key may wait for this user next, so
-- to wait for them here would be a deadlock.
WITH theirs AS MATERIALIZED (
    SELECT owner, key FROM idempotency_keys
    WHERE owner = 'user:' || %(id)s::bigint OR shows = %(id)s::bigint
    FOR UPDATE SKIP LOCKED
)
DELETE FROM idempotency_keys USING theirs
WHERE idempotency_keys.owner = theirs.owner AND idempotency_keys.key = theirs.key;

-- name: is_erased
-- shared: by the user's key.
SELECT erased_at IS NOT NULL AS erased FROM users WHERE id = %(id)s;

-- name: time_zone
-- shared: by the user's key.
SELECT time_zone FROM users WHERE id = %(id)s;

-- name: credentials
-- Whoever has left is as unknown as one who never was, and so is told nothing by the time that it takes.
SELECT id AS user_id, password_hash FROM users WHERE national_id = %(national_id)s AND active;

-- name: set_password
-- The version stays: nothing that the user's record shows has changed.
UPDATE users SET password_hash = %(new)s
WHERE id = %(user_id)s AND password_hash = %(password_hash)s
RETURNING id;

-- name: replace_password
UPDATE users SET password_hash = %(password_hash)s WHERE id = %(id)s AND erased_at IS NULL;

-- name: role_changes
SELECT user_id, old_role, new_role, changed_at, changed_by, token_id, request_id FROM role_changes ORDER BY id;

-- name: is_first
SELECT users.id FROM users JOIN installation ON installation.first_user_id = users.id
WHERE users.national_id = %(national_id)s;

-- name: any_ever_registered
SELECT first_user_id IS NOT NULL AS anybody FROM installation;

-- name: claim_pending
-- Each claim puts the next try off, twice as long each time and by chance, so a claim that is lost is tried again.
UPDATE users
SET profile_attempts = profile_attempts + 1,
    profile_next_try_at = clock_timestamp()
        + least(2 ^ least(profile_attempts, 12), 3600) * (0.5 + random()) * interval '1 second'
WHERE id = coalesce((
    SELECT id FROM users
    WHERE profile = 'pending' AND erased_at IS NULL AND profile_next_try_at <= clock_timestamp()
    ORDER BY profile_next_try_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
), (
    -- Further off than any try is put: that was done while the clock was ahead.
    SELECT id FROM users
    WHERE profile = 'pending' AND erased_at IS NULL AND profile_next_try_at > clock_timestamp() + interval '2 hours'
    ORDER BY profile_next_try_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
))
RETURNING {user};
