"""The fault run, or the calm run, for as long as one likes: `python -m tests.reliability.soak --seconds 3600`."""

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

from tests.reliability.calm_run.calm_run import run_calmly
from tests.reliability.fault_run.fault_run import run_with_faults
from tests.reliability.figures import calm_figures, figures
from tests.reliability.killable_server import KillableServer

REPORTS = Path("build")


def main() -> None:
    """Run, print the figures and keep them in a file; exit with 1 if there is anything to object."""
    wanted = _arguments()
    with tempfile.TemporaryDirectory(prefix="timetrack-soak-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's account has to reach its data, also when root runs this
        with KillableServer(Path(folder) / "data") as server:
            good = _calm(server, wanted.seconds) if wanted.calm else _faults(server, wanted.seconds, wanted.seed)
    sys.exit(not good)


def _calm(server: KillableServer, seconds: float) -> bool:
    run = run_calmly(server, seconds=seconds)
    _tell("calm-run.md", calm_figures(run))
    return run.flat


def _faults(server: KillableServer, seconds: float, seed: int) -> bool:
    run = run_with_faults(server, seconds=seconds, seed=seed)
    _tell("fault-run.md", figures(run))
    sys.stdout.writelines(f"user {user}: {why}\n" for user, why in run.violations.items())
    return run.flawless


def _tell(file: str, text: str) -> None:
    REPORTS.mkdir(exist_ok=True)
    (REPORTS / file).write_text(text)
    sys.stdout.write(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Kill everything for a while, and see whether anything is lost.")
    parser.add_argument("--calm", action="store_true", help="kill nothing, and see whether memory grows")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    return parser.parse_args()


if __name__ == "__main__":
    main()
