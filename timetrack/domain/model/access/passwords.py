"""Passwords: spellings that look the same are the same."""

import unicodedata
from collections.abc import Sequence


def normal(password: str) -> str:
    """Return the one spelling in which a password is digested (NFKC): keyboards differ in how they write an `é`."""
    return unicodedata.normalize("NFKC", password)


def spellings(password: str) -> Sequence[str]:
    """Return what a kept digest may be of: the normal spelling; where it is another, also the one that was typed.

    Digests that are older than the normal spelling are of what was typed.
    """
    return list(dict.fromkeys([normal(password), password]))
