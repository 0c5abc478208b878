"""The contracts of `api/`, read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

# They do alike, and those in C take a tenth of the time; they are missing where PyYAML came without libyaml.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def read_contract(file: Path) -> dict[str, Any]:
    """Return what an OpenAPI document says, with its references as they are."""
    contract: dict[str, Any] = yaml.load(file.read_bytes(), _Loader)  # noqa: S506 - a safe one, whichever it is
    return contract


def written_contract(contract: Mapping[str, Any]) -> str:
    """Return a contract as YAML."""
    text: str = yaml.dump(contract, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text
