"""Refusals about versions, pages and repeated requests."""

from collections.abc import Mapping

from timetrack.domain.errors.families import ConflictError, InvalidError, MalformedError, StaleError, TooManyError


class VersionMismatchError(StaleError):
    """The change is based on another version than the current one."""

    code = "version_mismatch"

    def __init__(self) -> None:
        super().__init__("it has changed since you read it: read it again")


class CursorMalformedError(MalformedError):
    """A list did not give out this cursor."""

    code = "cursor_malformed"

    def __init__(self) -> None:
        super().__init__("the cursor is not one that this list gave out")


class IdempotencyKeyInUseError(ConflictError):
    """The first request with this key is still under way; the same request may be sent again soon."""

    code = "idempotency_key_in_use"
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("the first request with this idempotency key is still under way")


class IdempotencyKeyReusedError(InvalidError):
    """The key belongs to another request."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("this idempotency key came with another request before")


class AnswerTooLargeError(ConflictError):
    """The request was done before, and its answer was too large to be kept for a repetition."""

    code = "answer_too_large"

    def __init__(self) -> None:
        super().__init__("this was done before; its answer was too large to be given again")


class SecretShownOnceError(ConflictError):
    """The request was done before, and its answer showed a secret, which is told once; `made` is what it has made."""

    code = "secret_shown_once"

    def __init__(self, made: int | None) -> None:
        super().__init__("this was done before; its answer showed a secret, which is told only once")
        self.made = made

    def facts(self) -> Mapping[str, object]:
        """Return the id of what was made, if it has one."""
        return {} if self.made is None else {"id": self.made}


class TooManyKeysError(TooManyError):
    """The owner has as many idempotency keys kept as anybody may have in 24 hours."""

    code = "too_many_keys"

    def __init__(self) -> None:
        super().__init__("too many idempotency keys in 24 hours", 3600)
