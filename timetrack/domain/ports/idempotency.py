"""Where answers are kept, so that a retry gets the first one again."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An answer as it went out, byte for byte; `headers` include the media type of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class AnsweredBefore(Exception):  # noqa: N818 - not an error: the request has its answer
    """The key has come before with the same request, and this was the answer."""

    def __init__(self, answer: KeptAnswer) -> None:
        super().__init__("answered before")
        self.answer = answer
