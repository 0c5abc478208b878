"""The port PeopleInfo, over HTTP."""

import logging
import threading
from http import HTTPStatus

from timetrack.adapters.peopleinfo.breaker import CircuitBreaker
from timetrack.adapters.peopleinfo.failure import CallFailedError, Reason
from timetrack.adapters.peopleinfo.http_get import Reply, Request, get
from timetrack.adapters.peopleinfo.person_reader import PersonReader
from timetrack.domain.errors import PeopleInfoUnavailableError, PersonUnknownError
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.person import Person

_log = logging.getLogger(__name__)


class PeopleInfoClient:
    """Asks the service at `base_url`, for at most `timeout` seconds a call; for use by many threads.

    Calls beyond `in_flight` at a time, and calls while the circuit is open, are refused at once.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float = 1.0,
        in_flight: int = 8,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        self._url = f"{base_url.rstrip('/')}/info"
        self._timeout = timeout
        self._slots = threading.BoundedSemaphore(in_flight)
        self._breaker = breaker or CircuitBreaker()
        self._reader = PersonReader()
        # Below this level urllib3 writes URLs, and ours hold national IDs.
        logging.getLogger("urllib3").setLevel(logging.ERROR)

    def find(self, national_id: NationalId) -> Person:
        """See PeopleInfo.find."""
        if not self._may_call():
            raise PeopleInfoUnavailableError
        try:
            person = self._person(self._ask(national_id))
        except CallFailedError as fault:
            self._note_failure(fault.reason)
            # Without its cause, whose text holds the URL.
            raise PeopleInfoUnavailableError from None
        self._note_success()
        if person is None:
            raise PersonUnknownError
        return person

    def _may_call(self) -> bool:
        # The slot first: a trial that the breaker permits must not be lost for want of a slot.
        if not self._slots.acquire(blocking=False):
            return False
        if self._breaker.permits():
            return True
        self._slots.release()
        return False

    def _ask(self, national_id: NationalId) -> Reply:
        parameters = {"passportSerie": national_id.series, "passportNumber": national_id.number}
        request = Request(url=self._url, parameters=parameters)
        return get(request, timeout=self._timeout, when_over=self._slots.release)

    def _person(self, reply: Reply) -> Person | None:
        """Return the person, or None if the ID was never issued."""
        if reply.status == HTTPStatus.BAD_REQUEST:
            return None
        if reply.status != HTTPStatus.OK:
            raise CallFailedError(Reason.STATUS)
        if reply.media_type != "application/json":
            raise CallFailedError(Reason.OFF_CONTRACT)
        return self._reader.read(reply.body)

    def _note_failure(self, reason: Reason) -> None:
        _log.warning("people_info_call_failed", extra={"reason": reason.value})
        if self._breaker.failed():
            _log.warning("people_info_circuit_opened")

    def _note_success(self) -> None:
        if self._breaker.succeeded():
            _log.info("people_info_circuit_closed")
