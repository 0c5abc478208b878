"""The two roles: what is made for them, and what the application's cannot do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import Connection, errors
from psycopg.sql import SQL, Identifier

from tests.postgres import Database
from tests.sql import rows_of, run_on
from timetrack.adapters.postgres.setup.administration import url_for
from timetrack.adapters.postgres.setup.faults import DatabaseRefusedError, UnrestrictedRoleError
from timetrack.adapters.postgres.setup.provisioning import grant, provision

USER = """
    INSERT INTO users (national_id, profile, role, password_hash) VALUES ('1234 567890', 'pending', 'member', 'x')
    RETURNING id
"""
TASK = "INSERT INTO tasks (description, created_by) VALUES ('work', %s) RETURNING id"
START = "SELECT id FROM start_timer_if_active(%s, NULL, 'request', %s, NULL, '', false)"
HISTORY = "SELECT action FROM public.time_entry_history"


@pytest.fixture
def application(database: Database) -> Iterator[Connection]:
    with psycopg.connect(database.application_url, autocommit=True) as connection:
        yield connection


def start_a_timer(connection: Connection) -> None:
    (user,) = connection.execute(USER).fetchone() or ()
    (task,) = connection.execute(TASK, [user]).fetchone() or ()
    connection.execute(START, [user, task])


def test_provisioning_again_gives_the_same_and_leaves_sessions_alone(
    superuser_url: str, bare_database: Database
) -> None:
    with psycopg.connect(bare_database.application_url, autocommit=True) as earlier:
        again = provision(superuser_url, bare_database.name)

        assert again.owner_url == bare_database.owner_url
        assert again.application_url == bare_database.application_url
        assert earlier.execute("SELECT current_user").fetchone() == (bare_database.application_role,)
    assert rows_of(again.owner_url, "SELECT current_user") == [(f"{bare_database.name}_owner",)]
    assert rows_of(again.application_url, "SELECT current_user") == [(bare_database.name,)]


def test_programs_that_provision_at_once_do_not_disturb_each_other(superuser_url: str, bare_database: Database) -> None:
    with ThreadPoolExecutor(6) as threads:
        all_of_them = list(threads.map(lambda _: provision(superuser_url, bare_database.name), range(12)))

    assert {each.owner_url for each in all_of_them} == {bare_database.owner_url}


def test_the_two_roles_have_different_passwords_that_are_not_the_superusers(
    superuser_url: str, bare_database: Database
) -> None:
    urls = (superuser_url, bare_database.owner_url, bare_database.application_url)

    passwords = {psycopg.conninfo.conninfo_to_dict(url)["password"] for url in urls}

    assert len(passwords) == 3


def test_passwords_are_not_shown(superuser_url: str, bare_database: Database) -> None:
    assert "password" not in repr(provision(superuser_url, bare_database.name))
    assert "postgresql://" not in repr(provision(superuser_url, bare_database.name))


def test_a_lost_password_comes_back(superuser_url: str, bare_database: Database) -> None:
    role = Identifier(bare_database.application_role)
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(SQL("ALTER ROLE {} NOLOGIN PASSWORD NULL").format(role))

    provision(superuser_url, bare_database.name)

    assert rows_of(bare_database.application_url, "SELECT 1") == [(1,)]


def test_the_database_holds_any_language_and_belongs_to_the_owner(bare_database: Database) -> None:
    described = rows_of(
        bare_database.owner_url,
        "SELECT pg_encoding_to_char(encoding), pg_get_userbyid(datdba), pg_get_userbyid(nspowner) IN"
        " ('pg_database_owner', current_user) FROM pg_database, pg_namespace"
        " WHERE datname = current_database() AND nspname = 'public'",
    )

    assert described == [("UTF8", f"{bare_database.name}_owner", True)]


def test_neither_role_has_rights_over_the_server(bare_database: Database) -> None:
    for url in (bare_database.owner_url, bare_database.application_url):
        rights = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles"

        assert rows_of(url, f"{rights} WHERE rolname = current_user") == [(False,) * 5]


def test_the_application_tracks_time_and_reads_the_history(application: Connection) -> None:
    start_a_timer(application)

    assert application.execute(HISTORY).fetchall() == [("created",)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE time_entry_history SET version = 9",
        "DELETE FROM time_entry_history",
        "TRUNCATE time_entry_history",
        "INSERT INTO time_entry_history SELECT * FROM time_entry_history",
        "DELETE FROM role_changes",
        "INSERT INTO role_changes DEFAULT VALUES",
        "TRUNCATE time_entries",
        "DELETE FROM _yoyo_migration",
        "DELETE FROM _yoyo_version",
        "DELETE FROM yoyo_lock",
        "DELETE FROM migration_digests",
        "CREATE TABLE mine (id integer)",
        "CREATE TEMPORARY TABLE mine (id integer)",
        "CREATE SCHEMA mine",
        "ALTER TABLE time_entries DISABLE TRIGGER time_entries_history",
        "DROP INDEX time_entries_running_key",
        "CREATE OR REPLACE FUNCTION wall_clock() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "SET session_replication_role = replica",
        "SELECT lo_create(0)",
        "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'much')",
        "SELECT lo_put(1, 0, 'much')",
        "SELECT lowrite(0, 'much')",
    ],
)
def test_the_application_cannot_change_the_schema_or_the_history(application: Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        application.execute(statement)


def test_a_database_of_an_older_version_lets_nobody_make_large_objects_either(
    superuser_url: str, bare_database: Database
) -> None:
    run_on(url_for(superuser_url, bare_database.name), "GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC")

    provision(superuser_url, bare_database.name)

    with pytest.raises(errors.InsufficientPrivilege):
        run_on(bare_database.application_url, "SELECT lo_create(0)")


def test_not_even_the_owner_rewrites_the_history_by_mistake(database: Database, application: Connection) -> None:
    start_a_timer(application)

    for statement in (
        "UPDATE time_entry_history SET version = 9",
        "UPDATE time_entry_history SET description = ''",  # only an erased user's text goes
        "DELETE FROM time_entry_history",
        "TRUNCATE time_entry_history",
    ):
        with pytest.raises(errors.InsufficientPrivilege, match="append-only"):
            run_on(database.owner_url, statement)


def test_a_temporary_table_does_not_take_the_history_in(fresh_database: Database) -> None:
    # On a server that others have set up, the application may have this right.
    run_on(fresh_database.owner_url, f"GRANT TEMPORARY ON DATABASE {fresh_database.name} TO PUBLIC")
    with psycopg.connect(fresh_database.application_url, autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE time_entry_history (LIKE public.time_entry_history)")
        connection.execute("GRANT INSERT ON pg_temp.time_entry_history TO PUBLIC")

        start_a_timer(connection)

        assert connection.execute(HISTORY).fetchall() == [("created",)]


def test_tables_of_a_later_migration_are_granted_too(fresh_database: Database) -> None:
    run_on(fresh_database.owner_url, "CREATE TABLE later (id integer GENERATED ALWAYS AS IDENTITY, word text)")

    grant(fresh_database.owner_url, fresh_database.application_role)

    run_on(fresh_database.application_url, "INSERT INTO later (word) VALUES ('new')")
    assert rows_of(fresh_database.application_url, "SELECT * FROM later") == [(1, "new")]


def test_rights_given_by_hand_are_taken_back(fresh_database: Database) -> None:
    role = fresh_database.application_role
    run_on(
        fresh_database.owner_url,
        f"GRANT ALL ON time_entry_history TO {role}; GRANT CREATE ON SCHEMA public TO {role};"
        f"GRANT TEMPORARY ON DATABASE {fresh_database.name} TO {role}",
    )

    grant(fresh_database.owner_url, role)

    for statement in ("INSERT INTO time_entry_history DEFAULT VALUES", "CREATE TABLE t ()", "CREATE TEMP TABLE t ()"):
        with pytest.raises(errors.InsufficientPrivilege):
            run_on(fresh_database.application_url, statement)


def test_a_role_that_cannot_be_restricted_is_refused(database: Database) -> None:
    ((superuser,),) = rows_of(database.superuser_url, "SELECT current_user")

    for role in (f"{database.application_role}_owner", str(superuser)):
        with pytest.raises(UnrestrictedRoleError, match=f"^the role {role} has the rights of the database's owner"):
            grant(database.owner_url, role)

    assert rows_of(database.owner_url, "SELECT count(*) FROM users") == [(0,)]


def test_a_role_that_does_not_exist_is_refused(database: Database) -> None:
    with pytest.raises(DatabaseRefusedError, match=r'refused: role "nobody at all" does not exist$'):
        grant(database.owner_url, "nobody at all")
