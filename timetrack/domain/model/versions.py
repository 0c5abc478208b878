"""Conditional changes: a change is refused unless it is based on the current version."""

from dataclasses import dataclass

from timetrack.domain.errors import VersionMismatchError


@dataclass(frozen=True, slots=True)
class Precondition:
    """The versions that a change accepts; None accepts every one."""

    versions: frozenset[int] | None = None

    def check(self, version: int) -> None:
        """Let only an accepted version pass.

        Raises:
            VersionMismatchError: the version is another one.
        """
        if self.versions is not None and version not in self.versions:
            raise VersionMismatchError


UNCONDITIONAL = Precondition()
