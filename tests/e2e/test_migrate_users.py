"""The users of a database in the hands of timetrack-migrate: the first admin, lost passwords, who gave whom a role."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.given import a_national_id, a_token, a_user
from tests.opened_storage import opened_storage
from tests.postgres import Database
from timetrack.adapters.passwords import Argon2Hasher

PROGRAM = Path(__file__).resolve().parents[2] / "cmd" / "migrate.py"
PASSWORD = "correct horse"  # noqa: S105 - an example


def told(url: str, command: str, *lines: str) -> tuple[int, list[str], list[str]]:
    """Run the program with such an input; return the exit status and the lines of output and of complaint."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("TIMETRACK_")}
    ended = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, PROGRAM, command],
        env={**others, "TIMETRACK_DATABASE_URL": url},
        cwd="/",
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stdout.splitlines(), ended.stderr.splitlines()


def test_an_admin_is_created_and_a_second_one_of_the_same_id_is_not(database: Database) -> None:
    national_id = str(a_national_id())
    url = database.owner_url

    created = told(url, "create-admin", national_id, PASSWORD)
    again = told(url, "create-admin", national_id, PASSWORD)
    status, changes, _ = told(url, "role-changes")

    assert (created[0], len(created[1]), created[2]) == (0, 1, [])
    user_id = int(created[1][0].removeprefix("created the admin with the user id "))
    assert again == (1, [], ["timetrack-migrate: a user with this national ID is registered already"])
    assert (status, len(changes)) == (0, 1)
    assert changes[0].endswith(f" UTC  user {user_id}: member to admin, by a program")


def test_a_lost_password_is_replaced(database: Database) -> None:
    with opened_storage(database.application_url) as storage:
        user = a_user(storage)
        a_token(storage, user, b"a token")

        reset = told(database.owner_url, "reset-password", str(user.national_id), PASSWORD)

        assert reset == (0, [f"reset the password of the user with the id {user.id}, and ended all tokens"], [])
        assert storage.tokens.caller(b"a token") is None
        credentials = storage.users.credentials(user.national_id)
        assert credentials is not None
        with closing(Argon2Hasher()) as hasher:
            assert hasher.matches(PASSWORD, credentials.password_hash)


def test_what_is_refused_is_told_in_one_line_without_what_was_given(database: Database) -> None:
    refused = [
        told(database.owner_url, "reset-password", str(a_national_id()), PASSWORD),
        told(database.owner_url, "create-admin", "12-34", PASSWORD),
        told(database.owner_url, "create-admin", str(a_national_id()), "short"),
    ]

    assert refused == [
        (1, [], ["timetrack-migrate: there is no such user"]),
        (1, [], ["timetrack-migrate: a national ID is a series of 4 digits and a number of 6"]),
        (1, [], ["timetrack-migrate: a password has 8 to 128 characters, none of them NUL"]),
    ]


def test_a_database_without_the_schema_is_told_so(bare_database: Database) -> None:
    status, _, complaints = told(bare_database.owner_url, "create-admin", str(a_national_id()), PASSWORD)

    assert (status, len(complaints)) == (1, 1)
