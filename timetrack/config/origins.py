"""Origins of web pages, as browsers send them (RFC 6454, section 6.2)."""

import re
from ipaddress import IPv6Address

_ORIGIN = re.compile(r"(?P<scheme>[^:/?#]*)://(?P<host>\[[^\]/]*\]|[^:/?#@\[\]]*)(?::(?P<port>[^/?#@]*))?(?P<rest>.*)")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_HOST = re.compile(r"[0-9A-Za-z._-]+")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
# Browsers leave these ports out.
_DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443", "ftp": "21"}


def fault_of_origin(origin: str) -> str | None:
    """Return what keeps an origin from ever being one that a browser sends, in words; None if nothing does."""
    found = _ORIGIN.fullmatch(origin)
    if origin == "*":
        return "is not an origin: name each one"
    if origin == "null":
        return "is that of every page without one, and cannot be named"
    if found is None:
        return "is not scheme://host or scheme://host:port"
    return _fault_of_scheme(found["scheme"]) or _fault_of_rest(found["rest"]) or _fault_of_host(found)


def _fault_of_scheme(scheme: str) -> str | None:
    return None if _SCHEME.fullmatch(scheme) else "has no scheme in lower case, such as https"


def _fault_of_rest(rest: str) -> str | None:
    if not rest:
        return None
    return "has to end behind its host and port, without a slash or a path"


def _fault_of_host(found: re.Match[str]) -> str | None:
    scheme, host, port = found.group("scheme", "host", "port")
    if not _is_host(host):
        return "has no host that browsers send; a name in other letters is sent as xn--..."
    if scheme in _DEFAULT_PORTS and host != host.lower():
        return "has to be in lower case, as browsers send it"
    if port is not None and not _PORT.fullmatch(port):
        return "has a port that is no number"
    if port is not None and port == _DEFAULT_PORTS.get(scheme):
        return "has the port that browsers leave out: leave it out too"
    return None


def _is_host(host: str) -> bool:
    if not host.startswith("["):
        return _HOST.fullmatch(host) is not None
    try:
        IPv6Address(host.strip("[]"))
    except ValueError:
        return False
    return True
