"""The settings of the programs, from flags, environment variables and a .env file."""

from timetrack.config.settings import (
    MigrateSettings,
    PeopleInfoSettings,
    ServerSettings,
    Settings,
    all_variables,
    settings_table,
)
from timetrack.config.sources import ConfigError

__all__ = [
    "ConfigError",
    "MigrateSettings",
    "PeopleInfoSettings",
    "ServerSettings",
    "Settings",
    "all_variables",
    "settings_table",
]
