"""The container files against the project: every name that they use exists, and the parts fit each other."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from timetrack.config import MigrateSettings, PeopleInfoSettings, ServerSettings
from timetrack.contracts import read_contract

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SCRIPTS = PYPROJECT["project"]["scripts"]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "timetrack"}


def instructions() -> Iterator[tuple[str, str]]:
    """Yield the Dockerfile's instructions, such as ("USER", "timetrack"), each on one line."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            keyword, _, rest = line.partition(" ")
            yield keyword, re.sub(r"\s+", " ", rest).strip()


def all_of(keyword: str) -> list[str]:
    return [rest for found, rest in instructions() if found == keyword]


def only(keyword: str) -> str:
    (rest,) = all_of(keyword)
    return rest


def image_environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for rest in all_of("ENV") for pair in rest.split())


def interpolated(text: str) -> str:
    """Fill in the variables of compose.yaml, all of which must be demanded with a message."""
    filled = re.sub(r"\$\{[A-Z_]+:\?[^}]+\}", "example", text)
    assert "$" not in filled
    return filled


def environment(service: Mapping[str, Any]) -> dict[str, str]:
    return {name: interpolated(value) for name, value in service.get("environment", {}).items()}


def timetrack_environment(service: Mapping[str, Any]) -> dict[str, str]:
    return image_environment() | environment(service)


def server_settings() -> ServerSettings:
    service = SERVICES["server"]
    return ServerSettings.load(service.get("command", []), timetrack_environment(service), None)


def database_url(settings: ServerSettings | MigrateSettings) -> str:
    assert settings.database_url is not None
    return settings.database_url


def contract(name: str) -> Mapping[str, Any]:
    paths: Mapping[str, Any] = read_contract(ROOT / "api" / name)["paths"]
    return paths


# --- Dockerfile ---


def test_the_image_starts_the_server() -> None:
    assert json.loads(only("ENTRYPOINT")) == ["timetrack-server"]
    assert "timetrack-server" in SCRIPTS


def test_the_image_is_built_from_files_that_exist_and_are_sent_to_the_builder() -> None:
    copied = [source for rest in all_of("COPY") if "--from" not in rest for source in rest.split()[:-1]]
    sent = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]

    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert sorted(source.rstrip("/") for source in copied) == sorted(sent)


def test_the_image_holds_all_that_the_wheel_is_made_of() -> None:
    copied = {source.rstrip("/") for rest in all_of("COPY") for source in rest.split()[:-1]}
    wheel = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    packages, mapped = set(wheel["packages"]), set(wheel["force-include"])
    named = {PYPROJECT["project"]["readme"], *PYPROJECT["project"]["license-files"], "pyproject.toml"}

    assert packages | mapped | named <= copied


def test_the_image_installs_only_what_the_lock_files_name() -> None:
    installs = [step for rest in all_of("RUN") for step in rest.split("&&") if " install " in step]

    assert len(installs) == 3
    assert all("--require-hashes" in step or "--no-deps" in step for step in installs)


def test_both_stages_stand_on_one_fixed_python_that_the_project_supports() -> None:
    images = {rest.split()[0] for rest in all_of("FROM")}
    (image,) = images
    minor = re.fullmatch(r"python:3\.(\d+)-slim-\w+", image)

    assert len(all_of("FROM")) == 2
    assert minor
    assert PYPROJECT["project"]["requires-python"] == ">=3.11"
    assert int(minor[1]) >= 11


def test_the_image_does_not_run_as_root() -> None:
    last = list(instructions())
    made = re.search(r"useradd .*?(\w+)$", " ".join(all_of("RUN")))

    assert made
    assert all_of("USER") == [made[1]]
    assert last.index(("USER", made[1])) < last.index(("ENTRYPOINT", only("ENTRYPOINT")))


def test_the_images_variables_are_settings_of_the_server() -> None:
    settings = ServerSettings.load([], image_environment(), None)

    assert settings.host == "0.0.0.0"  # noqa: S104 - inside a container that is the way to be reachable
    assert not settings.demo


def test_the_image_exposes_and_checks_the_port_that_the_server_listens_on() -> None:
    port = ServerSettings.load([], image_environment(), None).port

    assert only("EXPOSE") == str(port)
    assert f"'http://127.0.0.1:{port}/health'" in only("HEALTHCHECK")
    assert "/health" in contract("openapi.yaml")


