"""The operations `tasks.*`."""

from dataclasses import dataclass

from timetrack.domain.model.ids import TaskId
from timetrack.domain.services.tasks import Tasks
from timetrack.entrypoints.http.contract.schemas_generated import Task, TaskPage, TaskPatch, TaskWrite
from timetrack.entrypoints.http.messages.call import Call, Reply
from timetrack.entrypoints.http.representations import etags, json_bodies
from timetrack.entrypoints.http.representations.pages import Pages

_PAGES = Pages("tasks")


@dataclass(frozen=True, slots=True)
class TaskHandlers:
    """Tasks."""

    tasks: Tasks

    def create(self, call: Call, *, body: TaskWrite) -> Reply[Task]:
        """Create a task."""
        task = self.tasks.create(call.signed_in, body["description"])
        headers = {"Location": f"/tasks/{task.id}"}
        return etags.tagged(etags.of_task(task), json_bodies.task(task), status=201, headers=headers)

    def list(
        self, call: Call, *, description: str | None = None, limit: int, cursor: str | None = None
    ) -> Reply[TaskPage]:
        """List tasks."""
        page = self.tasks.list(description, _PAGES.request(limit, cursor))
        return _PAGES.reply(call, page, json_bodies.task)

    def get(self, call: Call, *, id: int) -> Reply[Task | None]:
        """Get a task."""
        task = self.tasks.get(TaskId(id))
        return etags.conditional_reply(call, etags.of_task(task), json_bodies.task(task))

    def replace(self, call: Call, *, id: int, body: TaskWrite) -> Reply[Task]:
        """Replace a task."""
        return self._change(call, id, body["description"])

    def change(self, call: Call, *, id: int, body: TaskPatch) -> Reply[Task]:
        """Change some members of a task."""
        return self._change(call, id, body.get("description"))

    def _change(self, call: Call, id: int, description: str | None) -> Reply[Task]:
        task = self.tasks.change(call.signed_in, TaskId(id), description, etags.precondition(call))
        return etags.tagged(etags.of_task(task), json_bodies.task(task))

    def delete(self, call: Call, *, id: int) -> Reply[None]:
        """Delete a task."""
        self.tasks.delete(call.signed_in, TaskId(id), etags.precondition(call))
        return Reply(status=204, body=None)
