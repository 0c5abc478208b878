"""The operations `problems.*`."""

from timetrack.entrypoints.http.contract.problem_types_generated import PROBLEM_TYPES
from timetrack.entrypoints.http.contract.schemas_generated import ProblemType
from timetrack.entrypoints.http.messages.call import Call, Reply
from timetrack.entrypoints.http.messages.errors import ProblemUnknownError


class ProblemHandlers:
    """Explanations of problems."""

    def get(self, _: Call, *, code: str) -> Reply[ProblemType]:
        """Explain a problem."""
        if code not in PROBLEM_TYPES:
            raise ProblemUnknownError
        return Reply(body=PROBLEM_TYPES[code])