# --- compose.yaml ---


def test_compose_has_the_database_and_the_three_programs() -> None:
    assert set(SERVICES) == {"db", "migrate", "peopleinfo", "server"}
    assert set(OURS) == {"migrate", "peopleinfo", "server"}
    assert {service["build"] for service in OURS.values()} == {"."}


@pytest.mark.parametrize("name", ["migrate", "peopleinfo", "server"])
def test_each_of_our_services_runs_its_own_program(name: str) -> None:
    entrypoint = SERVICES[name].get("entrypoint", json.loads(only("ENTRYPOINT")))

    assert entrypoint == [f"timetrack-{name}"]
    assert entrypoint[0] in SCRIPTS


def migrate_settings() -> MigrateSettings:
    service = SERVICES["migrate"]
    return MigrateSettings.load(service["command"], timetrack_environment(service), None)


def test_migrate_brings_the_servers_database_up_to_date() -> None:
    settings = migrate_settings()
    owner, server = urlsplit(database_url(settings)), urlsplit(database_url(server_settings()))

    assert settings.command == "apply"
    assert (owner.hostname, owner.port, owner.path) == (server.hostname, server.port, server.path)


def test_the_server_connects_under_a_role_apart_which_migrate_grants_what_it_needs() -> None:
    owner, server = urlsplit(database_url(migrate_settings())), urlsplit(database_url(server_settings()))
    (mount,) = SERVICES["db"]["configs"]
    roles = interpolated(COMPOSE["configs"][mount["source"]]["content"])

    assert owner.username != server.username == migrate_settings().application_role
    assert mount["target"].startswith("/docker-entrypoint-initdb.d/")
    assert roles.strip() == f"CREATE ROLE {server.username} LOGIN PASSWORD '{server.password}';"


def test_the_server_serves_in_password_mode() -> None:
    assert not server_settings().demo


def test_the_database_is_the_one_that_migrate_asks() -> None:
    url = urlsplit(database_url(migrate_settings()))
    database = environment(SERVICES["db"])

    assert (url.hostname, url.port) == ("db", 5432)
    assert (url.username, url.password, url.path) == (
        database["POSTGRES_USER"],
        database["POSTGRES_PASSWORD"],
        "/" + database["POSTGRES_DB"],
    )


def test_the_database_is_a_supported_postgresql_whose_data_lasts() -> None:
    version = re.fullmatch(r"postgres:(\d+)-alpine", SERVICES["db"]["image"])
    (mount,) = SERVICES["db"]["volumes"]
    volume, _, folder = mount.partition(":")

    assert version
    assert int(version[1]) >= 18  # older images keep their data one folder further down
    assert folder == "/var/lib/postgresql"
    assert volume in COMPOSE["volumes"]


def test_people_info_listens_where_the_server_asks() -> None:
    settings = server_settings()
    service = SERVICES["peopleinfo"]
    listening = PeopleInfoSettings.load(service["command"], timetrack_environment(service), None)
    check = service["healthcheck"]["test"][-1]

    assert settings.peopleinfo_url == f"http://peopleinfo:{listening.port}"
    assert listening.host == "0.0.0.0"  # noqa: S104 - to be reached by the server's container
    assert f"'http://127.0.0.1:{listening.port}/health'" in check
    assert "/health" in contract("peopleinfo.yaml")


def test_only_the_server_is_published_and_only_on_this_machine() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert published == {"server": [f"127.0.0.1:8000:{server_settings().port}"]}


def test_each_service_waits_for_services_that_can_come_to_be_so() -> None:
    awaited = [
        (other, wait["condition"])
        for service in SERVICES.values()
        for other, wait in service.get("depends_on", {}).items()
    ]

    assert sorted(awaited) == [
        ("db", "service_healthy"),
        ("migrate", "service_completed_successfully"),
        ("peopleinfo", "service_healthy"),
    ]
    assert "test" in SERVICES["db"]["healthcheck"]
    assert SERVICES["migrate"]["restart"] == "no"


@pytest.mark.parametrize("name", ["migrate", "peopleinfo", "server"])
def test_our_services_have_no_rights_that_they_do_not_need(name: str) -> None:
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["cap_drop"] == ["ALL"]


def test_the_builder_is_sent_nothing_by_default() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]

    assert rules[0] == "*"
