"""The document on security names only what exists."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_file_that_it_names_exists() -> None:
    named = re.findall(r"`((?:tests|timetrack)/[\w/.]+)`", DOCUMENT)

    assert len(named) > 30
    assert [name for name in named if not (ROOT / name).is_file()] == []
