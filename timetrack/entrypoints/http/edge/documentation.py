"""The interactive documentation at `/ui` and the contract as JSON and YAML: static, public, with no other hosts."""

import re

CONTRACT_PATH = "/openapi.json"
CONTRACT_YAML_PATH = "/openapi.yaml"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self'; "
    "img-src 'self' data:; script-src 'self'; style-src 'self'"
)
"""The documentation's policy: its pages load nothing from other hosts, and run no script that stands in a page."""

_CONTRACTS = frozenset({CONTRACT_PATH, CONTRACT_YAML_PATH})
_PAGES = re.compile(r"/ui(/[A-Za-z0-9._-]*)?")


def is_documentation(path: str) -> bool:
    """Tell whether a path is one of the documentation, which needs no token and shows no user's data."""
    return path in _CONTRACTS or (path.startswith("/ui") and _PAGES.fullmatch(path) is not None)
