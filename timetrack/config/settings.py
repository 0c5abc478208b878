"""The settings of the programs: one frozen object each, which can be handed to worker processes."""

import os
import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError, PydanticUndefined
from pydantic_settings import BaseSettings, CliPositionalArg, InitSettingsSource, SettingsConfigDict

from timetrack.config.hosts import resolves_to_loopback
from timetrack.config.origins import fault_of_origin
from timetrack.config.sources import ConfigError, command_line, read_env_file

_OURS = "TIMETRACK_"
# Variables of the test suite live in the same environment; no program reads them.
_OF_THE_TESTS = "TIMETRACK_TEST_"
# Letters that every proxy and browser leaves as they are.
_PATH = re.compile(r"(/[0-9A-Za-z._~-]+)*/?")


def _absolute(path: Path) -> Path:
    try:
        return path.expanduser().absolute()
    except RuntimeError:
        raise PydanticCustomError("no_home", "Input should name the home folder of a user who exists") from None


def _networks(text: str) -> str:
    try:
        for each in text.split(","):
            ip_network(each)
    except ValueError:
        raise PydanticCustomError("networks", "Input should be IP addresses or networks such as 10.0.0.0/8") from None
    return text


def _origins(text: str) -> str:
    origins = [each.strip() for each in text.split(",")]
    for place, origin in enumerate(origins, start=1):
        if fault := fault_of_origin(origin):
            told = "Origin {place} {fault}; an origin is what browsers send, such as https://hours.example"
            raise PydanticCustomError("origins", told, {"place": place, "fault": fault})
    return ",".join(origins)


def _public_url(url: object) -> str:
    parts = urlsplit(str(url))
    if set("?#") & set(str(url)) or parts.username is not None or not _PATH.fullmatch(parts.path):
        raise PydanticCustomError("public_url", "Input should be a URL such as https://host or https://host/timetrack")
    return str(url).rstrip("/")


AnyCase = BeforeValidator(str.lower)
Folder = Annotated[Path, AfterValidator(_absolute)]
Host = Annotated[str, Field(pattern=r"^[0-9A-Za-z]([0-9A-Za-z._-]*[0-9A-Za-z])?$|^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$")]
LogFormat = Annotated[Literal["text", "json"], AnyCase]
LogLevel = Annotated[Literal["debug", "info", "warning", "error"], AnyCase]
Networks = Annotated[str, AfterValidator(_networks)]
Origins = Annotated[str, AfterValidator(_origins)]
Port = Annotated[int, Field(ge=0, le=65535)]
Registration = Annotated[Literal["open", "closed"], AnyCase]
RoleName = Annotated[str, Field(pattern=r"^[^\x00-\x1f]{1,63}$")]
UpTo200 = Annotated[int, Field(ge=1, le=200)]
# The rest is libpq's to judge: several hosts, sockets and options are all legal.
PostgresUrl = Annotated[str, Field(pattern=r"^postgres(ql)?://[^\s/]\S*$")]
if TYPE_CHECKING:
    WebUrl = str
    PublicUrl = str
else:
    WebUrl = Annotated[HttpUrl, AfterValidator(str)]
    PublicUrl = Annotated[HttpUrl, AfterValidator(_public_url)]


def _data_dir() -> Path:
    return Path("/var/lib/timetrack") if os.geteuid() == 0 else user_data_path("timetrack")


def _workers() -> int:
    # One process cannot use two cores, and PostgreSQL, often on the same machine, needs some. Two keep
    # serving while one of them restarts; more are for its owner to choose, who knows the machine.
    return min(2, os.cpu_count() or 1)


class ProgramSettings(BaseSettings):
    """The settings of a program: every field is a flag and an environment variable, unless `argv_only` has it."""

    model_config = SettingsConfigDict(
        frozen=True,
        validate_default=False,
        hide_input_in_errors=True,
        url_preserve_empty_path=True,
        env_prefix=_OURS,
        cli_kebab_case=True,
        cli_implicit_flags=True,
        cli_hide_none_type=True,
    )
    program: ClassVar[str]
    purpose: ClassVar[str]
    argv_only: ClassVar[Mapping[str, str]] = {}
    """Names on the command line of fields that are no variables."""

    @classmethod
    def load(cls, argv: Sequence[str], environ: Mapping[str, str], env_file: Path | None = Path(".env")) -> Self:
        """Return the settings; a flag beats the environment, which beats the file.

        Raises:
            ConfigError: values, variables or the file are wrong; it names every fault.
            SystemExit: a flag is unknown, or `--help` or `--version` was asked for; all has been said.
        """
        flags = command_line(cls, cls.program, cls.purpose, {name: _help(cls, name) for name in cls.model_fields})
        variables = {**read_env_file(cls.program, env_file), **environ}
        sources = flags(args=list(argv)), InitSettingsSource(cls, _by_field(cls, variables))
        try:
            return cls(_build_sources=(sources, {}))  # type: ignore[call-arg]  # mypy knows the fields only
        except ValidationError as error:
            raise ConfigError(cls.program, _faults(cls, error)) from None

    @field_validator("*", mode="before")
    @classmethod
    def _not_empty(cls, value: object) -> object:
        # The library reads the word `null` on the command line as None, which would mean a default.
        if value is None or value == "":
            raise PydanticCustomError("empty", "Input should not be empty")
        return value


