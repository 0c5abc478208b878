"""Whose time is asked about."""

import pytest

from tests.database_clock import Clock
from tests.given import a_user
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.ports.storage import Storage


@pytest.fixture
def user(storage: Storage, clock: Clock) -> User:  # noqa: ARG001 - the clock stands still from here on
    """A user with a lane for each task."""
    return a_user(storage, UserChange(timers=Timers.PARALLEL))
