"""The interactive documentation at `/ui` and the contract as JSON and YAML: static, public, with no other hosts."""

import re

CONTRACT_PATH = "/openapi.json"
CONTRACT_YAML_PATH = "/openapi.yaml"

# The page of Swagger UI has its script and its style inline; both come with its package.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self'; "
    "img-src 'self' data:; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"
)
"""The policy of the documentation's pages: they load nothing from other hosts."""

_CONTRACTS = frozenset({CONTRACT_PATH, CONTRACT_YAML_PATH})
_PAGES = re.compile(r"/ui(/[A-Za-z0-9._-]*)?")


def is_documentation(path: str) -> bool:
    """Tell whether a path is one of the documentation, which needs no token and shows no user's data."""
    return path in _CONTRACTS or (path.startswith("/ui") and _PAGES.fullmatch(path) is not None)
