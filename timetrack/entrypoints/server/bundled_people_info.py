"""The bundled people-info service, as a process beside the server."""

import select
import subprocess

from timetrack.entrypoints.server.children import output_of, start_python, wait
from timetrack.entrypoints.server.listener import address_of, listen
from timetrack.entrypoints.server.stop_signal import StopSignal

_PATIENCE_SECONDS = 0.1
"""It holds nothing that could get lost."""


class PeopleInfoError(Exception):
    """The service has not started; the message is one line."""


class BundledPeopleInfo:
    """A people-info process on a free port of the loopback.

    The socket is the server's own: callers wait for a service that is yet to load, and one that is started again has
    the same port.
    """

    def __init__(self) -> None:
        self._listener = listen("127.0.0.1", 0)
        self._process = self._start()

    @property
    def url(self) -> str:
        """The base URL of the service."""
        return address_of(self._listener)

    def wait_until_it_serves(self, stop: StopSignal) -> bool:
        """Wait until requests are answered; return False if a signal to stop has come first.

        Raises:
            PeopleInfoError: it has ended instead.
        """
        output = output_of(self._process)
        select.select([output.fileno(), stop.fileno()], [], [])
        if stop:
            return False
        if not output.readline():
            raise PeopleInfoError("the bundled people-info service has not started")
        return True

    def keep_running(self) -> None:
        """Start it again if it has ended."""
        if self._process.poll() is not None:
            self._process = self._start()

    def stop(self) -> None:
        """End it."""
        with self._listener, self._process:
            self._process.terminate()
            wait(self._process, _PATIENCE_SECONDS)

    def _start(self) -> subprocess.Popen[bytes]:
        descriptor = self._listener.fileno()
        return start_python(["-m", "timetrack.entrypoints.peopleinfo.bundled", str(descriptor)], keep=[descriptor])
