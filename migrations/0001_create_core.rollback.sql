DROP TABLE tokens;
DROP TABLE time_entries;
DROP TABLE tasks;
DROP TABLE installation;
DROP TABLE users;
DROP FUNCTION wall_clock();
