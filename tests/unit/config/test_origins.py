"""What is no origin is told in words when the server starts."""

import pytest

from tests.unit.config.loading import refused
from timetrack.config.origins import fault_of_origin


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ("*", "name each"),
        ("null", "cannot be named"),
        ("", "is not scheme://host"),
        ("hours.example", "is not scheme://host"),
        ("//hours.example", "is not scheme://host"),
        ("https:hours.example", "is not scheme://host"),
        ("https://", "no host"),
        ("file://", "no host"),
        ("://hours.example", "no scheme"),
        ("HTTPS://hours.example", "no scheme in lower case"),
        ("ht tps://hours.example", "no scheme"),
        ("https://hours.example/", "without a slash"),
        ("https://hours.example/app", "without a slash"),
        ("https://hours.example?a=b", "without a slash"),
        ("https://hours.example#top", "without a slash"),
        ("https://me:secret@hours.example", "without a slash"),
        ("https://Hours.example", "lower case"),
        ("https://часы.example", "xn--"),
        ("https://*.hours.example", "no host"),
        ("https://[::1", "without a slash"),
        ("https://[hours]", "no host"),
        ("https://hours.example:", "no number"),
        ("https://hours.example:port", "no number"),
        ("https://hours.example:443", "leave it out"),
        ("http://hours.example:80", "leave it out"),
    ],
)
def test_what_browsers_never_send_is_told(origin: str, told: str) -> None:
    assert told in (fault_of_origin(origin) or "it is an origin")


@pytest.mark.parametrize(
    "origin",
    [
        "https://hours.example",
        "http://localhost:3000",
        "http://hours.example:443",
        "https://127.0.0.1:8443",
        "http://[::1]:3000",
        "https://xn--80a1acny.example",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
        "safari-web-extension://E1B5A4E7-77C5-4A9A-8B8B-3D5A0C7D1C11",
        "capacitor://localhost",
        "app://obsidian.md",
    ],
)
def test_what_browsers_and_apps_send_has_no_fault(origin: str) -> None:
    assert fault_of_origin(origin) is None


def test_the_start_tells_which_one_and_why_and_never_repeats_it() -> None:
    error = refused("--cors-origins", "capacitor://localhost, https://me:secret@hours.example/")

    (fault,) = error.faults
    assert fault.startswith("TIMETRACK_CORS_ORIGINS (--cors-origins): Origin 2 has to end behind its host and port")
    assert "secret" not in fault
