"""The lock on a data folder: one program at a time runs PostgreSQL there."""

import fcntl
import os

from timetrack.adapters.embedded_postgres.data_folder import DataFolder


class Lock:
    """The right to run PostgreSQL in a data folder, handed on to every process that serves it.

    It is free only when the last of them is gone, however they ended. So who holds it knows that no earlier
    PostgreSQL is left on the data, which a process ID in a file cannot tell.
    """

    def __init__(self, data_folder: DataFolder) -> None:
        self._data_folder = data_folder
        self._file: int | None = None

    @property
    def file(self) -> int:
        """The descriptor to hand on; the lock must be held."""
        if self._file is None:
            raise RuntimeError("the lock is not held")
        return self._file

    def acquire(self) -> bool:
        """Tell whether the lock is held now; never waits."""
        file = self._data_folder.open_private(self._data_folder.lock, os.O_RDWR)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Give up the lock; processes it was handed to go on holding it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
