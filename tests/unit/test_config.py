"""The settings: where they come from, what is refused, and what is never shown."""

import pickle
import re
import socket
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from timetrack.config import (
    ConfigError,
    MigrateSettings,
    PeopleInfoSettings,
    ServerSettings,
    all_variables,
    settings_table,
)
from timetrack.version import version

PASSWORD = "hunter2hunter2"  # noqa: S105 - an example that must not be shown
DATABASE_URL = f"postgresql://timetrack:{PASSWORD}@db:5432/timetrack"
PROGRAMS = [ServerSettings, MigrateSettings, PeopleInfoSettings]
OF_MIGRATE = {"TIMETRACK_APPLICATION_ROLE"}
OF_PEOPLEINFO = {"TIMETRACK_PEOPLEINFO_HOST", "TIMETRACK_PEOPLEINFO_PORT", "TIMETRACK_PEOPLEINFO_LOG_LEVEL"}


def server(
    *argv: str, environ: Mapping[str, str] = MappingProxyType({}), env_file: Path | None = None
) -> ServerSettings:
    return ServerSettings.load(argv, environ, env_file)


def people_info(*argv: str, environ: Mapping[str, str] = MappingProxyType({})) -> PeopleInfoSettings:
    return PeopleInfoSettings.load(argv, environ, None)


def migrate(*argv: str, environ: Mapping[str, str] = MappingProxyType({})) -> MigrateSettings:
    return MigrateSettings.load(argv, environ, None)


def refused(*argv: str, environ: Mapping[str, str] = MappingProxyType({}), env_file: Path | None = None) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        server(*argv, environ=environ, env_file=env_file)
    return caught.value


def stopped(*argv: str, settings: type[ServerSettings | MigrateSettings | PeopleInfoSettings] = ServerSettings) -> int:
    with pytest.raises(SystemExit) as caught:
        settings.load(argv, {}, None)
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_with_nothing_given_the_defaults_serve_this_machine_only() -> None:
    settings = server()

    assert (settings.host, settings.port, settings.demo) == ("127.0.0.1", 8000, False)
    assert (settings.database_url, settings.peopleinfo_url) == (None, None)
    assert settings.workers in {1, 2}


@pytest.mark.parametrize(
    ("user_id", "folder"), [(0, Path("/var/lib/timetrack")), (1000, Path("/home/ann/data/timetrack"))]
)
def test_data_lies_where_the_system_or_the_user_keeps_data(
    user_id: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user_id)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", "/home/ann/data")

    assert server().data_dir == folder


def test_a_flag_beats_the_environment_which_beats_the_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("TIMETRACK_HOST=file\nTIMETRACK_PORT=1\nTIMETRACK_WORKERS=1\n")

    settings = server("--port", "3", env_file=env_file, environ={"TIMETRACK_PORT": "2", "TIMETRACK_WORKERS": "2"})

    assert (settings.host, settings.workers, settings.port) == ("file", 2, 3)


def test_a_file_that_is_not_there_gives_nothing(tmp_path: Path) -> None:
    assert server(env_file=tmp_path / ".env") == server()


def test_a_password_in_the_file_is_taken_as_it_stands(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("OTHER=x\nTIMETRACK_DATABASE_URL=postgresql://u:pa$s${OTHER}@db/t\n")

    assert server(env_file=env_file).database_url == "postgresql://u:pa$s${OTHER}@db/t"


def test_a_line_of_the_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(f"TIMETRACK_PORT=1\nTIMETRACK_DATABASE_URL='{DATABASE_URL}\n")

    assert refused(env_file=env_file).faults == (f"{env_file} line 2 is not NAME=value",)


def test_a_name_without_a_value_in_the_file_is_refused(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("TIMETRACK_DATABASE_URL\n")

    assert refused(env_file=env_file).faults == ("TIMETRACK_DATABASE_URL (--database-url): Input should not be empty",)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes(b"\xff\xfe")

    assert refused(env_file=env_file).faults == (f"{env_file} cannot be read",)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("host", "::1", "::1"),
        ("port", "0", 0),
        ("workers", "64", 64),
        ("database_url", "postgresql://h1:5432,h2:5432/t?target_session_attrs=any", ...),
        ("database_url", "postgres://u@/t", ...),
        ("database_url", 'postgresql://u:"pa,s$s"[{}]@db/t', ...),
        ("data_dir", "/srv/data", Path("/srv/data")),
        ("data_dir", "data", Path.cwd() / "data"),
        ("peopleinfo_url", "http://people:8001", "http://people:8001"),
        ("peopleinfo_url", "https://[::1]/people", "https://[::1]/people"),
        ("peopleinfo_timeout", "0.25", 0.25),
        ("token_ttl", "60", 60),
        ("token_idle_ttl", "120", 120),
        ("registration", "closed", "closed"),
        ("cors_origins", "https://hours.example,http://[::1]:3000", ...),
        ("trusted_proxies", "10.0.0.0/8,192.0.2.1,2001:db8::/32", ...),
        ("log_level", "WARNING", "warning"),
        ("log_format", "json", "json"),
        ("drain_seconds", "0", 0.0),
    ],
)
def test_a_value_is_understood_from_variable_and_flag_alike(name: str, text: str, value: object) -> None:
    by_variable = server(environ={f"TIMETRACK_{name.upper()}": text})
    by_flag = server("--" + name.replace("_", "-"), text)

    assert by_variable == by_flag
    assert getattr(by_flag, name) == (text if value is ... else value)


