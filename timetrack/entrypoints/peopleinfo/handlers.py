"""Handlers of the contract's operations. Three series of passports stand for faults, to try callers against."""

import asyncio
import contextlib
from http import HTTPStatus
from typing import Final, TypeAlias

from timetrack.entrypoints.peopleinfo.people import MadeUpPerson, person_of

_Members: TypeAlias = dict[str, str | int]
Reply: TypeAlias = tuple[_Members, HTTPStatus, dict[str, str]]

_LONGEST_HANG: Final = 60.0


class Handlers:
    """The handlers; `stopping` is set when the service is about to end, so that no caller holds it up."""

    def __init__(self, stopping: asyncio.Event) -> None:
        self._stopping = stopping

    async def find(self, passport_serie: str, passport_number: str) -> Reply:
        """Answer `people.find`."""
        match passport_serie:
            case "0400":
                return _problem(HTTPStatus.BAD_REQUEST, "no person has this national ID")
            case "0500":
                return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "passports of this series make the service fail")
            case "0503":
                await self._hang()
                return _try_again("passports of this series make the service hang")
            case _:
                return _json(_members(person_of(passport_serie, passport_number)))

    async def health(self) -> Reply:
        """Answer `service.health`."""
        return _json({"status": "ok"})

    async def _hang(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), _LONGEST_HANG)


def _problem(status: HTTPStatus, detail: str) -> Reply:
    body: _Members = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    return body, status, {"Content-Type": "application/problem+json"}


def _try_again(detail: str) -> Reply:
    body, status, headers = _problem(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    return body, status, headers | {"Retry-After": "1"}


def _json(body: _Members) -> Reply:
    return body, HTTPStatus.OK, {"Content-Type": "application/json"}


def _members(person: MadeUpPerson) -> _Members:
    members: _Members = {"surname": person.surname, "name": person.name}
    if person.patronymic is not None:
        members["patronymic"] = person.patronymic
    return members | {"address": person.address}
