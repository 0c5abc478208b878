"""The limit on the connections of one address."""

from collections import Counter
from ipaddress import ip_network

from timetrack.addresses import is_in, network_of


class ConnectionLimit:
    """Counts the connections of each address (IPv6: of each /64 network), but for those of trusted proxies."""

    def __init__(self, most: int, trusted_proxies: str | None) -> None:
        self._most = most
        self._exempt = [ip_network(each) for each in trusted_proxies.split(",")] if trusted_proxies else []
        self._open = Counter[str]()

    def take(self, address: str) -> bool:
        """Count one more connection of the address, or return False where it has as many as it may have."""
        network = network_of(address)
        if self._open[network] >= self._most and not is_in(address, self._exempt):
            return False
        self._open[network] += 1
        return True

    def give_back(self, address: str) -> None:
        """Count one connection less: one that `take` has counted has ended."""
        network = network_of(address)
        self._open[network] -= 1
        if not self._open[network]:
            del self._open[network]
