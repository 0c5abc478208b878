"""Time zones: those of the package `tzdata`, and not those of the system.

So the servers that run the same release agree on when a day begins, whatever their machines and their
database have installed, and a change of the zones is a change of the lock file.
"""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from timetrack.domain.errors import UnknownTimeZoneError

_PACKAGE = "tzdata"


@cache
def names() -> frozenset[str]:
    """Return the names in the IANA time zone database."""
    return frozenset(files(_PACKAGE).joinpath("zones").read_text(encoding="utf-8").split())


def require_time_zone(name: str) -> None:
    """Let only names of the IANA time zone database pass.

    Raises:
        UnknownTimeZoneError: it is none.
    """
    if name not in names():
        raise UnknownTimeZoneError


@cache
def zone(name: str) -> ZoneInfo:
    """Return the zone.

    Raises:
        UnknownTimeZoneError: there is none of this name.
    """
    require_time_zone(name)
    # Not ZoneInfo(name), which prefers what the system has.
    with files(_PACKAGE).joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)
