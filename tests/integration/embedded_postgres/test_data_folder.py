"""Where the embedded PostgreSQL lies, and who runs it."""

import os
import secrets
import shutil
import stat
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.integration.embedded_postgres.programs import AM_ROOT, RUNS_AS, listing, program, psql, said
from timetrack.adapters.embedded_postgres import (
    EmbeddedPostgres,
    EmbeddedPostgresError,
)
from timetrack.adapters.embedded_postgres.account import Account
from timetrack.adapters.embedded_postgres.data_folder import DataFolder


def test_its_files_are_private_to_who_runs_it(running: EmbeddedPostgres, running_home: Path) -> None:
    assert psutil.Process(running.pid).uids().effective == RUNS_AS
    for path in (running_home, *running_home.iterdir()):
        # As root we run it as a user whom other programs may run as too: the password is then root's alone.
        assert path.stat().st_uid == (os.geteuid() if path.name == "password" else RUNS_AS)
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_the_password_of_an_older_version_becomes_ours_alone(data_folder: Path) -> None:
    with EmbeddedPostgres(data_folder, durable=False) as server:
        password = urlsplit(server.start()).password
        os.chown(data_folder / "password", RUNS_AS, -1)

        again = urlsplit(server.start()).password

    assert (again, (data_folder / "password").stat().st_uid) == (password, os.geteuid())


def test_nothing_of_our_environment_reaches_it(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("TIMETRACK_DATABASE_URL", "a secret")
    with EmbeddedPostgres(data_folder, durable=False) as server:
        environment = psutil.Process(server.pid).environ()

    assert {"PGDATA", "TIMETRACK_DATABASE_URL"}.isdisjoint(environment)
    assert (environment["LC_ALL"], environment["TZ"]) == ("C", "UTC")


def test_no_command_line_holds_the_password(running: EmbeddedPostgres, running_home: Path) -> None:
    password = urlsplit(running.start()).password
    postmaster = psutil.Process(running.pid)

    assert password
    assert not any(password in " ".join(each.cmdline()) for each in (postmaster, *postmaster.children()))
    assert password not in (running_home / "log").read_text()


@pytest.mark.parametrize("name", ['of "Anna", b; Ж', "deep" * 40])
def test_any_name_of_a_folder_will_do(data_folder: Path, name: str) -> None:
    with EmbeddedPostgres(data_folder / "new" / name, durable=False) as server:
        assert psql(server.start(), "select 1") == "1"


def test_programs_under_a_closed_folder_are_used_and_the_folder_stays_closed(
    data_folder: Path, open_folder: Path, copied_binaries: Path
) -> None:
    closed = Path(tempfile.mkdtemp(dir=open_folder))
    package = copied_binaries.parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, closed / folder.name)
    for path in closed.rglob("*"):
        path.chmod(path.stat().st_mode & 0o700)  # as an installer with a strict umask leaves them
    programs = closed / package.name / copied_binaries.parent.name / "bin"

    with EmbeddedPostgres(data_folder, durable=False, binaries=programs) as server:
        answer = psql(server.start(), "select 1")

    assert answer == "1"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_root_takes_an_empty_folder_but_never_one_in_use(open_folder: Path) -> None:
    stranger = Account(uid=os.geteuid() + 4321, gid=os.getegid() + 4321)
    in_use = open_folder / secrets.token_hex(4)
    in_use.mkdir(mode=0o755)
    (in_use / "letter").touch()
    before = listing(in_use)

    with pytest.raises(EmbeddedPostgresError, match="belongs to user"):
        DataFolder(in_use, stranger).take()

    assert listing(in_use) == before


def test_an_empty_folder_will_do_and_becomes_private(data_folder: Path) -> None:
    data_folder.mkdir(mode=0o755)

    with EmbeddedPostgres(data_folder, durable=False) as server:
        assert psql(server.start(), "select 1") == "1"
        assert stat.S_IMODE(data_folder.stat().st_mode) == 0o700


def test_nobody_leads_us_out_of_the_home_by_a_symbolic_link(used_home: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (used_home / "log").unlink()
    (used_home / "log").symlink_to(tmp_path / "precious")

    with pytest.raises(EmbeddedPostgresError, match="symbolic link"):
        EmbeddedPostgres(used_home, durable=False).start()

    assert (tmp_path / "precious").read_text() == "mine"


def test_a_home_that_its_user_cannot_reach_is_named(open_folder: Path) -> None:
    stranger = Account(uid=os.geteuid() + 4321, gid=os.getegid() + 4321)
    closed = Path(tempfile.mkdtemp(dir=open_folder))

    with pytest.raises(EmbeddedPostgresError) as caught:
        DataFolder(closed / "home", stranger).take()

    assert str(caught.value).startswith(f"{closed} is closed to user {stranger.uid}")
    assert "choose a data directory outside" in str(caught.value)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_an_ordinary_user_runs_it_as_themselves(open_folder: Path, copied_binaries: Path) -> None:
    own = Path(tempfile.mkdtemp(dir=open_folder))
    os.chown(own, RUNS_AS, RUNS_AS if AM_ROOT else os.getegid())

    with program(own / "home", copied_binaries, RUNS_AS) as child:
        url, pid = said(child)

        assert psql(url, "select 1") == "1"
        assert psutil.Process(pid).uids().effective == psutil.Process(child.pid).uids().effective == RUNS_AS
