"""The limit on how many idempotency keys one owner may have kept, so that nobody fills the disk with answers."""

import time
from collections import OrderedDict
from collections.abc import Callable

from timetrack.domain.ports.storage import Storage

MOST_KEYS = 200_000
"""The keys that an owner may have kept in 24 hours."""

RECOUNT = 1000
"""The keys of an owner after which they are counted anew: so far a process may miss what others have kept."""

FULL_FOR = 60.0
"""For so many seconds an owner who has too many keys is refused without a count, as each count reads all of them."""

_OWNERS = 10_000
_UNKNOWN = (0, 0.0)


class KeyLimit:
    """Counts the keys of each owner, and asks the storage now and then, as counting costs what there is."""

    def __init__(
        self,
        storage: Storage,
        most: int = MOST_KEYS,
        recount: int = RECOUNT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._storage = storage
        self._most = most
        self._recount = min(recount, most)
        self._clock = clock
        self._known: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def has_room(self, owner: str) -> bool:
        """Return whether the owner may have a new key; count it as theirs."""
        left, full_until = self._known.pop(owner, _UNKNOWN)
        if not left and self._clock() >= full_until:
            left = self._counted(owner)
            full_until = 0.0 if left else self._clock() + FULL_FOR
        self._known[owner] = max(left - 1, 0), full_until
        if len(self._known) > _OWNERS:
            self._known.popitem(last=False)
        return left > 0

    def _counted(self, owner: str) -> int:
        """Return how many more keys may come before they are counted again."""
        left = self._most - self._storage.number_of_keys(owner, self._most)
        return min(left, self._recount)
