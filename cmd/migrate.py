"""Starts `timetrack-migrate` from a checkout that is not installed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from timetrack.entrypoints.migrate.program import main

if __name__ == "__main__":
    main()
