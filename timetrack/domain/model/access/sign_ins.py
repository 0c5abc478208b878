"""Limits on failed sign-ins, for an account and for an address, and on registrations from an address."""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from timetrack.domain.errors import NationalIdMalformedError
from timetrack.domain.model.users.national_id import NationalId

_WINDOW = 900
_ACCOUNT_FAILURES = 10
_ADDRESS_FAILURES = 100
_SECONDS_EACH_REGISTRATION = 10

LONGEST_MEMORY = 3600
"""Seconds; no subject is longer in being forgiven. What would be was counted while the clock was ahead."""

# Whoever has one IPv6 address has all of its network.
_IPV6_NETWORK = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLimit:
    """A rate limit: at most `failures` count against a subject at a time, and one is forgiven each `seconds_each`.

    The subject is a digest, since nothing but equality is asked of it.
    """

    subject: bytes
    failures: int
    seconds_each: int


def sign_in_limits(username: str, address: str | None) -> Sequence[SignInLimit]:
    """Return the limits of a sign-in as this user from this address; the user need not exist."""
    limits = [_limit("account", _account(username), _ACCOUNT_FAILURES, _WINDOW // _ACCOUNT_FAILURES)]
    if address is not None:
        limits.append(_limit("address", _network(address), _ADDRESS_FAILURES, _WINDOW // _ADDRESS_FAILURES))
    return limits


def registration_limits(address: str | None, at_once: int) -> Sequence[SignInLimit]:
    """Return the limits of a registration from this address, each of which counts like a failed sign-in.

    `at_once` is how many are let in at once, 0 for any number; after that it is one each ten seconds.
    """
    if address is None or not at_once:
        return []
    return [_limit("registrations", _network(address), at_once, _SECONDS_EACH_REGISTRATION)]


def _limit(kind: str, name: str, failures: int, seconds_each: int) -> SignInLimit:
    subject = hashlib.sha256(f"{kind} {name}".encode()).digest()
    return SignInLimit(subject=subject, failures=failures, seconds_each=seconds_each)


def _account(username: str) -> str:
    """Return the one spelling of a national ID, so that the others do not count apart."""
    try:
        return str(NationalId.parse(username))
    except NationalIdMalformedError:
        return username


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed), _IPV6_NETWORK), strict=False))
