"""Replies of the people-info service, held to its contract."""

import json
from typing import Any

from jsonschema import Draft4Validator

from timetrack.adapters.peopleinfo.failure import CallFailedError, Reason
from timetrack.contracts import read_contract
from timetrack.domain.model.users.person import Person
from timetrack.resources import resource

Json = Any
"""A value of JSON, until the schema has checked it."""


class PersonReader:
    """Reads the person out of a reply's body."""

    def __init__(self) -> None:
        components = read_contract(resource("api", "peopleinfo.yaml"))["components"]
        # OpenAPI 3.0 schemas are those of JSON Schema draft 4, as far as this contract goes.
        self._validator = Draft4Validator({"$ref": "#/components/schemas/Person", "components": components})

    def read(self, body: bytes) -> Person:
        """Return the person.

        Raises:
            CallFailedError: the body is not one of the contract.
        """
        members = _parse(body)
        if not self._validator.is_valid(members):
            raise CallFailedError(Reason.OFF_CONTRACT)
        return Person(
            surname=members["surname"],
            name=members["name"],
            patronymic=members.get("patronymic"),
            address=members["address"],
        )


def _parse(body: bytes) -> Json:
    try:
        members = json.loads(body.decode())
        # A lone surrogate is JSON, but no text: nothing could store it.
        json.dumps(members, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as fault:
        raise CallFailedError(Reason.OFF_CONTRACT) from fault
    return members
