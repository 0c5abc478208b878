"""Handlers that answer a repeated request with the first answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from timetrack.domain.errors import (
    AnswerTooLargeError,
    ForbiddenError,
    SecretShownOnceError,
    TimeTrackError,
    TooManyError,
    TooManyKeysError,
    UnauthenticatedError,
    UnavailableError,
)
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.ids import UserId
from timetrack.domain.ports.idempotency import AnsweredBefore, KeptAnswer
from timetrack.domain.ports.storage import Storage
from timetrack.entrypoints.http.handlers import idempotency_key
from timetrack.entrypoints.http.handlers.key_limit import KeyLimit
from timetrack.entrypoints.http.messages.call import REPLAYED, Call, Handler, Reply
from timetrack.entrypoints.http.messages.problems import problem
from timetrack.entrypoints.http.messages.rendering import render

_PASSING = (UnavailableError, TooManyError, UnauthenticatedError, ForbiddenError)
"""Refusals that may pass although the request stays the same."""

MOST_KEPT_BYTES = 512 * 1024
"""The largest answer that is kept; the repetition of a request with a larger one is told that it was done."""

Handlers = Mapping[str, Handler]


@dataclass(frozen=True, slots=True)
class Once:
    """Handlers whose effect, key and answer are one transaction where a request carries a key.

    `handlers_over` makes the handlers work on a storage: the plain one, or the one of a key. `may_replay` has, by
    operationId, who may have a kept answer again; `limit` tells who has too many keys for a new one.
    """

    storage: Storage
    handlers_over: Callable[[Storage], Handlers]
    may_replay: Mapping[str, Callable[[Call, Mapping[str, Any]], None]]
    limit: KeyLimit

    def wrap(self, operation_id: str) -> Handler:
        """Return the operation's handler, which also understands `Idempotency-Key`."""
        plain = self.handlers_over(self.storage)[operation_id]

        def handle(call: Call, **parameters: Any) -> Reply[Any]:  # noqa: ANN401 - the contract has checked them
            key = idempotency_key.key(call, parameters.get("body"))
            return plain(call, **parameters) if key is None else self._handle(key, call, parameters)

        return handle

    def _handle(self, key: IdempotencyKey, call: Call, parameters: Mapping[str, Any]) -> Reply[Any]:
        has_room = self.limit.has_room(key.owner)
        try:
            with self.storage.once(key) as storage:
                if not has_room:
                    storage.begin()  # a repetition needs no room, and gets its answer
                    raise TooManyKeysError
                reply = _answer(self.handlers_over(storage)[call.operation_id], call, parameters)
                answer = _rendered(reply)
                storage.keep(_kept(reply, answer, call), shows=_shown(reply.body))
        except AnsweredBefore as before:
            self.may_replay[call.operation_id](call, parameters)
            return _reply(before.answer, REPLAYED)
        return _reply(answer, {})


def _answer(handler: Handler, call: Call, parameters: Mapping[str, Any]) -> Reply[Any]:
    """Return what the handler answers; a refusal is an answer too, unless it may pass."""
    try:
        return handler(call, **parameters)
    except (*_PASSING, *idempotency_key.REFUSALS):
        raise
    except TimeTrackError as refusal:
        return _problem(refusal, call)


def _problem(refusal: TimeTrackError, call: Call) -> Reply[Any]:
    return problem(refusal, request_id=call.request_id, query_names=call.query_names, types=call.problem_types)


def _rendered(reply: Reply[Any]) -> KeptAnswer:
    status, headers, content = render(reply)
    assert isinstance(content, bytes)  # noqa: S101 - only what reads streams its answer
    return KeptAnswer(outcome=status, labels=dict(headers), content=content)


def _kept(reply: Reply[Any], answer: KeptAnswer, call: Call) -> KeptAnswer:
    """Return what a repetition gets: the same answer, unless that is too large or to be shown only once."""
    if reply.shows_secret:
        made = reply.body.get("id") if isinstance(reply.body, Mapping) else None
        return _rendered(_problem(SecretShownOnceError(made), call))
    if len(answer.content) > MOST_KEPT_BYTES:
        return _rendered(_problem(AnswerTooLargeError(), call))
    return answer


def _shown(body: object) -> UserId | None:
    """Return the user whom a body shows: whose time it is or, of what has a national ID, the user itself."""
    if not isinstance(body, Mapping):
        return None
    shown = body.get("user_id") or (body.get("id") if "national_id" in body else None)
    return None if shown is None else UserId(shown)


def _reply(answer: KeptAnswer, further: Mapping[str, str]) -> Reply[bytes | None]:
    headers = {name: value for name, value in answer.labels.items() if name != "Content-Type"}
    content_type = answer.labels.get("Content-Type", "")
    return Reply(
        status=answer.outcome, body=answer.content or None, headers={**headers, **further}, content_type=content_type
    )
