"""The operations of an OpenAPI document, as they are written: for all that is compiled, generated or tested from it."""

import keyword
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
"""The methods that a contract may use; HEAD is answered wherever GET is."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One operation: its Operation Object, and its parameters, those of its path included."""

    path: str
    method: str
    operation: Mapping[str, Any]
    parameters: Sequence[Mapping[str, Any]]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def definitions(contract: Mapping[str, Any]) -> Iterator[Definition]:
    """Yield the operations of a contract, in its order of paths; references stay as they are."""
    for path, item in contract["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
                yield Definition(path, method, operation, parameters)


def argument_name(parameter: str) -> str:
    """Return the name under which a handler gets a parameter: `from_` for `from`, `page_size` for `page-size`."""
    name = parameter.replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) else name