class Settings(ProgramSettings):
    """Settings that server and migrate have in common."""

    database_url: PostgresUrl | None = Field(
        None,
        repr=False,
        description="The URL of the PostgreSQL database, by default of one of its own; other users may see flags",
    )
    data_dir: Folder = Field(
        default_factory=_data_dir,
        description="Where a PostgreSQL of its own keeps its data, by default /var/lib/timetrack for root,"
        " else timetrack in the user's data folder",
    )
    log_level: LogLevel = Field("info", description="What is worth logging")


class ServerSettings(Settings):
    """The settings of timetrack-server."""

    program = "timetrack-server"
    purpose = "Serve the TimeTrack API."

    host: Host = Field("127.0.0.1", description="The address to listen on")
    port: Port = Field(8000, description="The TCP port to listen on, 0 for any that is free")
    workers: Annotated[int, Field(ge=1, le=64)] = Field(
        default_factory=_workers,
        description="How many processes serve, by default 2, or 1 where there is one processor",
    )
    threads: UpTo200 = Field(
        10,
        description="How many threads each process has for Connexion's own stack: /ui, and all else with --no-compiled",
    )
    database_pool_size: UpTo200 = Field(
        10, description="How many database connections each process may open; one more asks whether the database serves"
    )
    database_pipelines: int = Field(
        5,
        ge=0,
        le=50,
        description="How many further connections each process opens, each shared by many requests, "
        "the first for lookups alone; 0 for no such",
    )
    statement_timeout: float = Field(5.0, ge=0.1, le=300, description="How many seconds a database statement may take")
    prepared_statements: bool = Field(default=True, description="Prepare statements; some connection poolers cannot")
    compiled: bool = Field(default=True, description="Serve by the contract compiled; else by Connexion's own stack")
    peopleinfo_url: WebUrl | None = Field(
        None, repr=False, description="The URL of the people-info service, by default of the bundled one"
    )
    peopleinfo_timeout: float = Field(1.0, ge=0.1, le=30, description="How many seconds a call of people-info may take")
    demo: bool = Field(default=False, description="Use the demo's simple sign-in, on a loopback address only")
    token_ttl: int = Field(43_200, ge=60, le=31_536_000, description="How many seconds a sign-in lasts")
    token_idle_ttl: int = Field(
        28_800, ge=120, le=31_536_000, description="How many seconds a sign-in lasts without being used"
    )
    public_url: PublicUrl | None = Field(
        None,
        description="The URL at which clients see the API, such as https://host/timetrack; a proxy may take its path"
        " off or leave it",
    )
    registration: Registration = Field("open", description="Whether people may register themselves")
    registrations_per_address: int = Field(
        60,
        ge=0,
        le=300,
        description="How many may register from one address at once, then one each 10 seconds; 0 for any number",
    )
    cors_origins: Origins | None = Field(
        None,
        description="The origins whose web pages may use the API, with commas between them, and no others; of any"
        " scheme, such as https://hours.example or capacitor://localhost",
    )
    trusted_proxies: Networks | None = Field(
        None,
        description="The addresses or networks of proxies in front, with commas between them, whose X-Forwarded-For"
        " tells where a request comes from; nobody else's does",
    )
    connections_per_address: int = Field(
        256,
        ge=1,
        le=65_536,
        description="How many connections one address (IPv6: one /64 network) may have to each process; a trusted"
        " proxy may have any number",
    )
    keep_alive: int = Field(
        65,
        ge=1,
        le=3600,
        description="How many seconds a connection may be idle; longer than those of a proxy in front, which else sends"
        " requests into connections that close",
    )
    log_format: LogFormat = Field("text", description="How log lines are written")
    drain_seconds: float = Field(1.0, ge=0, le=8, description="How many seconds /ready says 503 before the port closes")

    @field_validator("demo")
    @classmethod
    def _demo_stays_on_this_machine(cls, demo: bool, others: ValidationInfo) -> bool:  # noqa: FBT001 - pydantic's call
        if demo and "host" in others.data and not resolves_to_loopback(others.data["host"]):
            raise PydanticCustomError("demo", "Demo mode needs a loopback address as host, such as 127.0.0.1")
        return demo


