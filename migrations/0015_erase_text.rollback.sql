DROP FUNCTION erase_text(bigint);
DROP TRIGGER time_entry_history_only_blanked ON time_entry_history;
DROP TRIGGER time_entry_history_append_only ON time_entry_history;
CREATE TRIGGER time_entry_history_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON time_entry_history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();
DROP FUNCTION refuse_history_update();
ALTER TABLE users DROP COLUMN text_erased_at;
