"""Behind a real nginx, which has the API under a path, and takes it off or leaves it."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

from tests.postgres import Databases
from tests.running_server import PASSWORD, RunningServer

_CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /time/ {{ proxy_pass {server}{rest}; }}
    location = /.well-known/oauth-authorization-server/time {{ proxy_pass {server}; }}
  }}
}}
"""


@dataclass(frozen=True)
class Proxied:
    url: str
    session: requests.Session

    def call(self, method: str, reference: str, **options: object) -> requests.Response:
        """Ask, as a client that resolves references against the URL that it has."""
        response = self.session.request(method, urljoin(f"{self.url}/", reference), timeout=30, **options)  # type: ignore[arg-type]
        assert response.status_code < 400, response.text
        return response


@pytest.fixture(params=["/", ""], ids=["takes its path off", "leaves it"])
def proxied(databases: Databases, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Proxied]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}/time"
    flags = ["--database-url", databases.migrated().application_url, "--public-url", url]
    with RunningServer(flags) as server:
        configuration = tmp_path / "nginx.conf"
        text = _CONFIGURATION.format(folder=tmp_path, port=port, server=server.address, rest=request.param)
        configuration.write_text(text)
        nginx = shutil.which("nginx") or "nginx"
        process = subprocess.Popen([nginx, "-c", str(configuration), "-p", str(tmp_path)])  # noqa: S603 - our own
        try:
            yield _signed_in(url, process)
        finally:
            process.terminate()
            process.wait(30)


def _signed_in(url: str, process: "subprocess.Popen[bytes]") -> Proxied:
    proxied = Proxied(url, requests.Session())
    while True:
        assert process.poll() is None, "nginx does not start"
        try:
            proxied.call("GET", "health")
        except requests.ConnectionError:
            continue
        break
    registered = proxied.call("POST", "users", json={"national_id": "1234 567890", "password": PASSWORD})
    form = {"grant_type": "password", "username": "1234 567890", "password": PASSWORD}
    token = proxied.call("POST", "auth", data=form).json()["access_token"]
    proxied.session.headers["Authorization"] = f"Bearer {token}"
    assert proxied.call("GET", registered.headers["Location"]).json()["id"] == registered.json()["id"]
    return proxied


def test_what_was_made_is_found_and_lists_are_followed_to_their_end(proxied: Proxied) -> None:
    made = [proxied.call("POST", "tasks", json={"description": f"Task {number}"}) for number in range(5)]
    found = [proxied.call("GET", response.headers["Location"]).json()["id"] for response in made]

    started = proxied.call("POST", f"tasks/{found[0]}/start")
    proxied.call("GET", started.headers["Location"])
    page = proxied.call("GET", "tasks?limit=2")
    listed = [task["id"] for task in page.json()["items"]]
    while page.links:
        page = proxied.call("GET", page.links["next"]["url"])
        listed += [task["id"] for task in page.json()["items"]]

    assert sorted(listed) == sorted(found)


def test_the_documentation_is_whole_and_its_server_is_the_proxy(proxied: Proxied) -> None:
    page = proxied.call("GET", "ui")
    assert page.url == f"{proxied.url}/ui/"
    references = re.findall(r'(?:src|href|url)[=:] ?"([^"]+)"', page.text)

    contents = {reference: proxied.call("GET", urljoin(page.url, reference)) for reference in references}

    (contract,) = (each for reference, each in contents.items() if reference.endswith("openapi.json"))
    assert contract.json()["servers"] == [{"url": proxied.url}]
    assert len(contents) > 3


def test_oauths_metadata_is_found_from_the_issuer(proxied: Proxied) -> None:
    well_known = urljoin(proxied.url, "/.well-known/oauth-authorization-server/time")

    for url in (well_known, f"{proxied.url}/.well-known/oauth-authorization-server"):
        assert proxied.call("GET", url).json()["issuer"] == proxied.url