@pytest.mark.parametrize(("text", "value"), [("on", True), ("False", False), ("1", True)])
def test_a_variable_turns_things_on_and_off(text: str, value: bool) -> None:  # noqa: FBT001 - an example
    settings = server(environ={"TIMETRACK_DEMO": text, "TIMETRACK_PREPARED_STATEMENTS": text})

    assert (settings.demo, settings.prepared_statements) == (value, value)


def test_a_flag_turns_things_on_and_off() -> None:
    environ = {"TIMETRACK_DEMO": "true"}

    assert server("--demo").demo
    assert not server("--no-demo", environ=environ).demo
    assert not server("--no-prepared-statements").prepared_statements


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("host", "a b"),
        ("host", "http://localhost"),
        ("port", "65536"),
        ("port", "-1"),
        ("workers", "0"),
        ("workers", "65"),
        ("workers", "two"),
        ("database_url", "mysql://h/d"),
        ("database_url", "postgresql:///"),
        ("database_url", "postgresql://u:p w@h/d"),
        ("data_dir", "~nobody-of-this-name/data"),
        ("peopleinfo_url", "ftp://h"),
        ("peopleinfo_url", "http://"),
        ("peopleinfo_url", "http://h:port"),
        ("peopleinfo_timeout", "nan"),
        ("peopleinfo_timeout", "31"),
        ("token_ttl", "12h"),
        ("token_ttl", "59"),
        ("token_idle_ttl", "119"),
        ("registration", "ajar"),
        ("cors_origins", "*"),
        ("cors_origins", "https://hours.example/"),
        ("cors_origins", "hours.example"),
        ("trusted_proxies", "*"),
        ("trusted_proxies", "10.0.0.1/8"),
        ("trusted_proxies", "proxy"),
        ("log_level", "loud"),
        ("log_format", "xml"),
        ("drain_seconds", "8.1"),
        ("statement_timeout", "0"),
        ("threads", "0"),
        ("database_pool_size", "201"),
    ],
)
def test_a_wrong_value_is_named_by_variable_and_flag_wherever_it_stood(name: str, text: str, tmp_path: Path) -> None:
    variable, flag = f"TIMETRACK_{name.upper()}", "--" + name.replace("_", "-")
    env_file = tmp_path / ".env"
    env_file.write_text(f"{variable}='{text}'\n")

    errors = refused(environ={variable: text}), refused(f"{flag}={text}"), refused(env_file=env_file)

    origins = [fault.partition(": ")[0] for error in errors for fault in error.faults]
    assert origins == [f"{variable} ({flag})"] * 3


@pytest.mark.parametrize("variable", sorted(all_variables()))
def test_an_empty_variable_is_a_fault_and_never_the_default(variable: str) -> None:
    with pytest.raises(ConfigError) as caught:
        if variable in OF_MIGRATE:
            migrate("apply", environ={variable: ""})
        else:
            server(environ={variable: ""})
    (fault,) = caught.value.faults

    assert fault.startswith(f"{variable} (--")
    assert fault.endswith(": Input should not be empty")


@pytest.mark.parametrize("text", ["", "null", "None"])
def test_no_word_on_the_command_line_stands_for_the_embedded_database(text: str) -> None:
    assert len(refused("--database-url", text).faults) == 1


