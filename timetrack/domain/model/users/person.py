"""Persons, as the people-info service knows them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person's name and address; `patronymic` is None where there is none."""

    surname: str
    name: str
    patronymic: str | None
    address: str
