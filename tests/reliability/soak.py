"""The fault run for as long as one likes: `python -m tests.reliability.soak --seconds 3600`."""

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

from tests.reliability.fault_run import run_with_faults
from tests.reliability.figures import figures
from tests.reliability.site import Site

REPORT = Path("build/fault-run.md")


def main() -> None:
    """Run, print the figures and keep them in a file; exit with 1 if there is anything to object."""
    wanted = _arguments()
    with tempfile.TemporaryDirectory(prefix="timetrack-soak-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's account has to reach its data, also when root runs this
        with Site(Path(folder) / "data") as site:
            run = run_with_faults(site, seconds=wanted.seconds, seed=wanted.seed)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(figures(run))
    sys.stdout.write(figures(run))
    sys.stdout.writelines(f"user {user}: {why}\n" for user, why in run.violations.items())
    sys.exit(not run.flawless)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Kill everything for a while, and see whether anything is lost.")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    return parser.parse_args()


if __name__ == "__main__":
    main()
