"""The tz database is the package's, whatever the system has."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from timetrack.domain.errors import UnknownTimeZoneError
from timetrack.domain.model.time import time_zones

SUMMER = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture
def another_system(tmp_path: Path) -> Iterator[None]:
    """A system on which Berlin has Tokyo's time, and which knows a zone of its own."""
    tokyo = Path(str(files("tzdata"))) / "zoneinfo" / "Asia" / "Tokyo"
    (tmp_path / "Europe").mkdir()
    for name in ("Europe/Berlin", "Ours"):
        (tmp_path / name).write_bytes(tokyo.read_bytes())
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([str(tmp_path)])
    zoneinfo.ZoneInfo.clear_cache()
    time_zones.zone.cache_clear()
    yield
    zoneinfo.reset_tzpath(before)
    zoneinfo.ZoneInfo.clear_cache()


@pytest.mark.usefixtures("another_system")
def test_what_the_system_has_changes_no_zone() -> None:
    assert zoneinfo.ZoneInfo("Europe/Berlin").utcoffset(SUMMER.replace(tzinfo=None)) == timedelta(hours=9)

    assert SUMMER.astimezone(time_zones.zone("Europe/Berlin")).utcoffset() == timedelta(hours=2)
    with pytest.raises(UnknownTimeZoneError):
        time_zones.zone("Ours")


def test_every_name_has_a_zone() -> None:
    assert len(time_zones.names()) > 500
    assert {time_zones.zone(name).key for name in time_zones.names()} == time_zones.names()


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../zones", "/etc/passwd", "europe/berlin", "localtime"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UnknownTimeZoneError):
        time_zones.zone(name)
