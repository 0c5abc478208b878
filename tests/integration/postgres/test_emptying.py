"""The tests' own database: what one test leaves behind is not the next one's."""

from tests.postgres import Database, emptying
from tests.sql import rows_of, run_on

ROWS = """
    INSERT INTO users (national_id, profile, role, password_hash) VALUES ('1234 567890', 'pending', 'admin', 'x');
    INSERT INTO tasks (description, created_by) VALUES ('work', 1);
    UPDATE installation SET first_user_id = 1
"""
START = "SELECT outcome FROM start_timer_if_active(1, NULL, NULL, 1, NULL, '', false)"
EVERYTHING = """
    SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM tasks), (SELECT count(*) FROM time_entries),
        (SELECT count(*) FROM time_entry_history), (SELECT array_agg(i::text) FROM installation AS i),
        (SELECT array_agg(l::text) FROM leases AS l)
"""


def test_emptying_goes_back_to_the_rows_that_migrations_put_there(fresh_database: Database) -> None:
    seeds = rows_of(fresh_database.owner_url, EVERYTHING)

    with emptying(fresh_database) as empty:
        for _ in range(2):
            run_on(fresh_database.application_url, ROWS)
            assert rows_of(fresh_database.application_url, START) == [("started",)]
            assert rows_of(fresh_database.owner_url, EVERYTHING) != seeds

            empty()

            assert rows_of(fresh_database.owner_url, EVERYTHING) == seeds
