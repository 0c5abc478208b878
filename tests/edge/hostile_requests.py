"""The hostile requests of `hostile_requests.yaml`, and the bytes that each of them is sent as."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.fakes.handlers import TOKEN
from tests.http_clients import request

REQUESTS = yaml.safe_load(Path(__file__).with_name("hostile_requests.yaml").read_text(encoding="utf-8"))
SIGNED_IN = f"Authorization: Bearer {TOKEN}"


def wire_format(hostile: Mapping[str, Any], signed_in: str = SIGNED_IN) -> bytes:
    """Return the request as it goes over the socket."""
    headers = [] if hostile.get("anonymous") else [signed_in]
    body = bytes.fromhex(hostile["hex"]) if "hex" in hostile else _spelled(hostile.get("body", ""))
    return request(
        _spelled(hostile["target"]),
        *headers,
        *hostile.get("headers", []),
        method=hostile.get("method", "GET"),
        body=body,
    )


def _spelled(text: str | Mapping[str, Any]) -> bytes:
    if isinstance(text, str):
        return text.encode()
    piece, times = text["repeat"]
    whole: str = text.get("before", "") + piece * times + text.get("after", "")
    return whole.encode()
