"""Preconditions on the version of a thing."""

import pytest

from timetrack.domain.errors import VersionMismatchError
from timetrack.domain.model.versions import UNCONDITIONAL, Precondition


@pytest.mark.parametrize("accepted", [UNCONDITIONAL, Precondition(frozenset({3})), Precondition(frozenset({2, 3}))])
def test_a_version_that_is_accepted_passes(accepted: Precondition) -> None:
    accepted.check(3)


@pytest.mark.parametrize("accepted", [Precondition(frozenset()), Precondition(frozenset({2, 4}))])
def test_a_version_that_is_not_accepted_is_refused(accepted: Precondition) -> None:
    with pytest.raises(VersionMismatchError):
        accepted.check(3)
