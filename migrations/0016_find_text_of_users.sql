-- transactional: false
-- Finds the text of an erased user in the history; versions without text, which most starts make, are not in it.
-- Not in a transaction, so that nobody waits while it is built. What a run that was broken off has left is made anew.
DROP INDEX CONCURRENTLY IF EXISTS time_entry_history_text_idx;
-- squawk-ignore ban-concurrent-index-creation-in-transaction -- this file is not run in one
CREATE INDEX CONCURRENTLY IF NOT EXISTS time_entry_history_text_idx ON time_entry_history (user_id) WHERE description <> '';
