DROP TRIGGER time_entries_history ON time_entries;
DROP FUNCTION record_time_entry_history();
DROP FUNCTION attribute_changes(bigint, bigint, text);
DROP TABLE time_entry_history;
DROP FUNCTION refuse_history_change();
