"""The program `timetrack-peopleinfo`: its settings, its socket, its end."""

import logging
import os
import signal
import socket
import sys
from typing import NoReturn

from timetrack.config import ConfigError, PeopleInfoSettings

_FAILED, _BAD_SETTINGS = 1, 2


def main() -> None:
    """Serve until a signal comes; say where in one line. Exit with 2 on bad settings, with 1 on a taken port."""
    _end_quietly_on_signals()
    try:
        settings = PeopleInfoSettings.load(sys.argv[1:], os.environ)
    except ConfigError as error:
        _leave(str(error), _BAD_SETTINGS)
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s %(message)s")
    with _listen(settings.host, settings.port) as listener:
        # Late, because Connexion takes most of the time to start: `--help` and refusals need not wait for it.
        from timetrack.entrypoints.peopleinfo.serving import serve  # noqa: PLC0415 - see above

        serve(listener)


def _end_quietly_on_signals() -> None:
    # uvicorn puts its own handlers in front while it serves, and hands the signal on when it is done.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)


def _end(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as fault:
        _leave(f"timetrack-peopleinfo: cannot listen on {host}: {fault.strerror}", _FAILED)


def _leave(message: str, status: int) -> NoReturn:
    sys.stderr.write(f"{message}\n")
    sys.exit(status)
