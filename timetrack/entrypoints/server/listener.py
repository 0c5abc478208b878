"""The socket on which the workers accept connections."""

import errno
import socket
from collections.abc import Mapping

_BACKLOG = 2048

_REASONS: Mapping[int, str] = {
    errno.EADDRINUSE: "the port is taken",
    errno.EACCES: "this user may not use the port",
    errno.EADDRNOTAVAIL: "the address is not one of this machine",
}


class ListenError(Exception):
    """Nobody can be served there; the message is one line."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        reason = _REASONS.get(error.errno or 0, "the address cannot be used")
        super().__init__(f"cannot listen on {host} port {port}: {reason}")


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes any free one.

    Raises:
        ListenError: the address or the port cannot be had.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        raise ListenError(host, port, error) from error
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the address as the beginning of a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
