"""The storage in memory: as strict as PostgreSQL, and stricter where the ports ask for more care."""

from tests.fakes.storage.storage import FakeStorage as FakeStorage
