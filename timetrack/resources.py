"""Paths of the contract and the migrations: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Return the path of a file or folder of `api/` or `migrations/`, such as `resource("api", "openapi.yaml")`."""
    installed = _PACKAGE.joinpath(*parts)
    return installed if installed.exists() else _PACKAGE.parent.joinpath(*parts)


IMPORT_ROOT = _PACKAGE.parent
"""The folder from which this package is imported."""
