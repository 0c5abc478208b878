"""Which operation a request is for: decided once, from the contract, before any framework sees the request."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from timetrack.entrypoints.http.operations import Operation
from timetrack.entrypoints.http.problems import Refusal

_PARAMETER = re.compile(r"\{([^}]+)\}")

# One spelling for each number: no sign but minus, no leading zeros, ASCII digits, at most those of 64 bits.
_SEGMENTS = {"integer": r"-?(?:0|[1-9][0-9]{0,18})", "string": r"[^/\x00-\x1f\x7f]+"}


@dataclass(frozen=True, slots=True)
class Route:
    """An operation that was found, and the texts of its path parameters."""

    operation: Operation
    path_values: Mapping[str, str]


class Routes:
    """The paths of the contract; one without parameters goes before one with them."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._literal: dict[str, dict[str, Operation]] = {}
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._templates: dict[str, dict[str, Operation]] = {}
        for operation in operations:
            table = self._templates if "{" in operation.path else self._literal
            table.setdefault(operation.path, {})[operation.method] = operation
            self._patterns[operation.path] = _pattern(operation)

    def find(self, method: str, path: str) -> Route:
        """Return the operation for a method on a decoded path; HEAD finds what GET does.

        Raises:
            Refusal: 404, the contract has no such path; 405, not with this method, with a complete `Allow`.
        """
        methods, values = self._match(path)
        operation = methods.get("GET" if method == "HEAD" else method)
        if operation is None:
            raise not_allowed(methods)
        return Route(operation, values)

    def methods(self, path: str) -> Iterable[str]:
        """Return the methods that a path knows.

        Raises:
            Refusal: 404, the contract has no such path.
        """
        return self._match(path)[0]

    def _match(self, path: str) -> tuple[Mapping[str, Operation], Mapping[str, str]]:
        if path in self._literal:
            return self._literal[path], {}
        for template, methods in self._templates.items():
            found = self._patterns[template].fullmatch(path)
            if found:
                return methods, found.groupdict()
        raise not_found()


def not_found() -> Refusal:
    """The refusal of a path that nothing answers at."""
    return Refusal(404, "there is nothing here")


def not_allowed(methods: Iterable[str]) -> Refusal:
    """The refusal of a method, where others are known."""
    known = {"HEAD", *methods} if "GET" in methods else set(methods)
    return Refusal(405, "this path does not know the method", headers={"Allow": ", ".join(sorted(known))})


def _pattern(operation: Operation) -> re.Pattern[str]:
    parts = _PARAMETER.split(operation.path)
    for index in range(1, len(parts), 2):
        parts[index] = f"(?P<{parts[index]}>{_SEGMENTS[operation.path_types[parts[index]]]})"
    for index in range(0, len(parts), 2):
        parts[index] = re.escape(parts[index])
    return re.compile("".join(parts))
