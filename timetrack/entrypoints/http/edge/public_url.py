"""The URL at which clients see the API, where a proxy has it under a path of its own."""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

from timetrack.entrypoints.http.edge.request_limits import RawHeader
from timetrack.entrypoints.http.messages.problems import TYPES

_WELL_KNOWN = "/.well-known/oauth-authorization-server"
_REFERENCES = {b"location": re.compile(rb"^(?=/)"), b"link": re.compile(rb"(?<=<)(?=/)")}
"""Headers that hold references, and where the paths in them begin."""


class PublicUrl:
    """Takes the path of a public URL off what is asked for, and puts it in front of what is answered.

    Whether the proxy strips its path or not makes no difference. Without a URL, or a path in it, nothing changes.
    """

    def __init__(self, url: str | None) -> None:
        self.url = url
        self._path = urlsplit(url).path if url else ""
        self.problem_types = f"{url or ''}{TYPES}"
        """What stands in front of a problem's code in its `type`."""
        self._raw_path = self._path.encode("ascii")

    def own(self, path: str) -> str:
        """Return the path as the contract has it."""
        if not self._path or not path.startswith((self._path, _WELL_KNOWN)):
            return path
        if path == _WELL_KNOWN + self._path:  # where RFC 8414, section 3, puts it
            return _WELL_KNOWN
        rest = path.removeprefix(self._path)
        return rest if rest.startswith("/") else path

    def hides(self, paths: Iterable[str]) -> bool:
        """Tell whether one of the API's paths begins as the public one, so that nobody could say which of them came."""
        first = self._path.split("/")[1:2]
        return bool(first) and any(path.split("/")[1:2] == first for path in (*paths, "/ui"))

    def public(self, headers: Sequence[RawHeader]) -> Sequence[RawHeader]:
        """Return a response's headers with references that lead back to where the client is."""
        if not self._path:
            return headers
        return [(name, self._prefixed(name, value)) for name, value in headers]

    def _prefixed(self, name: bytes, value: bytes) -> bytes:
        beginning = _REFERENCES.get(name)
        return value if beginning is None else beginning.sub(self._raw_path, value)

    def contract(self, contract: Mapping[str, Any]) -> dict[str, Any]:
        """Return the contract with the server that clients see, and where they sign in there."""
        public = deepcopy(dict(contract))
        if self.url:
            public["servers"] = [{"url": self.url}]
            for scheme in public.get("components", {}).get("securitySchemes", {}).values():
                for flow in scheme.get("flows", {}).values():
                    flow["tokenUrl"] = f"{self.url}{flow['tokenUrl']}"
        return public
