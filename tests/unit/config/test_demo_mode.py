"""Demo mode: refused on any address but the loopback."""

import socket

import pytest

from tests.unit.config.loading import refused, server


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "localhost"])
def test_demo_mode_is_a_bare_flag_on_a_loopback_address(host: str) -> None:
    assert server("--demo", "--host", host).demo


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "0"])  # noqa: S104 - to be refused
def test_demo_mode_is_refused_on_any_other_address(host: str) -> None:
    error = refused("--demo", "--host", host)

    assert error.faults == ("TIMETRACK_DEMO (--demo): Demo mode needs a loopback address as host, such as 127.0.0.1",)
    assert server("--host", host).host == host


def test_demo_mode_on_a_host_that_is_none_is_one_fault() -> None:
    (fault,) = refused("--demo", "--host", "a b").faults

    assert fault.startswith("TIMETRACK_HOST")


@pytest.mark.parametrize("addresses", [("127.0.0.1", "192.0.2.7"), ("192.0.2.7",), ()])
def test_demo_mode_is_refused_on_a_name_that_also_leads_elsewhere(
    addresses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        if not addresses:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    assert len(refused("--demo", "--host", "laptop").faults) == 1
