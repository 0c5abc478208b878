from timetrack.entrypoints.http.edge.connection_limit import ConnectionLimit


def test_each_address_has_its_own_limit() -> None:
    limit = ConnectionLimit(2, None)

    assert [limit.take("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert limit.take("192.0.2.2")


def test_what_is_given_back_can_be_had_again() -> None:
    limit = ConnectionLimit(1, None)
    assert limit.take("192.0.2.1")

    limit.give_back("192.0.2.1")

    assert [limit.take("192.0.2.1") for _ in range(2)] == [True, False]


def test_the_addresses_of_one_ipv6_network_count_together() -> None:
    limit = ConnectionLimit(1, None)

    assert limit.take("2001:db8::1")
    assert not limit.take("2001:db8::2")


def test_trusted_proxies_have_no_limit() -> None:
    limit = ConnectionLimit(1, "10.0.0.0/8,2001:db8::1")

    assert all(limit.take(address) for address in ("10.0.0.1", "10.0.0.1", "2001:db8::1", "2001:db8::1"))
