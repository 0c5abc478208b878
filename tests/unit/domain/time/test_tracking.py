"""Starting and stopping, as callers do it."""

from datetime import timedelta

import pytest

from tests.fakes.storage import FakeStorage
from tests.given import a_task, caller
from timetrack.domain.errors import TimerAlreadyRunningError
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.time.time_entries import StartTimer, StopTimer
from timetrack.domain.services.tracking import Tracking


def test_a_timer_that_is_started_and_stopped_is_a_time_entry(storage: FakeStorage, member: User) -> None:
    tracking, task = Tracking(storage), a_task(storage, member)

    started = tracking.start(StartTimer(caller=caller(member), task_id=task.id)).entry
    storage.clock.advance(timedelta(hours=1))
    stopped = tracking.stop(StopTimer(caller=caller(member), task_id=task.id)).entry

    assert (stopped.id, stopped.duration, stopped.running) == (started.id, timedelta(hours=1), False)


def test_a_refusal_reaches_the_caller(storage: FakeStorage, member: User) -> None:
    tracking, command = Tracking(storage), StartTimer(caller=caller(member), task_id=a_task(storage, member).id)
    tracking.start(command)

    with pytest.raises(TimerAlreadyRunningError):
        tracking.start(command)
