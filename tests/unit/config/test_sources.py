"""The sources of the settings: flags beat the environment, which beats the file; faults name them, never a value."""

from pathlib import Path

import pytest

from tests.unit.config.loading import DATABASE_URL, PASSWORD, migrate, people_info, refused, server, stopped
from timetrack.config import ConfigError, MigrateSettings, PeopleInfoSettings, ServerSettings, all_variables

PROGRAMS = [ServerSettings, MigrateSettings, PeopleInfoSettings]
OF_MIGRATE = {"TIMETRACK_APPLICATION_ROLE"}
OF_PEOPLEINFO = {"TIMETRACK_PEOPLEINFO_HOST", "TIMETRACK_PEOPLEINFO_PORT", "TIMETRACK_PEOPLEINFO_LOG_LEVEL"}


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
