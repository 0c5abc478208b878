import socket

import pytest

from timetrack.entrypoints.server.listener import listen, refuse_connections


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_who_has_connected_can_be_accepted_and_nobody_connects_any_more(host: str) -> None:
    with listen(host, 0) as listener, socket.create_connection(listener.getsockname()[:2]) as early:
        refuse_connections(listener)

        with pytest.raises(TimeoutError):
            socket.create_connection(listener.getsockname()[:2], timeout=0.1)
        with listener.accept()[0] as accepted:
            early.sendall(b"question")
            assert accepted.recv(100) == b"question"
            accepted.sendall(b"answer")
            assert early.recv(100) == b"answer"
