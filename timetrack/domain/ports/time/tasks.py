"""Where tasks are kept."""

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

    def lock(self, task_id: TaskId) -> Task:
        """Return a task that nobody else changes, and on which no timer starts, before the transaction ends.

        Raises:
            TaskNotFoundError: there is none of this id.
        """

    def hold(self, task_id: TaskId) -> bool:
        """Return whether there is such a task; if so, it is not deleted before the transaction ends."""

    def list(self, description: str | None, page: PageRequest) -> Page[Task]:
        """Return tasks whose description has this part, in any case, by ascending id; the key is `(id,)`."""

    def save(self, task: Task) -> Task:
        """Keep a changed task, which the transaction has locked, as a new version."""

    def delete(self, task_id: TaskId) -> None:
        """Take a task from the lists and from use; its hours stay. The transaction has locked it."""
