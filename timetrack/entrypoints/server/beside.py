"""The bundled people-info service, as a process beside the server."""

import subprocess
from urllib.parse import urlsplit

from timetrack.entrypoints.server.children import start_python, wait

_RUN = "from timetrack.entrypoints.peopleinfo import main; main()"
_PATIENCE_SECONDS = 5.0


class PeopleInfoError(Exception):
    """The service has not started; the message is one line."""


class BundledPeopleInfo:
    """A people-info process on a free port of the loopback; it keeps the port when it is started again."""

    def __init__(self) -> None:
        self._port = 0
        self._process = self._start()

    def url(self) -> str:
        """Wait until the service listens, and return where.

        Raises:
            PeopleInfoError: it has ended instead.
        """
        assert self._process.stdout is not None  # noqa: S101 - start_python opens it
        url = self._process.stdout.readline().decode().strip().rpartition(" ")[2]
        if not url.startswith("http://"):
            raise PeopleInfoError("the bundled people-info service has not started")
        self._port = urlsplit(url).port or 0
        return url

    def keep_running(self) -> None:
        """Start it again if it has ended."""
        if self._port and self._process.poll() is not None:
            self._process = self._start()

    def stop(self) -> None:
        """End it."""
        with self._process:
            self._process.terminate()
            wait(self._process, _PATIENCE_SECONDS)

    def _start(self) -> subprocess.Popen[bytes]:
        return start_python(["-c", _RUN, "--host", "127.0.0.1", "--port", str(self._port)])
