"""The caller, read again behind the locks of a write: whoever waited there may have been demoted, erased or signed out.

The read is a statement of its own, behind the last lock. A statement that waits for a row sees that row as it is then,
and all others as they were when the statement began.
"""

from timetrack.domain.errors import TokenInvalidError, UserNotFoundError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.storage import Stores


def caller_now(stores: Stores, caller: Caller) -> Caller:
    """Return the caller with the role that they have now.

    Raises:
        TokenInvalidError: they, or the token of the request, have ended.
    """
    now = stores.tokens.caller_now(caller)
    if now is None:
        raise TokenInvalidError
    return now


def lock_user(stores: Stores, caller: Caller, user_id: UserId) -> tuple[User, Caller]:
    """Lock a user; return them, and the caller behind that lock.

    Raises:
        TokenInvalidError: the caller, or the token of the request, has ended.
        UserNotFoundError: there is no user of this id.
    """
    try:
        user = stores.users.lock_exclusive(user_id)
    except UserNotFoundError:
        if user_id == caller.user_id:
            raise TokenInvalidError from None
        raise
    return user, caller_now(stores, caller)
