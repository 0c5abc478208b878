"""Answers that are kept under an idempotency key, so that a retry gets the first one again."""

from collections.abc import Mapping
from dataclasses import dataclass

from timetrack.domain.errors import TimeTrackError


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An answer as it went out, byte for byte; it is kept and given back, and only the edge reads it.

    `outcome` is the number that says how the request ended, `labels` describe the content by name.
    """

    outcome: int
    labels: Mapping[str, str]
    content: bytes


class AnsweredBefore(Exception):  # noqa: N818 - not an error: the request has its answer
    """The key has come before with the same request, and this was the answer."""

    def __init__(self, answer: KeptAnswer) -> None:
        super().__init__("answered before")
        self.answer = answer


class RefusedBefore(Exception):  # noqa: N818 - not an error: the request has its answer
    """The key has come before with the same request, which was refused; `first_request_id` is of that one."""

    def __init__(self, refusal: TimeTrackError, first_request_id: str | None) -> None:
        super().__init__("refused before")
        self.refusal = refusal
        self.first_request_id = first_request_id
