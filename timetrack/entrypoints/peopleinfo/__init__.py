"""The pseudo people-info service: `api/peopleinfo.yaml`, served with made-up people."""

from timetrack.entrypoints.peopleinfo.program import main

__all__ = ["main"]
