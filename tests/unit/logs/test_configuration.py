import json
import logging
from datetime import UTC, datetime

import pytest

from timetrack.entrypoints.logs.configuration import Format, configure_logging


@pytest.fixture(autouse=True)
def _logging_as_before() -> object:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    for name in ("connexion", "uvicorn.access", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.getLogger("uvicorn.access").propagate = True


def line(form: Format, capsys: pytest.CaptureFixture[str]) -> str:
    configure_logging("info", form)
    logging.getLogger("timetrack.test").info("request", extra={"status": 200})
    return capsys.readouterr().err


def test_text_tells_the_facts_after_the_event(capsys: pytest.CaptureFixture[str]) -> None:
    assert line("text", capsys).endswith("INFO timetrack.test: request status=200\n")


def test_json_tells_the_facts_as_members(capsys: pytest.CaptureFixture[str]) -> None:
    members = json.loads(line("json", capsys))

    assert members.pop("time")
    assert members == {"level": "INFO", "logger": "timetrack.test", "event": "request", "status": 200}


def test_times_in_json_have_a_zone(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2026, 3, 28, 9, 0, 0, 250_000, tzinfo=UTC)
    configure_logging("info", "json")

    logging.getLogger().handle(logging.makeLogRecord({"levelno": logging.INFO, "created": at.timestamp()}))

    assert datetime.fromisoformat(json.loads(capsys.readouterr().err)["time"]) == at
