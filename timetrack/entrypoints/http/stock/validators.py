"""Connexion's validation step, handed to the compiled contract."""

from collections.abc import Mapping
from typing import Any

from timetrack.entrypoints.http.edge.request_context import RequestContext


class ContractValidator:
    """In the place of Connexion's parameter validator; checks the body too, as both are at hand.

    Connexion makes one for each request and hands it the definitions, which were compiled once at the start.
    """

    def __init__(self, *_definitions: object, **_options: object) -> None:
        pass

    def validate(self, scope: Mapping[str, Any]) -> None:
        """Read the request's arguments.

        Raises:
            Refusal: 400 or 415, the request breaks the contract.
        """
        RequestContext.of(scope).read()


VALIDATORS: dict[str, Any] = {"parameter": ContractValidator, "body": {}}
"""No body validators: with none, Connexion leaves the body, which is checked already, alone."""