class MigrateSettings(Settings):
    """The settings of timetrack-migrate."""

    program = "timetrack-migrate"
    purpose = (
        "Look after a database: bring its schema up to date (apply), take migrations back (rollback), tell the state"
        " (status); make an admin (create-admin), give a user another password (reset-password), tell who gave whom"
        " which role (role-changes). National ID and password are asked for, or are the first two lines of the input."
    )
    argv_only = {"command": "COMMAND", "count": "--count", "yes": "--yes"}

    command: CliPositionalArg[
        Literal["apply", "rollback", "status", "create-admin", "reset-password", "role-changes"]
    ] = Field(description="What to do: apply, rollback, status, create-admin, reset-password or role-changes")
    application_role: RoleName | None = Field(
        None,
        description="Of timetrack-migrate: the servers' role in the database, which is given what it needs and no more",
    )
    count: int = Field(1, ge=1, le=1000, description="How many migrations rollback takes back")
    yes: bool = Field(default=False, description="Let rollback delete data; without it, it says what would go")

    @field_validator("application_role")
    @classmethod
    def _role_is_of_an_outside_database(cls, role: str | None, others: ValidationInfo) -> str | None:
        if role is not None and others.data.get("database_url", "wrong") is None:
            raise PydanticCustomError(
                "role", "Application role goes with a database URL only: a database of its own has one"
            )
        return role

    @field_validator("count")
    @classmethod
    def _count_is_of_a_rollback(cls, count: int, others: ValidationInfo) -> int:
        if others.data.get("command", "rollback") != "rollback":
            raise PydanticCustomError("count", "Count goes with rollback only")
        return count

    @field_validator("yes")
    @classmethod
    def _yes_is_to_a_rollback(cls, yes: bool, others: ValidationInfo) -> bool:  # noqa: FBT001 - pydantic's call
        if yes and others.data.get("command", "rollback") != "rollback":
            raise PydanticCustomError("yes", "Yes goes with rollback only")
        return yes


class PeopleInfoSettings(ProgramSettings):
    """The settings of timetrack-peopleinfo."""

    model_config = SettingsConfigDict(env_prefix="TIMETRACK_PEOPLEINFO_")
    program = "timetrack-peopleinfo"
    purpose = (
        "Serve made-up people by national ID. The same ID always gives the same person. Series 0400 was never issued"
        " (400), series 0500 fails (500), series 0503 hangs for up to a minute (503)."
    )

    host: Host = Field("127.0.0.1", description="The address to listen on")
    port: Port = Field(8001, description="The TCP port to listen on, 0 for any that is free")
    log_level: LogLevel = Field("warning", description="What is worth logging")


def all_variables() -> frozenset[str]:
    """Return the names of the environment variables of server and migrate."""
    return frozenset({*_variables(ServerSettings).values(), *_variables(MigrateSettings).values()})


def settings_table() -> str:
    """Return the settings of server and migrate as a Markdown table, for the README."""
    rows = {
        variable: _row(each, name)
        for each in (ServerSettings, MigrateSettings)
        for name, variable in _variables(each).items()
    }
    return f"| variable | flag | default | meaning |\n|---|---|---|---|\n{''.join(rows.values())}"


def _row(settings: type[ProgramSettings], name: str) -> str:
    cells = f"`{_variables(settings)[name]}`", f"`{_flag(name)}`", _default(settings, name)
    return f"| {' | '.join(cells)} | {settings.model_fields[name].description} |\n"


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _variables(settings: type[ProgramSettings]) -> dict[str, str]:
    """Return the environment variables by field."""
    prefix = settings.model_config["env_prefix"]
    return {name: prefix + name.upper() for name in settings.model_fields if name not in settings.argv_only}


def _default(settings: type[ProgramSettings], name: str) -> str:
    """Return the default in words, empty where the description tells it."""
    default = settings.model_fields[name].default
    return "" if default in {None, PydanticUndefined} else str(default).lower()


def _help(settings: type[ProgramSettings], name: str) -> str:
    default, variable = _default(settings, name), _variables(settings).get(name)
    parts = settings.model_fields[name].description, default and f"(default: {default})", variable and f"[{variable}]"
    return " ".join(filter(None, parts))


def _by_field(settings: type[ProgramSettings], variables: Mapping[str, str]) -> dict[str, str]:
    """Return the program's variables by field; unknown ones keep their names, to be refused as fields that none is."""
    fields = {variable: name for name, variable in _variables(settings).items()}
    ours = {each for each in variables if each.startswith(_OURS) and not each.startswith(_OF_THE_TESTS)}
    # The programs may share one environment.
    unknown = ours - all_variables() - {*_variables(PeopleInfoSettings).values()}
    return {fields.get(each, each): text for each, text in variables.items() if each in fields or each in unknown}


def _faults(settings: type[ProgramSettings], error: ValidationError) -> list[str]:
    names = {name: f"{variable} ({_flag(name)})" for name, variable in _variables(settings).items()}
    names |= settings.argv_only
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [f"{names.get(str(each['loc'][0]), each['loc'][0])}: {each['msg']}" for each in found]
