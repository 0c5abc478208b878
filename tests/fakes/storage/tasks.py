"""Tasks in memory."""

from dataclasses import replace

from tests.fakes.storage.database import Session
from tests.fakes.storage.searching import contains, page_of
from timetrack.domain.errors import TaskNotFoundError
from timetrack.domain.model.ids import TaskId, UserId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.time.tasks import Task


class FakeTasks:
    """See TaskStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, description: str, created_by: UserId) -> Task:
        """See TaskStore.add."""
        now = self._session.database.now
        with self._session.statement() as state:
            state.require_user(created_by)
            task = Task(
                id=TaskId(next(self._session.database.ids)),
                description=description,
                created_by=created_by,
                version=1,
                created_at=now,
                updated_at=now,
            )
            state.tasks[task.id] = task
            return task

    def get(self, task_id: TaskId) -> Task:
        """See TaskStore.get."""
        with self._session.statement() as state:
            if task_id not in state.tasks:
                raise TaskNotFoundError
            return state.tasks[task_id]

    def creator(self, task_id: TaskId) -> UserId | None:
        """See TaskStore.creator."""
        with self._session.statement() as state:
            task = state.tasks.get(task_id) or state.deleted_tasks.get(task_id)
            return task.created_by if task else None

    def lock_exclusive(self, task_id: TaskId) -> Task:
        """See TaskStore.lock_exclusive."""
        task = self.get(task_id)
        self._session.lock(("task", task_id))
        return task

    def lock_shared(self, task_id: TaskId) -> bool:
        """See TaskStore.lock_shared."""
        with self._session.statement() as state:
            if task_id not in state.tasks:
                return False
        self._session.lock(("task, shared", task_id))
        return True

    def list(self, description: str | None, page: PageRequest) -> Page[Task]:
        """See TaskStore.list."""
        with self._session.statement() as state:
            return page_of([task for task in state.tasks.values() if contains(task.description, description)], page)

    def save(self, task: Task) -> Task:
        """See TaskStore.save."""
        self._session.require_lock(("task", task.id))
        with self._session.statement() as state:
            kept = state.tasks[task.id]
            saved = replace(
                kept,
                description=task.description,
                version=kept.version + 1,
                updated_at=self._session.database.now,
            )
            state.tasks[task.id] = saved
            return saved

    def delete(self, task_id: TaskId) -> None:
        """See TaskStore.delete."""
        self._session.require_lock(("task", task_id))
        with self._session.statement() as state:
            state.deleted_tasks[task_id] = state.tasks.pop(task_id)
