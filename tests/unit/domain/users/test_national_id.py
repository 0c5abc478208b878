"""National IDs."""

import pytest

from timetrack.domain.errors import NationalIdMalformedError
from timetrack.domain.model.users.national_id import NationalId


@pytest.mark.parametrize("text", ["1234 567890", "1234567890", "1234-567890"])
def test_three_spellings_are_one_id_which_is_written_in_one_way(text: str) -> None:
    national_id = NationalId.parse(text)

    assert national_id == NationalId("1234", "567890")
    assert str(national_id) == "1234 567890"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1234",
        "123 4567890",
        "1234  567890",
        "1234_567890",
        "1234 56789",
        "1234 5678901",
        " 1234 567890",
        "1234 567890\n",
        "123A 567890",
        "١٢٣٤ ٥٦٧٨٩٠",
        "²234 567890",
    ],
)
def test_nothing_else_is_one(text: str) -> None:
    with pytest.raises(NationalIdMalformedError) as refusal:
        NationalId.parse(text)

    assert text.strip() == "" or text not in str(refusal.value)


def test_a_masked_id_shows_its_last_two_digits() -> None:
    assert NationalId("1234", "567890").masked == "**** ****90"


def test_what_a_log_or_a_traceback_shows_is_masked() -> None:
    assert repr(NationalId("1234", "567890")) == "NationalId(**** ****90)"
