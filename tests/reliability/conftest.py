import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.killable_server import Site


@pytest.fixture
def site() -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="timetrack-faults-") as folder:
        Path(folder).chmod(0o755)
        with Site(Path(folder) / "data") as site:
            yield site
