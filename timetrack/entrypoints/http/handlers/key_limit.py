"""The limit on how many idempotency keys one owner may have kept, so that nobody fills the disk with answers."""

from collections import OrderedDict

from timetrack.domain.errors import TooManyKeysError
from timetrack.domain.ports.storage import Storage

MOST_KEYS = 200_000
"""The keys that an owner may have kept in 24 hours."""

RECOUNT = 1000
"""The keys of an owner after which they are counted anew: so far a process may miss what others have kept."""

_OWNERS = 10_000


class KeyLimit:
    """Counts the keys of each owner, and asks the storage now and then, as counting costs what there is."""

    def __init__(self, storage: Storage, most: int = MOST_KEYS, recount: int = RECOUNT) -> None:
        self._storage = storage
        self._most = most
        self._recount = min(recount, most)
        self._left: OrderedDict[str, int] = OrderedDict()

    def check(self, owner: str) -> None:
        """Let a request with a key pass.

        Raises:
            TooManyKeysError: the owner has as many as anybody may have.
        """
        left = self._left.pop(owner, 0) or self._counted(owner)
        self._left[owner] = left - 1
        if len(self._left) > _OWNERS:
            self._left.popitem(last=False)

    def _counted(self, owner: str) -> int:
        """Return how many more keys may come before they are counted again."""
        left = self._most - self._storage.number_of_keys(owner, self._most)
        if left <= 0:
            raise TooManyKeysError
        return min(left, self._recount)
