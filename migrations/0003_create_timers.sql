-- Starting and stopping timers, each in one round trip, and the idempotency keys that make their retries safe.
--
-- Why this is right under READ COMMITTED: the functions are VOLATILE, so each statement inside takes a snapshot of
-- its own. The user's row is locked first, and every write of a user's time takes that lock; the statements behind
-- it therefore see all that the user's earlier writes have committed, and the clock, read after the lock, is not
-- behind theirs. In one plain statement with CTEs all parts would share the snapshot from before the wait: a stop
-- could miss the timer that a concurrent switch has just started, and a clock could be older than the entry.
-- The order of locks is task, then user, everywhere, so nothing deadlocks.

-- How a start or a stop has ended; `outcome` is 'started', 'stopped' or the code of a refusal.
CREATE TYPE timer_outcome AS (
    outcome text,
    replayed boolean,
    request_id text,
    in_the_way bigint[],
    as_of timestamptz,
    id bigint,
    user_id bigint,
    task_id bigint,
    lane bigint,
    start_at timestamptz,
    end_at timestamptz,
    description text,
    version bigint,
    created_at timestamptz,
    updated_at timestamptz
);

-- A kept answer is either an HTTP reply or, where one statement does it all, a timer's outcome.
CREATE TABLE idempotency_keys (
    owner text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    reply_status smallint,
    reply_headers jsonb,
    reply_body bytea,
    outcome timer_outcome,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (owner, key),
    CONSTRAINT idempotency_keys_answer_check CHECK ((reply_status IS NULL) <> ((outcome).outcome IS NULL))
);

CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);

-- Take a key for this transaction: 'new', 'answered', 'reused' by another request, or 'in_use' by one under way.
CREATE FUNCTION claim_idempotency_key(p_owner text, p_key text, p_fingerprint bytea) RETURNS text
    LANGUAGE plpgsql VOLATILE
    AS $$
    DECLARE
        kept bytea;
    BEGIN
        -- Not by waiting for the first request's row: its caller is to be told at once.
        IF NOT pg_try_advisory_xact_lock(hashtextextended(p_owner || ' ' || p_key, 0)) THEN
            RETURN 'in_use';
        END IF;
        DELETE FROM idempotency_keys
            WHERE owner = p_owner AND key = p_key AND created_at < clock_timestamp() - interval '24 hours';
        SELECT fingerprint INTO kept FROM idempotency_keys WHERE owner = p_owner AND key = p_key;
        RETURN CASE WHEN NOT FOUND THEN 'new' WHEN kept = p_fingerprint THEN 'answered' ELSE 'reused' END;
    END
    $$;

