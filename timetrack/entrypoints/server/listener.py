"""The socket on which the workers accept connections."""

import ctypes
import errno
import socket
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress

_BACKLOG = 2048

_SO_ATTACH_FILTER = 26
# Berkeley packet filter: (code, jump if true, jump if false, operand). A packet that begins a connection has, of the
# TCP flags SYN and ACK, the first alone; the filter drops those and lets all others pass.
_NO_NEW_CONNECTIONS = (
    (0x30, 0, 0, 13),  # load the flags
    (0x54, 0, 0, 0x12),  # keep SYN and ACK
    (0x15, 0, 1, 0x02),  # SYN alone?
    (0x06, 0, 0, 0),  # drop
    (0x06, 0, 0, 0xFFFFFFFF),  # pass
)

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


def refuse_connections(listener: socket.socket) -> None:
    """Let nobody connect any more, in any process that has the socket; who has connected already can be accepted.

    Who tries meanwhile is not answered, tries again a second later, and then finds the port closed, or the next server.
    Only Linux can; elsewhere, who connects in the instant in which the port closes is reset.
    """
    if sys.platform != "linux":
        return
    code = b"".join(struct.pack("HBBI", *each) for each in _NO_NEW_CONNECTIONS)
    buffer = ctypes.create_string_buffer(code)
    program = struct.pack("HP", len(_NO_NEW_CONNECTIONS), ctypes.addressof(buffer))
    with suppress(OSError):  # a sandbox may lack it
        listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


def address_of(listener: socket.socket) -> str:
    """Return the address as the beginning of a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
