"""Signs Schemathesis in, again and again as a new user; it loads this module by SCHEMATHESIS_HOOKS."""

import os
import secrets
from itertools import count
from typing import Any

import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis import AuthContext, Case

_ADDRESS = os.environ["TIMETRACK_TEST_ADDRESS"]
_PASSWORD = "only the fuzzer knows"  # noqa: S105 - of made-up users
_DATES = st.dates().map(str)
_PERIODS = st.dates().flatmap(lambda day: st.sampled_from([f"{day:%Y-%m}", f"{day:%G-W%V}", f"{day:%Y-%m-%d}"]))
_NUMBERS = count(secrets.randbelow(900_000))  # that no other run has

# The formats that are the contract's own.
schemathesis.openapi.format("instant-or-date", _DATES | st.datetimes().map(lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}"))
schemathesis.openapi.format("period", _PERIODS)
schemathesis.openapi.format("time-of-day", st.times().map(lambda at: f"{at:%H:%M}"))


# Again and again as somebody new, since it erases the one that it is now sooner or later.
@schemathesis.auth(refresh_interval=3)
class Member:
    def get(self, case: Case[Any], context: AuthContext) -> str:  # noqa: ARG002 - Schemathesis's protocol
        national_id = f"1777 {next(_NUMBERS):06}"
        _post("/users", json={"national_id": national_id, "password": _PASSWORD})
        form = {"grant_type": "password", "username": national_id, "password": _PASSWORD}
        return str(_post("/auth", data=form)["access_token"])

    def set(self, case: Case[Any], data: str, context: AuthContext) -> None:  # noqa: ARG002 - Schemathesis's protocol
        case.headers["Authorization"] = f"Bearer {data}"


def _post(path: str, **content: object) -> dict[str, object]:
    response = requests.post(_ADDRESS + path, timeout=10, **content)  # type: ignore[arg-type]  # as requests takes it
    response.raise_for_status()
    answer: dict[str, object] = response.json()
    return answer
