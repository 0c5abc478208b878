"""Log lines of a process that writes many: a system call for some dozens of them instead of one for each."""

import logging
import threading
from collections.abc import Iterator

MOST_LINES = 256
"""More are not kept waiting."""

_SECONDS = 0.1
_PIECE_BYTES = 4096


class BufferedHandler(logging.StreamHandler):  # type: ignore[type-arg]  # the stream is standard error
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
        """See logging.Handler.flush; what cannot be written is dropped, as it is by logging.StreamHandler."""
        self.acquire()
        try:
            lines, self._lines = self._lines, []
            for piece in _pieces(lines):
                self.stream.write(piece)
                self.stream.flush()
        except OSError:
            # A full disk, a closed pipe: whoever logs must not fail for it.
            return
        finally:
            self.release()

    def _flush_now_and_then(self) -> None:
        pause = threading.Event()
        while self._wanted.wait():
            pause.wait(_SECONDS)
            self._wanted.clear()
            self.flush()


def _pieces(lines: list[str]) -> Iterator[str]:
    """Yield whole lines together, as many as the kernel does not mix with those of other processes (PIPE_BUF)."""
    piece: list[str] = []
    size = 0
    for line in lines:
        length = len(line.encode(errors="replace")) + 1
        if piece and size + length > _PIECE_BYTES:
            yield "".join(piece)
            piece, size = [], 0
        piece.append(f"{line}\n")
        size += length
    if piece:
        yield "".join(piece)
