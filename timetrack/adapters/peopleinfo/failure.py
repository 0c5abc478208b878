"""Why a call to the people-info service failed."""

from enum import StrEnum


class Reason(StrEnum):
    """The facts that a log line has of a failed call."""

    NO_THREAD = "no_thread"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    STATUS = "status"
    TOO_LARGE = "too_large"
    OFF_CONTRACT = "off_contract"


class CallFailedError(Exception):
    """A call gave no answer that can be used; it never leaves this package."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
