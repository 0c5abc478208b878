import pytest

from timetrack.addresses import is_loopback


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_a_loopback_address_in_each_of_its_forms(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:192.0.2.1", "::", "0.0.0.0", "localhost", "2130706433", ""])  # noqa: S104 - not bound to
def test_another_address_a_name_and_what_is_neither_are_none(address: str) -> None:
    assert not is_loopback(address)
