"""The help, the version and the README's table of the settings: complete, and without a secret."""

import re

import pytest

from tests.unit.config.loading import DATABASE_URL, PASSWORD, server, stopped
from timetrack.config import MigrateSettings, PeopleInfoSettings, ServerSettings, all_variables, settings_table
from timetrack.version import version


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
        assert name in program.argv_only or f"[{prefix}{name.upper()}]" in printed


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


def test_the_table_for_the_readme_has_a_row_for_each_variable() -> None:
    rows = settings_table().splitlines()[2:]

    assert {row.split("`")[1] for row in rows} == all_variables()
    assert all(row.count("|") == 5 for row in rows)


def test_the_table_for_the_readme_is_the_same_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    here = settings_table()
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    assert settings_table() == here
