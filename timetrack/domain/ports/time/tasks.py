"""The port that stores tasks."""

from typing import Protocol

from timetrack.domain.model.ids import TaskId, UserId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.time.tasks import Task


class TaskStore(Protocol):
    """Tasks, without those that were deleted."""

    def add(self, description: str, created_by: UserId) -> Task:
        """Keep a new task."""

    def get(self, task_id: TaskId) -> Task:
        """Return a task.

        Raises:
            TaskNotFoundError: there is none of this id.
        """

    def creator(self, task_id: TaskId) -> UserId | None:
        """Return who has created a task, deleted or not; None if there has never been one of this id."""

    def lock_exclusive(self, task_id: TaskId) -> Task:
        """Return a task that no other transaction changes or starts a timer on before this one ends.

        Raises:
            TaskNotFoundError: there is none of this id.
        """

    def lock_shared(self, task_id: TaskId) -> bool:
        """Return whether there is such a task; if so, no other transaction deletes it before this one ends.

        Others may have such a lock at the same time.
        """

    def list(self, description: str | None, page: PageRequest) -> Page[Task]:
        """Return tasks whose description has this part, in any case, by ascending id; the key is `(id,)`."""

    def save(self, task: Task) -> Task:
        """Keep a changed task, which the transaction has locked, as a new version."""

    def delete(self, task_id: TaskId) -> None:
        """Take a task from the lists and from use; its hours stay. The transaction has locked it."""