CREATE FUNCTION start_timer(
    p_user_id bigint, p_token_id bigint, p_request_id text,
    p_task_id bigint, p_start timestamptz, p_description text, p_switch boolean
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
        SELECT timers INTO users_timers FROM users WHERE id = p_user_id AND erased_at IS NULL FOR NO KEY UPDATE;
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

CREATE FUNCTION stop_timer(
    p_user_id bigint, p_token_id bigint, p_request_id text, p_task_id bigint, p_end timestamptz
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
        SELECT timers INTO users_timers FROM users WHERE id = p_user_id AND erased_at IS NULL FOR NO KEY UPDATE;
        result.as_of := wall_clock();
        -- More than one only after the setting was changed: the one in the present lane, else the latest.
        SELECT id, start_at INTO running FROM time_entries
            WHERE user_id = p_user_id AND task_id = p_task_id AND end_at IS NULL
            ORDER BY lane = CASE users_timers WHEN 'single' THEN 0 ELSE p_task_id END DESC, start_at DESC, id DESC
            LIMIT 1;
        IF NOT FOUND THEN
            PERFORM FROM tasks WHERE id = p_task_id AND deleted_at IS NULL;
            result.outcome := CASE WHEN FOUND THEN 'timer_not_running' ELSE 'task_not_found' END;
            RETURN result;
        END IF;
        IF p_end > result.as_of + interval '2 minutes' THEN
            result.outcome := 'end_in_future';
            RETURN result;
        END IF;
        IF date_trunc('second', p_end) < running.start_at THEN
            result.outcome := 'end_before_start';
            RETURN result;
        END IF;
        PERFORM attribute_changes(p_user_id, p_token_id, p_request_id);
        UPDATE time_entries
            -- Never before its start, even when the clock was set back.
            SET end_at = greatest(start_at, least(date_trunc('second', p_end), result.as_of)),
                version = version + 1, updated_at = result.as_of
            WHERE id = running.id
            RETURNING id, user_id, task_id, lane, start_at, end_at, description, version, created_at, updated_at
            INTO result.id, result.user_id, result.task_id, result.lane, result.start_at, result.end_at,
                result.description, result.version, result.created_at, result.updated_at;
        result.outcome := 'stopped';
        RETURN result;
    END
    $$;

-- At most ten entries of a lane that overlap [p_start, p_end), but for the one that is about to change.
CREATE FUNCTION entries_in_the_way(
    p_user_id bigint, p_lane bigint, p_start timestamptz, p_end timestamptz, p_except bigint
) RETURNS bigint[]
    LANGUAGE sql STABLE
    AS $$
        SELECT coalesce(array_agg(id), '{}') FROM (
            SELECT id FROM time_entries
            WHERE user_id = p_user_id AND lane = p_lane AND tstzrange(start_at, end_at) && tstzrange(p_start, p_end)
                AND id IS DISTINCT FROM p_except
            ORDER BY start_at, id
            LIMIT 10
        ) AS found
    $$;

-- The outcome that was kept under the key, or why there will be none; `outcome` is NULL when the key is new.
CREATE FUNCTION kept_timer_outcome(p_owner text, p_key text, p_fingerprint bytea) RETURNS timer_outcome
    LANGUAGE plpgsql VOLATILE
    AS $$
    DECLARE
        result timer_outcome;
        claim text := claim_idempotency_key(p_owner, p_key, p_fingerprint);
    BEGIN
        IF claim = 'answered' THEN
            SELECT (outcome).* INTO result FROM idempotency_keys WHERE owner = p_owner AND key = p_key;
            result.replayed := true;
        ELSIF claim <> 'new' THEN
            result.outcome := 'idempotency_key_' || claim;
            result.replayed := false;
        END IF;
        RETURN result;
    END
    $$;

CREATE FUNCTION start_timer_once(
    p_owner text, p_key text, p_fingerprint bytea,
    p_user_id bigint, p_token_id bigint, p_request_id text,
    p_task_id bigint, p_start timestamptz, p_description text, p_switch boolean
) RETURNS timer_outcome
    LANGUAGE plpgsql VOLATILE
    AS $$
    DECLARE
        result timer_outcome := kept_timer_outcome(p_owner, p_key, p_fingerprint);
    BEGIN
        IF result.outcome IS NULL THEN
            result := start_timer(p_user_id, p_token_id, p_request_id, p_task_id, p_start, p_description, p_switch);
            INSERT INTO idempotency_keys (owner, key, fingerprint, outcome)
                VALUES (p_owner, p_key, p_fingerprint, result);
        END IF;
        RETURN result;
    END
    $$;

CREATE FUNCTION stop_timer_once(
    p_owner text, p_key text, p_fingerprint bytea,
    p_user_id bigint, p_token_id bigint, p_request_id text, p_task_id bigint, p_end timestamptz
) RETURNS timer_outcome
    LANGUAGE plpgsql VOLATILE
    AS $$
    DECLARE
        result timer_outcome := kept_timer_outcome(p_owner, p_key, p_fingerprint);
    BEGIN
        IF result.outcome IS NULL THEN
            result := stop_timer(p_user_id, p_token_id, p_request_id, p_task_id, p_end);
            INSERT INTO idempotency_keys (owner, key, fingerprint, outcome)
                VALUES (p_owner, p_key, p_fingerprint, result);
        END IF;
        RETURN result;
    END
    $$;
