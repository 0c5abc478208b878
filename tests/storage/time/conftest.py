"""Time entries to begin with."""

from datetime import timedelta

import pytest

from tests.database_clock import Clock
from tests.given import an_entry
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import TimeEntry
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.storage import Storage

HOUR = timedelta(hours=1)


@pytest.fixture
def entry(storage: Storage, clock: Clock, user: User, task: Task) -> TimeEntry:
    """From two hours ago to an hour ago."""
    return an_entry(storage, user, task, clock.now - 2 * HOUR, clock.now - HOUR)
