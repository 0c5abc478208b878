"""The made-up people: the same national ID always gives the same one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from timetrack.entrypoints.peopleinfo.grammar import feminine, patronymics
from timetrack.entrypoints.peopleinfo.names import FEMALE_NAMES, MALE_NAMES, SURNAMES
from timetrack.entrypoints.peopleinfo.places import CITIES, STREETS

_T = TypeVar("_T")

_HOUSES = 120
_FLATS = 200
_ONE_IN_WITHOUT_PATRONYMIC = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUpPerson:
    """A person of the contract; `patronymic` is None where there is none."""

    surname: str
    name: str
    patronymic: str | None
    address: str


def person_of(series: str, number: str) -> MadeUpPerson:
    """Return the person who has this national ID, on every machine and in every version of Python."""
    draw = _Draw(f"{series} {number}")
    woman = draw.below(2) == 1
    surname = draw.one_of(SURNAMES)
    return MadeUpPerson(
        surname=feminine(surname) if woman else surname,
        name=draw.one_of(FEMALE_NAMES if woman else MALE_NAMES),
        patronymic=_patronymic(draw, woman=woman),
        address=_address(draw),
    )


def _patronymic(draw: "_Draw", *, woman: bool) -> str | None:
    son, daughter = patronymics(draw.one_of(MALE_NAMES))
    if draw.below(_ONE_IN_WITHOUT_PATRONYMIC) == 0:
        return None
    return daughter if woman else son


def _address(draw: "_Draw") -> str:
    city, street = draw.one_of(CITIES), draw.one_of(STREETS)
    house, flat = 1 + draw.below(_HOUSES), 1 + draw.below(_FLATS)
    return f"г. {city}, {street}, д. {house}, кв. {flat}"


class _Draw:
    """Choices that depend on nothing but a seed: its SHA-256 is one large number, of which each choice takes a part."""

    def __init__(self, seed: str) -> None:
        self._left = int.from_bytes(hashlib.sha256(seed.encode()).digest())

    def below(self, limit: int) -> int:
        self._left, choice = divmod(self._left, limit)
        return choice

    def one_of(self, choices: Sequence[_T]) -> _T:
        return choices[self.below(len(choices))]
