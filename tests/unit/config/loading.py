"""Loading settings the way the programs do, from what a test gives and nothing else."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from timetrack.config import ConfigError, MigrateSettings, PeopleInfoSettings, ServerSettings

PASSWORD = "hunter2hunter2"  # noqa: S105 - an example that must not be shown
DATABASE_URL = f"postgresql://timetrack:{PASSWORD}@db:5432/timetrack"


def server(
    *argv: str, environ: Mapping[str, str] = MappingProxyType({}), env_file: Path | None = None
) -> ServerSettings:
    """Load the server's settings from flags, environment and file, and from nothing else."""
    return ServerSettings.load(argv, environ, env_file)


def people_info(*argv: str, environ: Mapping[str, str] = MappingProxyType({})) -> PeopleInfoSettings:
    """Load the people-info service's settings."""
    return PeopleInfoSettings.load(argv, environ, None)


def migrate(*argv: str, environ: Mapping[str, str] = MappingProxyType({})) -> MigrateSettings:
    """Load the settings of migrations."""
    return MigrateSettings.load(argv, environ, None)


def refused(*argv: str, environ: Mapping[str, str] = MappingProxyType({}), env_file: Path | None = None) -> ConfigError:
    """Return the error that the server's settings are refused with."""
    with pytest.raises(ConfigError) as caught:
        server(*argv, environ=environ, env_file=env_file)
    return caught.value


def stopped(*argv: str, settings: type[ServerSettings | MigrateSettings | PeopleInfoSettings] = ServerSettings) -> int:
    """Return the status that a command line ends the program with."""
    with pytest.raises(SystemExit) as caught:
        settings.load(argv, {}, None)
    assert isinstance(caught.value.code, int)
    return caught.value.code