def test_one_error_names_all_faults(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("TIMETRACK_TOKEN_TTL=1\nTIMETRACK_QUX=1\n")
    environ = {"TIMETRACK_LOG_LEVEL": "loud", "TIMETRACK_PROT": "1"}

    error = refused(
        "--workers", "0", "--port", "x", "--demo", "--host", "192.0.2.7", environ=environ, env_file=env_file
    )

    assert error.faults == (
        "TIMETRACK_LOG_LEVEL (--log-level): Input should be 'debug', 'info', 'warning' or 'error'",
        "TIMETRACK_PORT (--port): Input should be a valid integer, unable to parse string as an integer",
        "TIMETRACK_WORKERS (--workers): Input should be greater than or equal to 1",
        "TIMETRACK_DEMO (--demo): Demo mode needs a loopback address as host, such as 127.0.0.1",
        "TIMETRACK_TOKEN_TTL (--token-ttl): Input should be greater than or equal to 60",
        "TIMETRACK_QUX: Extra inputs are not permitted",
        "TIMETRACK_PROT: Extra inputs are not permitted",
    )
    assert all(fault in str(error) for fault in error.faults)
    assert str(error).startswith("timetrack-server cannot start")


def test_a_variable_is_no_setting_by_its_field_alone() -> None:
    assert server(environ={"PORT": "1", "timetrack_port": "2"}).port == 8000


def test_the_programs_own_environment_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMETRACK_PORT", "1")

    assert server().port == 8000


@pytest.mark.parametrize("word", ["--bogus", "--drain=1", "serve"])
def test_a_flag_or_word_that_is_not_known_is_told_in_one_line(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = stopped(word)

    assert status == 2
    assert "timetrack-server: error: " in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_programs_may_share_one_environment(
    program: type[ServerSettings | MigrateSettings | PeopleInfoSettings],
) -> None:
    valid = {"TIMETRACK_HOST": "::1", "TIMETRACK_PORT": "1", "TIMETRACK_PEOPLEINFO_URL": "http://people:8001"}
    valid |= {"TIMETRACK_PEOPLEINFO_HOST": "::1", "TIMETRACK_PEOPLEINFO_PORT": "2", "TIMETRACK_TEST_POSTGRES": "docker"}
    argv = ["status"] if program is MigrateSettings else []

    assert program.load(argv, {**valid, "HOME": "/home/ann"}, None) is not None
    with pytest.raises(ConfigError):
        program.load(argv, {**valid, "TIMETRACK_PEOPLEINFO_PROT": "2"}, None)


def test_people_info_has_a_host_and_a_port_of_its_own() -> None:
    environ = {"TIMETRACK_PORT": "1", "TIMETRACK_LOG_LEVEL": "debug", "TIMETRACK_PEOPLEINFO_PORT": "2"}

    settings = people_info("--host", "::1", environ=environ)

    assert (settings.host, settings.port, settings.log_level) == ("::1", 2, "warning")
    assert people_info() == people_info("--host", "127.0.0.1", "--port", "8001")


def test_other_programs_variables_change_nothing() -> None:
    environ = {"TIMETRACK_PORT": "1"} | dict.fromkeys(OF_PEOPLEINFO, "1")

    assert migrate("status", environ=environ) == migrate("status")


@pytest.mark.parametrize("name", [*ServerSettings.model_fields])
def test_no_error_repeats_a_value(name: str) -> None:
    # Neither a host, a number, a URL, the folder of a user, nor any word that is expected.
    secret = f"~{PASSWORD}:/"

    by_variable = refused(environ={f"TIMETRACK_{name.upper()}": secret})

    assert len(by_variable.faults) == 1
    assert PASSWORD not in str(by_variable)
    assert PASSWORD not in repr(by_variable)
    assert PASSWORD not in str(by_variable.__context__)


@pytest.mark.parametrize(
    "argv",
    [
        ("--databse-url", DATABASE_URL),
        (f"--db={DATABASE_URL}",),
        ("--demo", DATABASE_URL),
        ("--port", "--x", DATABASE_URL),
    ],
)
def test_a_mistyped_command_line_does_not_show_the_database_password(
    argv: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    stopped(*argv)

    assert PASSWORD not in capsys.readouterr().err


def test_neither_repr_nor_help_shows_the_database_password(capsys: pytest.CaptureFixture[str]) -> None:
    settings = server(environ={"TIMETRACK_DATABASE_URL": DATABASE_URL})

    with pytest.raises(SystemExit):
        server("--database-url", DATABASE_URL, "--help", environ={"TIMETRACK_DATABASE_URL": DATABASE_URL})

    assert settings.database_url == DATABASE_URL
    assert PASSWORD not in repr(settings) + str(settings)
    assert PASSWORD not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("program", "prefix"),
    [
        (ServerSettings, "TIMETRACK_"),
        (MigrateSettings, "TIMETRACK_"),
        (PeopleInfoSettings, "TIMETRACK_PEOPLEINFO_"),
    ],
)
def test_help_explains_each_flag_with_its_variable(
    program: type[ServerSettings | MigrateSettings | PeopleInfoSettings],
    prefix: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = stopped("--help", settings=program)

    printed = " ".join(capsys.readouterr().out.split())
    assert status == 0
    for name, field in program.model_fields.items():
        assert str(field.description) in printed
        assert name in {"command", "count"} or f"[{prefix}{name.upper()}]" in printed


def test_help_tells_the_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    stopped("--help")

    printed = " ".join(capsys.readouterr().out.split())
    assert "(default: 127.0.0.1) [TIMETRACK_HOST]" in printed
    assert "(default: false) [TIMETRACK_DEMO]" in printed
    assert not {"none", "null", "pydanticundefined"} & set(re.findall(r"\w+", printed.lower()))


def test_help_of_migrate_names_no_variable_for_what_only_its_command_line_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stopped("--help", settings=MigrateSettings)

    assert "TIMETRACK_CO" not in capsys.readouterr().out


def test_help_is_given_whatever_else_is_wrong() -> None:
    assert stopped("--bogus", "--port", "x", "--help") == 0


def test_the_version_is_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    stopped("--version")

    assert capsys.readouterr().out == f"timetrack-server {version()}\n"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "localhost"])
def test_demo_mode_is_a_bare_flag_on_a_loopback_address(host: str) -> None:
    assert server("--demo", "--host", host).demo


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "0"])  # noqa: S104 - to be refused
def test_demo_mode_is_refused_on_any_other_address(host: str) -> None:
    error = refused("--demo", "--host", host)

    assert error.faults == ("TIMETRACK_DEMO (--demo): Demo mode needs a loopback address as host, such as 127.0.0.1",)
    assert server("--host", host).host == host


