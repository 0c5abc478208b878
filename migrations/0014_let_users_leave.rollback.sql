DROP TABLE password_resets;
DROP TRIGGER users_role_change ON users;
DROP FUNCTION record_role_change();
DROP TABLE role_changes;
DROP FUNCTION start_timer_if_active_once(text, text, bytea, bigint, bigint, text, bigint, timestamptz, text, boolean);
DROP FUNCTION start_timer_if_active(bigint, bigint, text, bigint, timestamptz, text, boolean);
ALTER TABLE users DROP COLUMN active;
