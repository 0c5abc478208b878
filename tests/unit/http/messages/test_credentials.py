import pytest

from timetrack.domain.errors import TokenInvalidError, TokenMissingError
from timetrack.entrypoints.http.messages.credentials import bearer_token


@pytest.mark.parametrize("value", ["Bearer tt_a-b.c~d+e/f==", "bearer   tt_a-b.c~d+e/f=="])
def test_a_token_is_found_whatever_the_case_of_its_scheme(value: str) -> None:
    assert bearer_token({"authorization": value}) == "tt_a-b.c~d+e/f=="


@pytest.mark.parametrize("headers", [{}, {"authorization": ""}, {"authorization": "Basic Nzo3"}])
def test_without_a_bearer_token_there_is_none(headers: dict[str, str]) -> None:
    with pytest.raises(TokenMissingError):
        bearer_token(headers)


@pytest.mark.parametrize("token", ["", "a b", "a,b", "é", "a\t", "=", "x" * 513])
def test_what_cannot_be_a_token_is_not_looked_up(token: str) -> None:
    with pytest.raises(TokenInvalidError):
        bearer_token({"authorization": f"Bearer {token}"})