def test_demo_mode_on_a_host_that_is_none_is_one_fault() -> None:
    (fault,) = refused("--demo", "--host", "a b").faults

    assert fault.startswith("TIMETRACK_HOST")


@pytest.mark.parametrize("addresses", [("127.0.0.1", "192.0.2.7"), ("192.0.2.7",), ()])
def test_demo_mode_is_refused_on_a_name_that_also_leads_elsewhere(
    addresses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        if not addresses:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    assert len(refused("--demo", "--host", "laptop").faults) == 1


def test_settings_survive_the_way_to_a_worker_process() -> None:
    settings = server("--port", "0", environ={"TIMETRACK_DATABASE_URL": DATABASE_URL})

    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - our own bytes


def test_settings_cannot_be_changed() -> None:
    settings = server()

    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1


def test_migrate_takes_back_one_migration_or_as_many_as_said() -> None:
    assert (migrate("rollback").command, migrate("rollback").count) == ("rollback", 1)
    assert migrate("--count", "3", "rollback").count == 3


@pytest.mark.parametrize(
    ("argv", "fault"),
    [
        (["upgrade"], "COMMAND: Input should be 'apply', 'rollback' or 'status'"),
        (["apply", "--count", "2"], "--count: Count goes with rollback only"),
        (["rollback", "--count", "0"], "--count: Input should be greater than or equal to 1"),
    ],
)
def test_migrate_refuses_what_it_cannot_mean(argv: list[str], fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        migrate(*argv)

    assert caught.value.faults == (fault,)


@pytest.mark.parametrize("argv", [(), ("status", "now")])
def test_migrate_takes_exactly_one_command(argv: tuple[str, ...]) -> None:
    assert stopped(*argv, settings=MigrateSettings) == 2


@pytest.mark.parametrize("variable", ["TIMETRACK_COMMAND", "TIMETRACK_COUNT"])
def test_what_migrate_does_is_said_on_the_command_line_only(variable: str) -> None:
    with pytest.raises(ConfigError) as caught:
        migrate("rollback", environ={variable: "1"})

    assert caught.value.faults == (f"{variable}: Extra inputs are not permitted",)


def test_a_role_for_the_servers_needs_a_database_that_somebody_else_has_set_up() -> None:
    with pytest.raises(ConfigError) as caught:
        migrate("apply", "--application-role", "timetrack")

    assert len(caught.value.faults) == 1
    assert (
        migrate("apply", "--application-role", "timetrack", "--database-url", DATABASE_URL).application_role
        == "timetrack"
    )


def test_the_table_for_the_readme_has_a_row_for_each_variable() -> None:
    rows = settings_table().splitlines()[2:]

    assert {row.split("`")[1] for row in rows} == all_variables()
    assert all(row.count("|") == 5 for row in rows)


def test_the_table_for_the_readme_is_the_same_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    here = settings_table()
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    assert settings_table() == here
