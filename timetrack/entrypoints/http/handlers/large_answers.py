"""Large answers, of which a process sends a few at a time: each holds its rows until its client has read them."""

from collections.abc import Callable, Iterator
from functools import partial

from timetrack.domain.errors import LargeAnswersBusyError
from timetrack.domain.model.ids import UserId

_AT_A_TIME = 4
"""In a process; the rows of the largest report take about 70 MiB."""


class LargeAnswers:
    """The large answers that are under way: one to a user, and a few altogether."""

    def __init__(self, at_a_time: int = _AT_A_TIME) -> None:
        self._at_a_time = at_a_time
        self._users: set[UserId] = set()

    def hold(self, user_id: UserId, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Return the pieces of an answer, which is under way until they end, fail, or are closed.

        Raises:
            LargeAnswersBusyError: one to this user is under way, or as many as may be at a time.
        """
        if user_id in self._users or len(self._users) >= self._at_a_time:
            raise LargeAnswersBusyError
        self._users.add(user_id)
        return _HeldPieces(pieces, partial(self._users.discard, user_id))


class _HeldPieces(Iterator[bytes]):
    """No generator: one that was never begun has no `finally` that closing it would run."""

    def __init__(self, pieces: Iterator[bytes], give_back: Callable[[], None]) -> None:
        self._pieces = pieces
        self._give_back: Callable[[], None] | None = give_back

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the rows and give back the place, once."""
        give_back, self._give_back = self._give_back, None
        if give_back is None:
            return
        close: Callable[[], object] = getattr(self._pieces, "close", _nothing)
        self._pieces = iter(())
        try:
            close()
        finally:
            give_back()

    def __del__(self) -> None:
        """Give back the place also where nobody has sent the answer."""
        self.close()


def _nothing() -> None:
    """There is nothing to close."""
