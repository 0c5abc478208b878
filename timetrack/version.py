"""Which version of TimeTrack this is; pyproject.toml is the one place that says so."""

import tomllib
from importlib import metadata
from pathlib import Path

_PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def version() -> str:
    """Return the version: of the checkout when run from one, else of what is installed."""
    # The checkout first: another TimeTrack may be installed in the same environment.
    if _PYPROJECT.is_file():
        return str(tomllib.loads(_PYPROJECT.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version("timetrack")
