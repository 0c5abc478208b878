"""Behind a proxy that has the API under a path: references lead back there, whether it takes its path off or not."""

from typing import Any

import pytest
import yaml
from starlette.types import ASGIApp

from tests.fakes.handlers import TOKEN, FakeHandlers, fake_authenticate
from tests.http_clients import ask, request, send, serving
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.contract.operations import ContractError
from timetrack.entrypoints.http.handlers.auth import AuthHandlers
from timetrack.entrypoints.http.messages.call import Call, Reply
from timetrack.entrypoints.http.messages.errors import IssuerUnknownError

URL = "https://hours.example/time/track"
PATH = "/time/track"
METADATA = "/.well-known/oauth-authorization-server"
SIGNED_IN = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def app(all_handlers: FakeHandlers, compiled: bool) -> ASGIApp:  # noqa: FBT001 - a fixture
    return create_app(handlers=all_handlers, authenticate=fake_authenticate, compiled=compiled, public_url=URL)


@pytest.fixture(params=["", PATH], ids=["taken off", "left"])
def prefix(request: pytest.FixtureRequest) -> str:
    """What the proxy leaves of its path."""
    return str(request.param)


def pointing(location: str, link: str) -> Any:  # noqa: ANN401 - a handler of any operation
    return lambda *_, **__: Reply(body={}, headers={"Location": location, "Link": link})


def test_references_lead_to_where_the_client_is(app: ASGIApp, handlers: FakeHandlers, prefix: str) -> None:
    handlers.answers["tasks.get"] = pointing("/tasks/1", '</tasks?cursor=a>; rel="next"')

    response = ask(app, "GET", f"{prefix}/tasks/1", headers=SIGNED_IN)

    assert response.status_code == 200
    assert response.headers["location"] == f"{PATH}/tasks/1"
    assert response.headers["link"] == f'<{PATH}/tasks?cursor=a>; rel="next"'
    assert handlers.last[0].path == "/tasks/1"


def test_so_they_do_by_the_fast_path(app: ASGIApp, handlers: FakeHandlers, prefix: str) -> None:
    handlers.answers["tasks.get"] = pointing("/tasks/1", '</tasks?cursor=a>; rel="next"')

    with serving(app) as address:
        (response,) = send(address, request(f"{prefix}/tasks/1", f"Authorization: Bearer {TOKEN}"))

    assert response.headers["location"] == f"{PATH}/tasks/1"
    assert response.headers["link"] == f'<{PATH}/tasks?cursor=a>; rel="next"'


def test_references_to_elsewhere_stay(app: ASGIApp, handlers: FakeHandlers) -> None:
    handlers.answers["tasks.get"] = pointing("https://else.example/a", "<https://else.example/b>; rel=next")

    response = ask(app, "GET", "/tasks/1", headers=SIGNED_IN)

    assert response.headers["location"] == "https://else.example/a"
    assert response.headers["link"] == "<https://else.example/b>; rel=next"


def test_the_documentation_and_its_contract_are_found(app: ASGIApp, prefix: str) -> None:
    redirect = ask(app, "GET", f"{prefix}/ui")
    page = ask(app, "GET", f"{prefix}/ui/")
    by_json, by_yaml = ask(app, "GET", f"{prefix}/openapi.json"), ask(app, "GET", f"{prefix}/openapi.yaml")

    assert redirect.headers["location"] == f"{PATH}/ui/"
    assert '"../openapi.json"' in page.text
    assert by_json.json() == yaml.safe_load(by_yaml.text)
    assert by_json.json()["servers"] == [{"url": URL}]
    flows = by_json.json()["components"]["securitySchemes"]["oauth2"]["flows"]
    assert flows["password"]["tokenUrl"] == f"{URL}/auth"
    assert by_yaml.headers["content-type"] == "application/yaml"


@pytest.mark.parametrize("path", ["/time/tracks/tasks/1", "/time", "/time/track", "/time/track//tasks/1"])
def test_a_path_that_is_like_the_proxys_is_none(app: ASGIApp, path: str) -> None:
    assert ask(app, "GET", path, headers=SIGNED_IN).status_code == 404


@pytest.mark.parametrize("path", [METADATA, f"{PATH}{METADATA}", f"{METADATA}{PATH}"])
def test_the_metadata_of_oauth_is_where_rfc_8414_has_it(app: ASGIApp, handlers: FakeHandlers, path: str) -> None:
    assert ask(app, "GET", path).status_code == 200
    assert handlers.last[0].operation_id == "auth.metadata"


def metadata(public_url: str | None, peer: str = "127.0.0.1", **headers: str) -> Any:  # noqa: ANN401 - JSON
    call = Call(operation_id="auth.metadata", path=METADATA, query="", headers=headers, request_id="1", peer=peer)
    handlers = AuthHandlers(None, None, public_url)  # type: ignore[arg-type]  # it asks neither
    return handlers.metadata(call).body


def test_the_issuer_is_the_public_url_whoever_asks() -> None:
    found = metadata(URL, peer="192.0.2.1", host="lies.example")

    assert (found["issuer"], found["token_endpoint"]) == (URL, f"{URL}/auth")


def test_without_one_it_is_what_a_client_of_this_machine_calls_it() -> None:
    assert metadata(None, host="localhost:8000")["issuer"] == "http://localhost:8000"


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        ("192.0.2.1", {"host": "localhost"}),
        ("127.0.0.1", {"host": "lies.example"}),
        ("127.0.0.1", {"host": "localhost", "x-forwarded-for": "192.0.2.1"}),
        ("127.0.0.1", {}),
    ],
)
def test_no_name_from_elsewhere_becomes_the_issuer(peer: str, headers: dict[str, str]) -> None:
    with pytest.raises(IssuerUnknownError):
        metadata(None, peer, **headers)


def test_without_a_url_nothing_changes(handlers: FakeHandlers) -> None:
    app = create_app(handlers=handlers, authenticate=fake_authenticate)
    handlers.answers["tasks.get"] = pointing("/tasks/1", "</tasks>")

    assert ask(app, "GET", "/tasks/1", headers=SIGNED_IN).headers["location"] == "/tasks/1"
    assert ask(app, "GET", "/openapi.json").json()["servers"] == [{"url": "/"}]


def test_the_type_of_a_problem_leads_to_its_explanation(app: ASGIApp, prefix: str) -> None:
    problem = ask(app, "GET", f"{prefix}/nothing").json()

    assert problem["type"] == f"{URL}/problems/not_found"
    assert ask(app, "GET", f"{prefix}/problems/not_found").status_code == 200


@pytest.mark.parametrize("path", ["/tasks", "/users/current", "/auth", "/ui", "/.well-known/a"])
def test_a_public_path_that_begins_as_the_apis_is_refused_at_the_start(path: str) -> None:
    with pytest.raises(ContractError, match="choose another one"):
        create_app(handlers=FakeHandlers(), authenticate=fake_authenticate, public_url=f"https://hours.example{path}")
