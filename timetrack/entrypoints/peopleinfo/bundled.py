"""The service beside a server, which starts it as `python -m timetrack.entrypoints.peopleinfo.bundled DESCRIPTOR`.

The descriptor is that of a listening socket. There are no settings, and what reads settings is not loaded.
"""

import logging
import socket
import sys

from timetrack.entrypoints.peopleinfo.serving import serve


def main() -> None:
    """Serve until a signal comes."""
    logging.basicConfig(format="%(levelname)s %(name)s %(message)s")
    with socket.socket(fileno=int(sys.argv[1])) as listener:
        serve(listener)


if __name__ == "__main__":
    main()
