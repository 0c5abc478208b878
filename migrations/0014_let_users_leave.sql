-- Who has left the company signs in no more, has no tokens and no running timers; the name and the hours stay.
ALTER TABLE users ADD COLUMN active boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN users.active IS 'Whether the user may sign in; who has left has no tokens and no running timers.';

CREATE FUNCTION start_timer_if_active(
    p_user_id bigint,
    p_token_id bigint,
    p_request_id text,
    p_task_id bigint,
    p_start timestamptz,
    p_description text,
    p_switch boolean
) RETURNS timer_outcome
    LANGUAGE plpgsql VOLATILE
    AS $$
    DECLARE
        result timer_outcome;
        users_timers text;
        running record;
    BEGIN
        result.replayed := false;
        result.request_id := p_request_id;
        PERFORM FROM tasks WHERE id = p_task_id AND deleted_at IS NULL FOR KEY SHARE;
        IF NOT FOUND THEN
            result.outcome := 'task_not_found';
            RETURN result;
        END IF;
        SELECT timers INTO users_timers FROM users
            WHERE id = p_user_id AND erased_at IS NULL AND active FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            result.outcome := 'user_not_found';
            RETURN result;
        END IF;
        result.as_of := wall_clock();
        IF p_start > result.as_of + interval '2 minutes' THEN
            result.outcome := 'start_in_future';
            RETURN result;
        END IF;
        result.start_at := least(date_trunc('second', p_start), result.as_of);
        result.lane := CASE users_timers WHEN 'single' THEN 0 ELSE p_task_id END;
        SELECT id, start_at INTO running FROM time_entries
            WHERE user_id = p_user_id AND lane = result.lane AND end_at IS NULL;
        IF FOUND AND NOT p_switch THEN
            result.outcome := 'timer_already_running';
            result.in_the_way := ARRAY[running.id];
            RETURN result;
        END IF;
        IF running.start_at > result.start_at THEN
            IF p_start IS NOT NULL THEN
                result.outcome := 'switch_too_early';
                RETURN result;
            END IF;
            result.start_at := running.start_at;  -- the clock was set back
        END IF;
        -- With no start given there is nothing behind the clock that could be in the way.
        IF p_start IS NOT NULL THEN
            result.in_the_way := entries_in_the_way(p_user_id, result.lane, result.start_at, NULL, running.id);
            IF result.in_the_way <> '{}' THEN
                result.outcome := 'time_entry_overlap';
                RETURN result;
            END IF;
        END IF;
        PERFORM attribute_changes(p_user_id, p_token_id, p_request_id);
        UPDATE time_entries SET end_at = result.start_at, version = version + 1, updated_at = result.as_of
            WHERE id = running.id;
        INSERT INTO time_entries (user_id, task_id, lane, start_at, description, created_at, updated_at)
            VALUES (p_user_id, p_task_id, result.lane, result.start_at, p_description, result.as_of, result.as_of)
            RETURNING id, user_id, task_id, description, version, created_at, updated_at
            INTO result.id, result.user_id, result.task_id, result.description, result.version,
                result.created_at, result.updated_at;
        result.outcome := 'started';
        RETURN result;
    END
    $$;

CREATE FUNCTION start_timer_if_active_once(
    p_owner text,
    p_key text,
    p_fingerprint bytea,
    p_user_id bigint,
    p_token_id bigint,
    p_request_id text,
    p_task_id bigint,
    p_start timestamptz,
    p_description text,
    p_switch boolean
) RETURNS timer_outcome
    LANGUAGE plpgsql VOLATILE
    AS $$
    DECLARE
        result timer_outcome := kept_timer_outcome(p_owner, p_key, p_fingerprint);
    BEGIN
        IF result.outcome IS NULL THEN
            result := start_timer_if_active(
                p_user_id, p_token_id, p_request_id, p_task_id, p_start, p_description, p_switch
            );
            INSERT INTO idempotency_keys (owner, key, fingerprint, outcome)
                VALUES (p_owner, p_key, p_fingerprint, result);
        END IF;
        RETURN result;
    END
    $$;

COMMENT ON FUNCTION start_timer_if_active IS
'Starts a timer as start_timer does, which only the version before calls, but for nobody who has left. It is right
under READ COMMITTED for the reasons that are told there. A start that waits behind the change sees it here: its
caller was looked up before.';
COMMENT ON FUNCTION start_timer_if_active_once IS
    'Starts a timer as start_timer_if_active does, and keeps the outcome under the key, in one transaction.';

-- Who gave whom which role, and when; written by a trigger, so that no way around it exists. It has its owner's rights,
-- because nobody else may write a trace.
CREATE TABLE role_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id),
    old_role text NOT NULL,
    new_role text NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by bigint,
    token_id bigint,
    request_id text
);
COMMENT ON TABLE role_changes IS
    'Every change of a role, written by a trigger in the same transaction. changed_by is NULL for a program''s own.';

CREATE FUNCTION record_role_change() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path TO 'public', 'pg_temp'
    AS $$
    BEGIN
        INSERT INTO role_changes (user_id, old_role, new_role, changed_at, changed_by, token_id, request_id)
        VALUES (
            NEW.id, OLD.role, NEW.role, wall_clock(),
            nullif(current_setting('timetrack.user_id', true), '')::bigint,
            nullif(current_setting('timetrack.token_id', true), '')::bigint,
            nullif(current_setting('timetrack.request_id', true), '')
        );
        RETURN NULL;
    END
    $$;
COMMENT ON FUNCTION record_role_change IS
    'Writes down a change of a role. It has its owner''s rights, because nobody else may write that.';

CREATE TRIGGER users_role_change AFTER UPDATE OF role ON users
    FOR EACH ROW WHEN (OLD.role <> NEW.role) EXECUTE FUNCTION record_role_change();

-- One for each user at most: a new code takes the place of the one before.
CREATE TABLE password_resets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL UNIQUE REFERENCES users (id),
    digest bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE password_resets IS
    'Codes that each set a new password, once; of each only a digest is kept. A user has one at most.';
