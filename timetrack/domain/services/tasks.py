"""Creating, finding, changing and deleting tasks."""

from dataclasses import dataclass, replace

from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.permissions import Permission
from timetrack.domain.model.ids import TaskId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.versions import UNCONDITIONAL, Precondition
from timetrack.domain.ports.storage import Storage, Stores
from timetrack.domain.services.callers import caller_now


@dataclass(frozen=True, slots=True)
class Tasks:
    """The operations on tasks."""

    storage: Storage

    def create(self, caller: Caller, description: str) -> Task:
        """Create a task for all users."""
        with self.storage.transaction(caller) as stores:
            task = stores.tasks.add(description, caller.user_id)
            caller_now(stores, caller)  # behind the creation, which waits for a change of the caller
            return task

    def get(self, task_id: TaskId) -> Task:
        """Return a task.

        Raises:
            TaskNotFoundError: there is none of this id.
        """
        return self.storage.tasks.get(task_id)

    def list(self, description: str | None, page: PageRequest) -> Page[Task]:
        """Return tasks whose description has this part, by ascending id."""
        return self.storage.tasks.list(description, page)

    def change(
        self,
        caller: Caller,
        task_id: TaskId,
        description: str | None,
        expected: Precondition = UNCONDITIONAL,
    ) -> Task:
        """Change a task; a description of None stays as it is.

        Raises:
            TaskNotFoundError: there is none of this id.
            NotAllowedError: the caller may not change it.
            VersionMismatchError: the task has another version than expected.
        """
        with self.storage.transaction(caller) as stores:
            task = _lock(stores, caller, task_id)
            expected.check(task.version)
            return stores.tasks.save(
                replace(task, description=task.description if description is None else description)
            )

    def require_change(self, caller: Caller, task_id: TaskId) -> None:
        """Let only those pass who may change a task, or might have changed a deleted one.

        Raises:
            NotAllowedError: the caller may not.
        """
        creator = self.storage.tasks.creator(task_id)
        if creator is not None:
            Permission.CHANGE_TASK.require(caller, creator)

    def delete(self, caller: Caller, task_id: TaskId, expected: Precondition = UNCONDITIONAL) -> None:
        """Take a task from the lists and from use, and stop the timers that run on it; the hours stay.

        Raises:
            TaskNotFoundError: there is none of this id.
            NotAllowedError: the caller may not delete it.
            VersionMismatchError: the task has another version than expected.
        """
        with self.storage.transaction(caller) as stores:
            task = _lock(stores, caller, task_id)
            expected.check(task.version)
            stores.time_entries.stop_all_on_task(task_id)
            stores.tasks.delete(task_id)


def _lock(stores: Stores, caller: Caller, task_id: TaskId) -> Task:
    """Return the locked task, which the caller may change."""
    task = stores.tasks.lock_exclusive(task_id)
    Permission.CHANGE_TASK.require(caller_now(stores, caller), task.created_by)
    return task
