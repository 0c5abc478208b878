"""Refusals that the domain does not know, in its families, because only HTTP has what is refused."""

from timetrack.domain.errors import MalformedError, NotFoundError


class EntityTagMalformedError(MalformedError):
    """The header of a condition is neither `*` nor a list of entity tags."""

    code = "entity_tag_malformed"

    def __init__(self, header: str) -> None:
        super().__init__(f"`{header}` is neither `*` nor a list of entity tags")


class ProblemUnknownError(NotFoundError):
    """No problem has this code."""

    code = "problem_unknown"

    def __init__(self) -> None:
        super().__init__("no problem has this code")


class IssuerUnknownError(NotFoundError):
    """Nobody has told the server at which URL its clients see it."""

    code = "issuer_unknown"

    def __init__(self) -> None:
        super().__init__("the server does not know its URL: whoever runs it sets TIMETRACK_PUBLIC_URL")
