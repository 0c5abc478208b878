"""Routing: finds the operation that a request is for, from the contract, before any framework sees the request."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from timetrack.entrypoints.http.contract.operations import Operation
from timetrack.entrypoints.http.messages.problems import Refusal

_PARAMETER = re.compile(r"\{([^}]+)\}")

# A number has one spelling: no sign but minus, no leading zeros, ASCII digits, at most those of 64 bits.
_SEGMENT_PATTERNS = {"integer": r"-?(?:0|[1-9][0-9]{0,18})", "string": r"[^/\x00-\x1f\x7f]+"}


@dataclass(frozen=True, slots=True)
class Route:
    """A matched operation, and its path parameters as text."""

    operation: Operation
    path_values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Template:
    """A path with parameters; their values are the groups of the match from `first` on, counted from 0."""

    methods: Mapping[str, Operation]
    names: Sequence[str]
    first: int


class Routes:
    """The contract's paths, by method; a literal path has precedence over a template."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._literal: dict[str, dict[str, Operation]] = {}
        templates: dict[str, dict[str, Operation]] = {}
        for operation in operations:
            table = templates if "{" in operation.path else self._literal
            table.setdefault(operation.path, {})[operation.method] = operation
        self._pattern, self._templates = _combined(templates)

    def find(self, method: str, path: str) -> Route:
        """Return the operation for a method on a decoded path; HEAD finds what GET does.

        Raises:
            Refusal: 404, the contract has no such path; 405, not with this method, with a complete `Allow`.
        """
        methods, values = self._match(path)
        operation = methods.get("GET" if method == "HEAD" else method)
        if operation is None:
            raise method_not_allowed(methods)
        return Route(operation, values)

    def methods(self, path: str) -> Iterable[str]:
        """Return the methods of a path.

        Raises:
            Refusal: 404, the contract has no such path.
        """
        return self._match(path)[0]

    def _match(self, path: str) -> tuple[Mapping[str, Operation], Mapping[str, str]]:
        if path in self._literal:
            return self._literal[path], {}
        found = self._pattern.fullmatch(path)
        if found is None or found.lastindex is None:
            raise not_found()
        template = self._templates[found.lastindex]
        return template.methods, dict(zip(template.names, found.groups()[template.first :], strict=False))


def not_found() -> Refusal:
    """Return the 404 for a path that the contract does not have."""
    return Refusal(404, "there is nothing here")


def method_not_allowed(methods: Iterable[str]) -> Refusal:
    """Return the 405 for a method that the path does not have, with those that it has in `Allow`."""
    known = {"HEAD", *methods} if "GET" in methods else set(methods)
    return Refusal(405, "this path does not know the method", headers={"Allow": ", ".join(sorted(known))})


def _combined(templates: Mapping[str, Mapping[str, Operation]]) -> tuple[re.Pattern[str], Mapping[int, _Template]]:
    """Return one pattern that matches all templates, and the template by the number of the last group that matched.

    An empty group ends each alternative, so that the last group identifies it.
    """
    patterns, by_last_group, groups = [], {}, 0
    for path, methods in templates.items():
        pattern, names = _pattern(path, next(iter(methods.values())).path_types)
        patterns.append(f"{pattern}()")
        by_last_group[groups + len(names) + 1] = _Template(methods, names, groups)
        groups += len(names) + 1
    return re.compile("|".join(patterns)), by_last_group


def _pattern(path: str, types: Mapping[str, str]) -> tuple[str, Sequence[str]]:
    parts = _PARAMETER.split(path)
    names = parts[1::2]
    parts[1::2] = [f"({_SEGMENT_PATTERNS[types[name]]})" for name in names]
    parts[::2] = map(re.escape, parts[::2])
    return "".join(parts), names
