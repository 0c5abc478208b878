"""Sources of settings: the command line, by pydantic-settings, and the .env file, by python-dotenv."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dotenv.parser import parse_stream
from pydantic_settings import BaseSettings, CliSettingsSource

from timetrack.version import version

_PRECEDENCE = "A flag beats the environment, which beats a .env file in the current folder."


class ConfigError(Exception):
    """The settings are wrong; the message names every fault and repeats no value."""

    def __init__(self, program: str, faults: Sequence[str]) -> None:
        listed = "".join(f"\n  {fault}" for fault in faults)
        super().__init__(f"{program} cannot start with these settings:{listed}\nSee {program} --help")
        self.faults = tuple(faults)


def command_line(
    settings: type[BaseSettings], program: str, purpose: str, helps: Mapping[str, str]
) -> CliSettingsSource[Any]:
    """Return the command line of a program, with a help text for each field; it exits on unknown flags."""

    def add(parser: ArgumentParser, *names: str, **options: Any) -> None:  # noqa: ANN401 - argparse's own signature
        # The library's help text would name the functions that make defaults.
        parser.add_argument(*names, **options | {"help": helps[options.get("dest", names[0])]})

    parser = ArgumentParser(program, description=purpose, allow_abbrev=False, epilog=_PRECEDENCE)
    parser.add_argument("--version", action="version", version=f"{program} {version()}")
    return CliSettingsSource(settings, root_parser=parser, add_argument_method=add, parse_args_method=_parse)


def _parse(parser: ArgumentParser, argv: Sequence[str]) -> Namespace:
    # Not `parse_args`: what it says of unknown flags repeats their values, one of which may be a password.
    given, rest = parser.parse_known_args(argv)
    if rest:
        flags = [word.partition("=")[0] for word in rest if word.startswith("-")]
        parser.error(f"unrecognized arguments: {' '.join(flags)}" if flags else "a word belongs to no flag")
    return given


def read_env_file(program: str, path: Path | None) -> dict[str, str]:
    """Return the variables of a .env file as they stand there; a file that does not exist has none.

    Raises:
        ConfigError: the file, or a line of it, cannot be read.
    """
    if path is None or not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8") as file:
            # Not `dotenv_values`, which leaves out what it cannot read, so that a default would take its place.
            bindings = list(parse_stream(file))
    except (OSError, UnicodeDecodeError):
        raise ConfigError(program, [f"{path} cannot be read"]) from None
    if broken := [each.original.line for each in bindings if each.error]:
        raise ConfigError(program, [f"{path} line {line} is not NAME=value" for line in broken])
    return {each.key: each.value or "" for each in bindings if each.key}
