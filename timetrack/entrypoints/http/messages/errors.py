"""Refusals that the domain does not know, in its families, because only HTTP has what is refused."""

from timetrack.domain.errors import MalformedError


class EntityTagMalformedError(MalformedError):
    """The header of a condition is neither `*` nor a list of entity tags."""

    code = "entity_tag_malformed"

    def __init__(self, header: str) -> None:
        super().__init__(f"`{header}` is neither `*` nor a list of entity tags")
