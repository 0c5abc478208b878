"""The values of the settings: defaults, what is understood and what is refused."""

import pickle
from pathlib import Path

import pytest

from tests.unit.config.loading import DATABASE_URL, migrate, refused, server, stopped
from timetrack.config import ConfigError, MigrateSettings


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
        ("public_url", "https://hours.example", "https://hours.example"),
        ("public_url", "https://hours.example/time/track/", "https://hours.example/time/track"),
        ("token_idle_ttl", "120", 120),
        ("registration", "closed", "closed"),
        ("cors_origins", "https://hours.example,http://[::1]:3000", ...),
        ("cors_origins", "capacitor://localhost,app://obsidian.md,chrome-extension://" + "abcdefgh" * 4, ...),
        ("cors_origins", "moz-extension://2c12-62c7, tauri://localhost", "moz-extension://2c12-62c7,tauri://localhost"),
        ("trusted_proxies", "10.0.0.0/8,192.0.2.1,2001:db8::/32", ...),
        ("log_level", "WARNING", "warning"),
        ("keep_alive", "90", 90),
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
        ("keep_alive", "0"),
        ("public_url", "hours.example"),
        ("public_url", "ftp://hours.example"),
        ("public_url", "https://hours.example/?a=b"),
        ("public_url", "https://hours.example/#a"),
        ("public_url", "https://hours.example/a?"),
        ("public_url", "https://hours.example/a#"),
        ("public_url", "https://me@hours.example/"),
        ("public_url", "https://hours.example/a b"),
        ("public_url", "https://hours.example/a%2Fb"),
        ("public_url", "https://hours.example//a"),
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
        (
            ["upgrade"],
            (
                "COMMAND: Input should be 'apply', 'rollback', 'status', 'create-admin', 'reset-password' or"
                " 'role-changes'"
            ),
        ),
        (["apply", "--count", "2"], "--count: Count goes with rollback only"),
        (["status", "--yes"], "--yes: Yes goes with rollback only"),
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


@pytest.mark.parametrize("variable", ["TIMETRACK_COMMAND", "TIMETRACK_COUNT", "TIMETRACK_YES"])
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
