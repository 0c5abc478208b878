"""Applications for tests of the edge: one over handlers that only record, one over the domain and its fakes."""

from collections.abc import Iterator

import pytest
from starlette.types import ASGIApp

from tests.fakes.application import Application
from tests.fakes.handlers import FakeHandlers, fake_authenticate
from timetrack.entrypoints.http.app import create_app


@pytest.fixture(scope="session")
def application() -> Application:
    """The whole application over fakes."""
    return Application()


@pytest.fixture(scope="module")
def all_handlers() -> FakeHandlers:
    """The handlers of a module's tests; a test asks for `handlers`."""
    return FakeHandlers()


@pytest.fixture
def handlers(all_handlers: FakeHandlers) -> Iterator[FakeHandlers]:
    """Handlers that record their calls, and forget them behind each test."""
    yield all_handlers
    all_handlers.reset()


@pytest.fixture(scope="module")
def app(all_handlers: FakeHandlers, compiled: bool) -> ASGIApp:  # noqa: FBT001 - a fixture
    """An application with those handlers, in both modes."""
    return create_app(handlers=all_handlers, authenticate=fake_authenticate, compiled=compiled)
