"""Demo mode answers to this machine, for this machine."""

import pytest

from timetrack.entrypoints.http.edge.loopback_only import require_loopback
from timetrack.entrypoints.http.messages.problems import Refusal

HERE = {"host": "localhost:8000", "accept": "*/*"}


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_ask(peer: str) -> None:
    require_loopback(peer, HERE)  # raises Refusal where it refuses: no assertion is needed


@pytest.mark.parametrize("host", ["localhost", "LocalHost:1", "127.0.0.1:8000", "127.8.8.8", "[::1]:8000", "[::1]"])
def test_it_may_call_itself_by_its_own_names(host: str) -> None:
    require_loopback("127.0.0.1", {"host": host})  # as above


@pytest.mark.parametrize("peer", ["192.0.2.1", "::ffff:192.0.2.1", "localhost", None])
def test_no_other_machine_may(peer: str | None) -> None:
    assert_refused(peer, HERE)


@pytest.mark.parametrize("header", ["forwarded", "x-forwarded-host", "x-real-ip", "via"])
def test_nothing_is_passed_on(header: str) -> None:
    assert_refused("127.0.0.1", HERE | {header: "127.0.0.1"})


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.0.2.1",
        "0.0.0.0",  # noqa: S104 - some systems take it for this machine
        "evil@localhost",
        "localhost, evil.example",
        "localhost:8000:1",
        "[::1",
        "2130706433",
        "",
    ],
)
def test_a_name_that_somebody_else_may_own_is_refused(host: str) -> None:
    assert_refused("127.0.0.1", {"host": host})


def test_a_request_for_nobody_is_refused() -> None:
    assert_refused("127.0.0.1", {})


def assert_refused(peer: str | None, headers: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        require_loopback(peer, headers)
    assert (refused.value.status, refused.value.code) == (403, "demo_loopback_only")
