"""People-info in memory."""

from timetrack.domain.errors import PeopleInfoUnavailableError, PersonUnknownError
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.person import Person

_SURNAMES = ("Ivanov", "Smirnov", "Kuznetsov", "Popov", "Sokolov", "Lebedev", "Kozlov")
_NAMES = ("Anton", "Boris", "Denis", "Gleb", "Maxim")
_PATRONYMICS = ("Antonovich", "Borisovich", None)


class FakePeopleInfo:
    """Knows everybody, but for series 0400, and always the same person by one ID; see PeopleInfo."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down

    def find(self, national_id: NationalId) -> Person:
        """See PeopleInfo.find."""
        if self.down:
            raise PeopleInfoUnavailableError
        if national_id.series == "0400":
            raise PersonUnknownError
        number = int(f"{national_id.series}{national_id.number}")
        return Person(
            surname=_SURNAMES[number % len(_SURNAMES)],
            name=_NAMES[number % len(_NAMES)],
            patronymic=_PATRONYMICS[number % len(_PATRONYMICS)],
            address=f"{1 + number % 97} Main Street",
        )
