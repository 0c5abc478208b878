"""Tasks in PostgreSQL."""

from timetrack.adapters.postgres.session import Session
from timetrack.adapters.postgres.statements import load
from timetrack.adapters.postgres.stores.patterns import containing
from timetrack.domain.errors import TaskNotFoundError
from timetrack.domain.model.ids import TaskId, UserId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.time.tasks import Task

_SQL = load("tasks")


class PostgresTasks:
    """See TaskStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, description: str, created_by: UserId) -> Task:
        """See TaskStore.add."""
        return _found(self._session.one(_SQL["add"], {"description": description, "created_by": created_by}, Task))

    def get(self, task_id: TaskId) -> Task:
        """See TaskStore.get."""
        return _found(self._session.find(_SQL["get"], task_id, Task))

    def creator(self, task_id: TaskId) -> UserId | None:
        """See TaskStore.creator."""
        return self._session.find(_SQL["creator"], task_id, _creator)

    def lock_exclusive(self, task_id: TaskId) -> Task:
        """See TaskStore.lock_exclusive."""
        return _found(self._session.one(_SQL["lock_exclusive"], {"id": task_id}, Task))

    def lock_shared(self, task_id: TaskId) -> bool:
        """See TaskStore.lock_shared."""
        return self._session.one(_SQL["lock_shared"], {"id": task_id}, _id) is not None

    def list(self, description: str | None, page: PageRequest) -> Page[Task]:
        """See TaskStore.list."""
        parameters = {
            "description": containing(description),
            "after": page.after[0] if page.after else 0,
            "limit": page.limit + 1,
        }
        return Page.cut(self._session.all(_SQL["list"], parameters, Task), page.limit, lambda task: (task.id,))

    def save(self, task: Task) -> Task:
        """See TaskStore.save."""
        return _found(self._session.one(_SQL["save"], {"id": task.id, "description": task.description}, Task))

    def delete(self, task_id: TaskId) -> None:
        """See TaskStore.delete."""
        self._session.run(_SQL["delete"], {"id": task_id})


def _found(task: Task | None) -> Task:
    if task is None:
        raise TaskNotFoundError
    return task


def _creator(*, created_by: int) -> UserId:
    return UserId(created_by)


def _id(*, id: int) -> TaskId:
    return TaskId(id)
