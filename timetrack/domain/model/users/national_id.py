"""National IDs."""

import re
from dataclasses import dataclass

from timetrack.domain.errors import NationalIdMalformedError

_WRITTEN = re.compile(r"([0-9]{4})[ -]?([0-9]{6})")


@dataclass(frozen=True, slots=True, repr=False)
class NationalId:
    """A series of 4 digits and a number of 6: `1234 567890`, also written `1234567890` and `1234-567890`.

    Its `repr` is masked, so that it can stand in a log or a traceback.
    """

    series: str
    number: str

    @classmethod
    def parse(cls, text: str) -> "NationalId":
        """Read any of the three spellings.

        Raises:
            NationalIdMalformedError: it is none of them.
        """
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise NationalIdMalformedError
        return cls(*match.groups())

    @property
    def masked(self) -> str:
        """The masked spelling, for callers who may not see all of it: `**** ****90`."""
        return f"**** ****{self.number[-2:]}"

    def __str__(self) -> str:
        return f"{self.series} {self.number}"

    def __repr__(self) -> str:
        return f"NationalId({self.masked})"
