"""The call that a handler gets and the reply that it returns; neither knows a web framework."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from timetrack.domain.errors import TokenMissingError
from timetrack.domain.model.access.caller import Caller

Body_co = TypeVar("Body_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, after routing, authentication and validation.

    `headers` have lower-case names; `query_names` are the query parameters that the operation has; `peer` is the
    address from which the request came; `problem_types` stands in front of a problem's code in its `type`; `caller` is
    None only where the contract asks for no authentication.
    """

    operation_id: str
    path: str
    query: str
    headers: Mapping[str, str]
    request_id: str
    query_names: Container[str] = ()
    problem_types: str = "/problems/"
    peer: str | None = None
    caller: Caller | None = None

    @property
    def signed_in(self) -> Caller:
        """The caller of an operation that the contract secures, with the request that the history will name.

        Raises:
            TokenMissingError: nobody has signed in; the contract and its routing disagree.
        """
        if self.caller is None:
            raise TokenMissingError
        caller = self.caller
        # Not by dataclasses.replace, which takes several times as long, for each request.
        return Caller(user_id=caller.user_id, role=caller.role, token_id=caller.token_id, request_id=self.request_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Generic[Body_co]):
    """A response; `body` becomes JSON, unless it is bytes or an iterator of them, which are sent as `content_type`.

    One that `shows_secret` is kept under no idempotency key: who repeats the request is told what it has made, by the
    `id` in its body.
    """

    status: int = 200
    body: Body_co
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    shows_secret: bool = False


REPLAYED: Mapping[str, str] = {"Idempotency-Replayed": "true"}
"""Marks a reply that repeats the one to an earlier request with the same idempotency key."""

Handler = Callable[..., Reply[Any]]
"""`handler(call, **parameters)`: path and query parameters by name (`from` as `from_`), and `body`, if there is one."""
