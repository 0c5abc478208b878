"""The documentation's page in a real Chromium: what it offers is executed as it is offered."""

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, sync_playwright

from tests.postgres import Databases
from tests.running_server import PASSWORD, RunningServer

# The first user is an administrator, who may read all; the contract's examples of ids are those of the last ones made.
NATIONAL_ID = "7700 000001"
USERS, ENTRIES = 7, 42
SUCCESSES = {"200", "201", "304"}


@pytest.fixture(scope="module")
def server(databases: Databases) -> Iterator[RunningServer]:
    """A server that has all that the examples name."""
    with RunningServer(["--database-url", databases.migrated().application_url]) as running:
        for number in range(1, USERS + 1):
            running.register(f"7700 {number:06}")
        token = running.sign_in(NATIONAL_ID)
        task = running.create_task(token)
        for _ in range(ENTRIES):
            for action in ("start", "stop"):
                response = running.call("POST", f"/tasks/{task}/{action}", token=token)
                assert response.ok, response.text
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Watched:
    """A page that remembers what went wrong on it, and whom it asked."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(message.text)

    def _see(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"}:
            self.hosts.add(address.netloc)


@pytest.fixture
def watched(browser: Browser, server: RunningServer) -> Iterator[Watched]:
    page = browser.new_page()
    watched = Watched(page)
    page.goto(f"{server.address}/ui/")
    _sign_in(page)
    yield watched
    page.close()


def _sign_in(page: Page) -> None:
    page.locator(".auth-wrapper > .authorize").click()
    form = page.locator(".auth-container", has=page.locator("#oauth_username"))
    form.locator("#oauth_username").fill(NATIONAL_ID)
    form.locator("#oauth_password").fill(PASSWORD)
    form.get_by_role("button", name="Apply given OAuth2 credentials").click()
    page.get_by_role("button", name="Remove authorization").wait_for()
    page.locator(".modal-ux .close-modal").click()


def _execute(operation: Locator) -> str:
    """Execute an operation with what is filled in, and return the status that the page shows."""
    operation.locator(".opblock-summary-control").click()
    operation.locator(".try-out__btn").click()
    operation.locator(".execute").click()
    shown: str = operation.locator(".live-responses-table .response .response-col_status").inner_text()
    return shown.split(maxsplit=1)[0]


def test_each_read_succeeds_as_it_is_offered(watched: Watched, server: RunningServer) -> None:
    contract = requests.get(f"{server.address}/openapi.json", timeout=30).json()
    reads = [path for path, methods in contract["paths"].items() if "get" in methods]
    watched.page.locator(".opblock").last.wait_for()

    offered = watched.page.locator(".opblock-get").all()
    statuses = {each.locator(".opblock-summary-path").get_attribute("data-path"): _execute(each) for each in offered}

    assert {path: status for path, status in statuses.items() if status not in SUCCESSES} == {}
    assert sorted(map(str, statuses)) == sorted(reads)
    assert (watched.faults, watched.hosts) == ([], {urlsplit(server.address).netloc})


def test_a_timer_starts_and_stops_as_it_is_offered(watched: Watched, server: RunningServer) -> None:
    started, stopped = (
        _execute(watched.page.locator(".opblock-post", has=watched.page.locator(f'[data-path="{path}"]')))
        for path in ("/tasks/{id}/start", "/tasks/{id}/stop")
    )

    assert (started, stopped) == ("201", "200")
    assert (watched.faults, watched.hosts) == ([], {urlsplit(server.address).netloc})
