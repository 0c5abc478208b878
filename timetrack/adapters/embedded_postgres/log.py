"""The log of initdb and postgres."""

import os
import re

from timetrack.adapters.embedded_postgres.data_folder import DataFolder

_LIMIT = 8 * 1024 * 1024
_COMPLAINT = re.compile(r"\b(FATAL|PANIC|error):")


class Log:
    """The output of the programs, kept over starts until it is large."""

    def __init__(self, data_folder: DataFolder) -> None:
        self._data_folder = data_folder
        self._start = 0

    def open(self) -> int:
        """Return a descriptor for a program to write to; a log that has grown large begins anew."""
        file = self._data_folder.open_private(self._data_folder.log, os.O_WRONLY | os.O_APPEND)
        if os.fstat(file).st_size > _LIMIT:
            os.ftruncate(file, 0)
        self._start = os.fstat(file).st_size
        return file

    def last_error(self) -> str:
        """Return the line that best tells why the program opened for last has ended."""
        with self._data_folder.log.open("rb") as stream:
            stream.seek(self._start)
            lines = stream.read().decode(errors="replace").strip().splitlines()
        complaints = [line for line in lines if _COMPLAINT.search(line)]
        return (complaints or lines or ["it left no word in its log"])[-1].strip()
