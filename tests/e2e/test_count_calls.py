"""`make structure` follows a request through the real server."""

from tests.running_server import ROOT
from tools.count_calls import calls_of_a_start


def test_the_calls_of_a_start_are_followed_from_the_socket_to_the_statement_and_back() -> None:
    files = [call.file for call in calls_of_a_start(ROOT)]

    # What runs in a greenlet and what runs on the event loop is seen alike, in its order.
    path = (
        "http/edge/protocol.py",
        "http/handlers/tracking.py",
        "domain/services/tracking.py",
        "logs/configuration.py",
    )
    first = [next(at for at, file in enumerate(files) if file.endswith(part)) for part in path]
    assert first == sorted(first)
    assert any(file.startswith("adapters/postgres/") for file in files)
