"""OAuth libraries find the endpoints by the metadata, and sign in and out."""

from typing import Any

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url
from oauthlib.oauth2 import LegacyApplicationClient, MetadataEndpoint
from requests_oauthlib import OAuth2Session as RequestsSession

from tests.running_server import PASSWORD, RunningServer

NATIONAL_ID = "5500 000001"


@pytest.fixture(scope="module", autouse=True)
def _somebody(server: RunningServer) -> None:
    server.register(NATIONAL_ID)


@pytest.fixture(autouse=True)
def _without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    # The libraries insist on https, which is a proxy's.
    for variable in ("AUTHLIB_INSECURE_TRANSPORT", "OAUTHLIB_INSECURE_TRANSPORT"):
        monkeypatch.setenv(variable, "1")


@pytest.fixture
def metadata(server: RunningServer) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(get_well_known_url(server.address, external=True), timeout=30).json()
    return found


def test_authlib_takes_the_metadata_for_valid(metadata: dict[str, Any]) -> None:
    # RFC 8414 leaves out the authorization endpoint where no grant uses it; authlib wants https for all others.
    secure = {name: _with_tls(value) for name, value in metadata.items()}

    AuthorizationServerMetadata(secure).validate()


def test_authlib_signs_in_and_out(server: RunningServer, metadata: dict[str, Any]) -> None:
    session = OAuth2Session(token_endpoint=metadata["token_endpoint"], token_endpoint_auth_method="none")  # noqa: S106 - no secret
    session.fetch_token(username=NATIONAL_ID, password=PASSWORD)

    assert session.get(f"{server.address}/users/current").status_code == 200
    session.revoke_token(metadata["revocation_endpoint"], token=session.token["access_token"])
    assert session.get(f"{server.address}/users/current").status_code == 401


def test_requests_oauthlib_signs_in(server: RunningServer, metadata: dict[str, Any]) -> None:
    session = RequestsSession(client=LegacyApplicationClient(client_id=""))
    session.fetch_token(metadata["token_endpoint"], username=NATIONAL_ID, password=PASSWORD, include_client_id=False)

    assert session.get(f"{server.address}/users/current").status_code == 200


def test_oauthlib_takes_the_metadata_for_valid(metadata: dict[str, Any]) -> None:
    claims = {name: _with_tls(value) for name, value in metadata.items()}

    assert MetadataEndpoint([], claims=claims).claims["issuer"] == claims["issuer"]


def _with_tls(value: Any) -> Any:  # noqa: ANN401 - a claim
    return value.replace("http://", "https://") if isinstance(value, str) else value
