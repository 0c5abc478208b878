"""One HTTP GET request and its reply, bounded in time and in size."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

import requests
import urllib3.exceptions

from timetrack.adapters.peopleinfo.abortable_connection import AbortableAdapter, AbortableConnection
from timetrack.adapters.peopleinfo.failure import CallFailedError, Reason
from timetrack.waiting import wait_for

_CONNECT_TIMEOUT: Final = 0.3
_LARGEST_BODY: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply, read to its end."""

    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A GET request."""

    url: str
    parameters: Mapping[str, str]


def get(request: Request, *, timeout: float, when_over: Callable[[], None]) -> Reply:
    """Return the reply within `timeout` seconds, however slowly the peer, or the name server, answers.

    The request is made by a thread of its own, which may live on for a moment when the time is up; it calls
    `when_over` at its end.

    Raises:
        CallFailedError: there is no reply in time, or it is too large.
    """
    connection = AbortableConnection()

    def work() -> Reply:
        try:
            with connection.in_use():
                return _perform(request, timeout)
        finally:
            when_over()

    try:
        reply = _in_thread(work)
    except RuntimeError as fault:  # the system has no thread left
        when_over()
        raise CallFailedError(Reason.NO_THREAD) from fault
    try:
        return wait_for(reply, timeout)
    except TimeoutError as fault:
        connection.abort()
        raise CallFailedError(Reason.TIMEOUT) from fault


def _in_thread(work: Callable[[], Reply]) -> Future[Reply]:
    reply = Future[Reply]()

    def run() -> None:
        try:
            reply.set_result(work())
        except BaseException as fault:  # noqa: BLE001 - it is raised again where the reply is waited for
            reply.set_exception(fault)

    # A daemon, because a name server can take longer to answer than a program may take to end.
    threading.Thread(target=run, name="people-info", daemon=True).start()
    return reply


def _perform(request: Request, timeout: float) -> Reply:
    timeouts = (min(_CONNECT_TIMEOUT, timeout), timeout)
    try:
        with (
            _Session() as session,
            session.get(request.url, params=request.parameters, timeout=timeouts, stream=True) as response,
        ):
            return Reply(
                status=response.status_code,
                media_type=response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
                body=_body(response),
            )
    except (requests.Timeout, urllib3.exceptions.TimeoutError) as fault:
        raise CallFailedError(Reason.TIMEOUT) from fault
    except (requests.RequestException, urllib3.exceptions.HTTPError) as fault:
        raise CallFailedError(Reason.CONNECTION) from fault


class _Session(requests.Session):
    """A session for one request: calls are rare, and a connection kept from the last one may be dead."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False  # no proxies, no .netrc
        self.headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        for scheme in ("http://", "https://"):
            self.mount(scheme, AbortableAdapter())

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 - the signature of requests
        """Follow no redirect; with `allow_redirects=False` requests would still read all of its body."""
        return


def _body(response: requests.Response) -> bytes:
    # Not decoded: a small compressed body can be a large one.
    body: bytes = response.raw.read(_LARGEST_BODY + 1, decode_content=False)
    if len(body) > _LARGEST_BODY:
        raise CallFailedError(Reason.TOO_LARGE)
    return body
