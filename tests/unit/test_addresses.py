from ipaddress import ip_network

import pytest

from timetrack.addresses import is_in, is_loopback, network_of, with_mapped


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_a_loopback_address_in_each_of_its_forms(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:192.0.2.1", "::", "0.0.0.0", "localhost", "2130706433", ""])  # noqa: S104 - not bound to
def test_another_address_a_name_and_what_is_neither_are_none(address: str) -> None:
    assert not is_loopback(address)


@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:192.0.2.1"])
def test_an_address_is_in_a_network_in_each_of_its_forms(address: str) -> None:
    assert is_in(address, [ip_network("192.0.2.0/24")])
    assert not is_in(address, [ip_network("198.51.100.0/24"), ip_network("2001:db8::/32")])


def test_a_name_is_in_no_network() -> None:
    assert not is_in("localhost", [ip_network("0.0.0.0/0")])


def test_what_one_client_can_have_of_addresses() -> None:
    assert network_of("192.0.2.1") == network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") != network_of("2001:db8:0:1::1")
    assert network_of("localhost") == "localhost"


def test_networks_have_the_forms_in_which_a_socket_for_both_kinds_shows_them() -> None:
    forms = with_mapped("10.0.0.0/8,192.0.2.1,2001:db8::/32")

    assert forms == "10.0.0.0/8,::ffff:10.0.0.0/104,192.0.2.1,::ffff:192.0.2.1/128,2001:db8::/32"
