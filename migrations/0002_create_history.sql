-- Every version of every time entry, written by a trigger in the same transaction, and never changed again.

CREATE TABLE time_entry_history (
    time_entry_id bigint NOT NULL,
    version bigint NOT NULL,
    action text NOT NULL,
    user_id bigint NOT NULL,
    task_id bigint NOT NULL,
    lane bigint NOT NULL,
    start_at timestamptz NOT NULL,
    end_at timestamptz,
    description text NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by bigint,
    token_id bigint,
    request_id text,
    CONSTRAINT time_entry_history_pkey PRIMARY KEY (time_entry_id, version),
    CONSTRAINT time_entry_history_action_check CHECK (action IN ('created', 'changed', 'deleted', 'restored'))
);

-- To whom the rest of the transaction is attributed.
CREATE FUNCTION attribute_changes(p_user_id bigint, p_token_id bigint, p_request_id text) RETURNS void
    LANGUAGE sql VOLATILE
    AS $$
        SELECT set_config('timetrack.user_id', coalesce(p_user_id::text, ''), true),
               set_config('timetrack.token_id', coalesce(p_token_id::text, ''), true),
               set_config('timetrack.request_id', coalesce(p_request_id, ''), true)
    $$;

-- The definer's rights, because nobody else may write a history. The path says pg_temp, and says it last: unsaid, it
-- comes first, and a temporary table of the same name would take the history in.
CREATE FUNCTION record_time_entry_history() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    DECLARE
        entry time_entries := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    BEGIN
        INSERT INTO time_entry_history (
            time_entry_id, version, action, user_id, task_id, lane, start_at, end_at, description,
            created_at, changed_at, changed_by, token_id, request_id
        ) VALUES (
            entry.id,
            entry.version + (TG_OP = 'DELETE')::integer,
            CASE
                WHEN TG_OP = 'DELETE' THEN 'deleted'
                WHEN current_setting('timetrack.restoring', true) = 'yes' THEN 'restored'
                WHEN TG_OP = 'INSERT' THEN 'created'
                ELSE 'changed'
            END,
            entry.user_id, entry.task_id, entry.lane, entry.start_at, entry.end_at, entry.description,
            entry.created_at, wall_clock(),
            nullif(current_setting('timetrack.user_id', true), '')::bigint,
            nullif(current_setting('timetrack.token_id', true), '')::bigint,
            nullif(current_setting('timetrack.request_id', true), '')
        );
        RETURN NULL;
    END
    $$;

CREATE TRIGGER time_entries_history AFTER INSERT OR UPDATE OR DELETE ON time_entries
    FOR EACH ROW EXECUTE FUNCTION record_time_entry_history();

CREATE FUNCTION refuse_history_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        RAISE EXCEPTION 'the history of time entries is append-only' USING ERRCODE = 'insufficient_privilege';
    END
    $$;

CREATE TRIGGER time_entry_history_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON time_entry_history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();
