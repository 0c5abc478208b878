"""Handlers that answer a repeated request with the first answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from timetrack.domain.errors import TimeTrackError, TooManyError, UnauthenticatedError, UnavailableError
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.ports.computing import Compute
from timetrack.domain.ports.idempotency import AnsweredBefore, KeptAnswer
from timetrack.domain.ports.storage import Storage
from timetrack.entrypoints.http.handlers import idempotency_key
from timetrack.entrypoints.http.messages.call import REPLAYED, Call, Handler, Reply
from timetrack.entrypoints.http.messages.problems import problem
from timetrack.entrypoints.http.messages.rendering import render

_PASSING = (UnavailableError, TooManyError, UnauthenticatedError)
"""Refusals that may pass although the request stays the same."""

Handlers = Mapping[str, Handler]


@dataclass(frozen=True, slots=True)
class Once:
    """Handlers whose effect, key and answer are one transaction where a request carries a key.

    `handlers_over` makes the handlers work on a storage: the plain one, or the one of a key.
    """

    storage: Storage
    handlers_over: Callable[[Storage], Handlers]
    compute: Compute

    def wrap(self, operation_id: str) -> Handler:
        """Return the operation's handler, which also understands `Idempotency-Key`."""
        plain = self.handlers_over(self.storage)[operation_id]

        def handle(call: Call, **parameters: Any) -> Reply[Any]:  # noqa: ANN401 - the contract has checked them
            key = idempotency_key.key(call, parameters.get("body"))
            return plain(call, **parameters) if key is None else self._handle(key, call, parameters)

        return handle

    def _handle(self, key: IdempotencyKey, call: Call, parameters: Mapping[str, Any]) -> Reply[Any]:
        try:
            with self.storage.once(key) as storage:
                answer = self._answer(self.handlers_over(storage)[call.operation_id], call, parameters)
                storage.keep(answer)
        except AnsweredBefore as before:
            return _reply(before.answer, REPLAYED)
        return _reply(answer, {})

    def _answer(self, handler: Handler, call: Call, parameters: Mapping[str, Any]) -> KeptAnswer:
        """Return what the handler answers; a refusal is an answer too, unless it may pass."""
        try:
            reply = handler(call, **parameters)
        except (*_PASSING, *idempotency_key.REFUSALS):
            raise
        except TimeTrackError as refusal:
            reply = problem(refusal, request_id=call.request_id, query_names=call.query_names)
        status, headers, body = render(reply)
        content = body if isinstance(body, bytes) else self.compute(partial(b"".join, body))
        return KeptAnswer(outcome=status, labels=dict(headers), content=content)


def _reply(answer: KeptAnswer, further: Mapping[str, str]) -> Reply[bytes]:
    headers = {name: value for name, value in answer.labels.items() if name != "Content-Type"}
    content_type = answer.labels.get("Content-Type", "")
    return Reply(status=answer.outcome, body=answer.content, headers={**headers, **further}, content_type=content_type)
