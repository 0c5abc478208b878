"""A handler for each operation of the contract, that answers with the contract's own example."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from connexion.json_schema import resolve_refs

from timetrack.contracts import read_contract
from timetrack.domain.errors import TokenInvalidError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.users.roles import Role
from timetrack.entrypoints.http.contract.definitions import definitions
from timetrack.entrypoints.http.messages.call import Call, Handler, Reply
from timetrack.resources import resource

TOKEN = "7"  # noqa: S105 - of a fake
CALLER = Caller(user_id=UserId(7), role=Role.MEMBER)


def fake_authenticate(token: str) -> Caller:
    """Know one token."""
    if token != TOKEN:
        raise TokenInvalidError
    return CALLER


class FakeHandlers(Mapping[str, Handler]):
    """Answers each operation with its first successful example; remembers calls; `answers` says otherwise."""

    def __init__(self, specification: Path | None = None) -> None:
        self._examples = _examples(specification or resource("api", "openapi.yaml"))
        self.calls: list[tuple[Call, dict[str, Any]]] = []
        self.answers: dict[str, Callable[..., Reply[Any]]] = {}

    def __getitem__(self, operation_id: str) -> Handler:
        example = self._examples[operation_id]

        def handler(call: Call, **arguments: object) -> Reply[Any]:
            self.calls.append((call, arguments))
            answer = self.answers.get(operation_id)
            return answer(call, **arguments) if answer else example

        return handler

    def __iter__(self) -> Iterator[str]:
        return iter(self._examples)

    def __len__(self) -> int:
        return len(self._examples)

    def reset(self) -> None:
        """Remember no call, and answer every operation with its example."""
        self.calls.clear()
        self.answers.clear()

    @property
    def last(self) -> tuple[Call, dict[str, Any]]:
        """The latest call and its arguments."""
        return self.calls[-1]


@cache
def _examples(specification: Path) -> Mapping[str, Reply[Any]]:
    return dict(_found_in(resolve_refs(read_contract(specification))))


def _found_in(contract: Mapping[str, Any]) -> Iterator[tuple[str, Reply[Any]]]:
    for each in definitions(contract):
        status, response = min(each.operation["responses"].items())
        content = response.get("content", {}).get("application/json", {})
        yield each.operation["operationId"], Reply(status=int(status), body=content.get("example"))
