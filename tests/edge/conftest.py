"""What tests of the edge share."""

import pytest

from tests.fakes.application import Application


@pytest.fixture(scope="session")
def application() -> Application:
    """The whole application over fakes."""
    return Application()
