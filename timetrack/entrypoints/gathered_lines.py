"""Log lines of a process that writes many: a system call for some hundreds of them instead of one for each."""

import logging
import threading

MOST_LINES = 256
"""More are not kept waiting."""

_SECONDS = 0.1


class GatheringHandler(logging.StreamHandler):  # type: ignore[type-arg]  # the stream is standard error
    """Writes what it is given a moment later, and at once from warnings on; the end of the process loses nothing.

    What a process has said in its last tenth of a second is lost where it is killed.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._wanted = threading.Event()
        threading.Thread(target=self._flush_now_and_then, name="log lines", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """See logging.Handler.emit."""
        try:
            self._lines.append(self.format(record))
        except Exception:  # noqa: BLE001 - as logging.StreamHandler does
            self.handleError(record)
        if record.levelno >= logging.WARNING or len(self._lines) >= MOST_LINES:
            self.flush()
        elif not self._wanted.is_set():
            self._wanted.set()

    def flush(self) -> None:
        """See logging.Handler.flush."""
        self.acquire()
        try:
            if self._lines:
                lines, self._lines = self._lines, []
                self.stream.write("\n".join([*lines, ""]))
            super().flush()
        finally:
            self.release()

    def _flush_now_and_then(self) -> None:
        pause = threading.Event()
        while self._wanted.wait():
            pause.wait(_SECONDS)
            self._wanted.clear()
            self.flush()
