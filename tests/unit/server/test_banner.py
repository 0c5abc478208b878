"""The first call that the server suggests is one that suits its mode."""

import json
import re

from tests.unit.config.loading import server
from timetrack.config import ServerSettings
from timetrack.entrypoints.server.banner import banner


def suggested(settings: ServerSettings) -> dict[str, str]:
    """Return the body of the call."""
    found = re.search(r"-d '(.*)'", banner(settings, "http://127.0.0.1:8000"))
    assert found
    body: dict[str, str] = json.loads(found[1])
    return body


def test_in_demo_mode_the_national_id_is_enough() -> None:
    assert suggested(server("--demo")) == {"national_id": "1234 567890"}


def test_in_password_mode_no_password_is_suggested_that_would_be_taken() -> None:
    body = suggested(server())

    assert set(body) == {"national_id", "password"}
    assert len(body["password"]) < 8
    assert "a password of your own" in banner(server(), "http://127.0.0.1:8000")
