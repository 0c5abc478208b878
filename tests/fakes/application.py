"""The whole application over fakes, as a worker puts it together, with its replies held to the contract."""

from tests.fakes.passwords import FakeHasher
from tests.fakes.people_info import FakePeopleInfo
from tests.fakes.storage import FakeStorage
from timetrack.domain.services.authentication import DemoAuthentication
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.guard import App
from timetrack.entrypoints.http.handlers import World, handlers


def application_over(storage: FakeStorage) -> App:
    """Return an application in demo mode, where a user's id is their access token."""
    authentication = DemoAuthentication(storage, 3600)
    world = World(
        authentication=authentication,
        people=FakePeopleInfo(),
        hasher=FakeHasher(),
        demo=True,
        registration_open=True,
        is_ready=lambda: True,
    )
    return create_app(
        handlers=handlers(storage, world), authenticate=authentication.authenticate, validate_responses=True
    )
