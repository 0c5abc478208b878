"""Stop a server that clients are using, without a proxy in between, and count what they lose.

Run `python -m tests.drills.stop_under_load`; it fails if a request that was sent got no answer.
"""

import argparse
import re
import signal
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from tests.processes import eventually
from tests.running_server import RunningServer

_PATIENCE = 20
_ANSWERS_FIRST = 200
LOST = ("unanswered", "reset after accept")


class Client:
    """Asks one request after the other until nobody accepts its connections any more.

    One that keeps its connections uses each until an answer says that it is the last one.
    """

    def __init__(self, address: tuple[str, int], request: bytes, outcomes: Counter[str], *, keeps: bool) -> None:
        self._address = address
        self._request = request
        self._outcomes = outcomes
        self._keeps = keeps

    def run(self) -> None:
        """Ask until the server is gone."""
        while True:
            try:
                connection = socket.create_connection(self._address, timeout=_PATIENCE)
            except ConnectionRefusedError:
                return
            with connection:
                self._use(connection)

    def _use(self, connection: socket.socket) -> None:
        kept = False
        while True:
            head = _exchanged(connection, self._request)
            if not head:
                self._outcomes["unanswered" if kept else "reset after accept"] += 1
                return
            self._outcomes[f"status {head.split()[1]}"] += 1
            kept = True
            if not self._keeps or "\r\nconnection: close\r\n" in head.lower():
                return


def _exchanged(connection: socket.socket, request: bytes) -> str:
    """Return the head of the answer, empty if it does not come as a whole."""
    received = b""
    try:
        connection.sendall(request)
        while (head := received.partition(b"\r\n\r\n")[0]) == received or len(received) < _length(head):
            piece = connection.recv(65_536)
            if not piece:
                return ""
            received += piece
    except OSError:
        return ""
    return f"{head.decode('latin-1')}\r\n"


def _length(head: bytes) -> int:
    announced = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
    return len(head) + 4 + (int(announced[1]) if announced else 0)


def stop_under_load(server: RunningServer, national_id: str, *, keeping: int = 16, others: int = 4) -> Counter[str]:
    """Stop a server with so many clients that keep their connections, and others that do not; return the outcomes."""
    url = urlsplit(server.address)
    address = (str(url.hostname), int(url.port or 0))
    server.register(national_id)
    token = server.sign_in(national_id)
    request = f"GET /users/current HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    outcomes: Counter[str] = Counter()
    clients = [Client(address, request, outcomes, keeps=number < keeping) for number in range(keeping + others)]
    with ThreadPoolExecutor(len(clients)) as threads:
        running = [threads.submit(client.run) for client in clients]
        eventually(lambda: outcomes["status 200"] >= _ANSWERS_FIRST, "clients at work")
        assert server.end(signal.SIGTERM) == 0
        for each in running:
            each.result()
    return outcomes


def main(arguments: Sequence[str]) -> int:
    """Stop so many servers, and return 1 if a client has lost something."""
    parser = argparse.ArgumentParser(prog="tests.drills.stop_under_load", description=__doc__)
    parser.add_argument("--stops", type=int, default=4)
    parser.add_argument("--keeping", type=int, default=16, help="how many clients keep their connections")
    options = parser.parse_args(arguments)
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="timetrack-drill-") as folder:
        Path(folder).chmod(0o755)
        for number in range(options.stops):
            with RunningServer(["--data-dir", f"{folder}/data"]) as server:
                outcomes += stop_under_load(server, f"1234 {number:06}", keeping=options.keeping)
    for what, times in sorted(outcomes.items()):
        sys.stdout.write(f"{what}: {times}\n")
    return 1 if any(outcomes[what] for what in LOST) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
