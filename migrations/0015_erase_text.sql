-- An erasure takes the free text of the person's time entries too, in live rows and in their history. Of many entries
-- that takes long, so it is done in batches behind the erasure; until then reads show none of it.
ALTER TABLE users ADD COLUMN text_erased_at timestamptz;
COMMENT ON COLUMN users.text_erased_at IS
    'When the last text of an erased user''s time entries was gone; NULL while there may be some.';
-- squawk-ignore require-concurrent-index-creation -- it holds erased users only, and is built in an instant
CREATE INDEX users_text_left_idx ON users (id) WHERE erased_at IS NOT NULL AND text_erased_at IS NULL;

CREATE FUNCTION refuse_history_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    DECLARE
        blank time_entry_history := OLD;
    BEGIN
        blank.description := '';
        IF NEW IS DISTINCT FROM blank OR NOT EXISTS (
            SELECT FROM users WHERE id = OLD.user_id AND erased_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'the history of time entries is append-only' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END
    $$;
COMMENT ON FUNCTION refuse_history_update IS
    'Refuses every change of the history, also the owner''s, but that the text of an erased user becomes empty.';

DROP TRIGGER time_entry_history_append_only ON time_entry_history;
CREATE TRIGGER time_entry_history_append_only BEFORE DELETE OR TRUNCATE ON time_entry_history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();
CREATE TRIGGER time_entry_history_only_blanked BEFORE UPDATE ON time_entry_history
    FOR EACH ROW EXECUTE FUNCTION refuse_history_update();

-- The definer's rights, because nobody else may change the history; see record_time_entry_history for the path.
CREATE FUNCTION erase_text(p_batch bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    DECLARE
        erased bigint;
        blanked bigint;
    BEGIN
        SELECT id INTO erased FROM users
            WHERE erased_at IS NOT NULL AND text_erased_at IS NULL
            ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
        IF erased IS NULL THEN
            RETURN 0;
        END IF;
        UPDATE time_entries SET description = '', version = version + 1, updated_at = wall_clock()
            WHERE id IN (
                SELECT id FROM time_entries WHERE user_id = erased AND description <> '' LIMIT p_batch
            );
        GET DIAGNOSTICS blanked = ROW_COUNT;
        IF blanked = 0 THEN
            -- Behind the live rows, each of which has just become a version more.
            UPDATE time_entry_history SET description = ''
                WHERE (time_entry_id, version) IN (
                    SELECT time_entry_id, version FROM time_entry_history
                    WHERE user_id = erased AND description <> '' LIMIT p_batch
                );
            GET DIAGNOSTICS blanked = ROW_COUNT;
        END IF;
        IF blanked = 0 THEN
            UPDATE users SET text_erased_at = clock_timestamp() WHERE id = erased;
            blanked := 1;
        END IF;
        RETURN blanked;
    END
    $$;
COMMENT ON FUNCTION erase_text IS
$$Takes a batch of an erased user's text, first of live entries and then of their history, and says how many rows that
were; 0 where nothing is left to do, or where others are at it.$$;
