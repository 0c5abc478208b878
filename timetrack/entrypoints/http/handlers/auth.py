"""The operations `auth.*`."""

from dataclasses import dataclass

from timetrack.domain.services.authentication import Authentication
from timetrack.domain.services.passwords import Passwords
from timetrack.entrypoints.http.contract.schemas_generated import AccessToken, PasswordReset, Revocation, SignIn
from timetrack.entrypoints.http.messages.call import Call, Reply


@dataclass(frozen=True, slots=True)
class AuthHandlers:
    """Sign-in, sign-out, and lost passwords."""

    authentication: Authentication
    passwords: Passwords

    def sign_in(self, call: Call, *, body: SignIn) -> Reply[AccessToken]:
        """Sign in."""
        issued = self.authentication.sign_in(body["username"], body["password"], call.peer)
        return Reply(
            body={"access_token": issued.token, "token_type": "Bearer", "expires_in": issued.lifetime},
            headers={"Cache-Control": "no-store"},
        )

    def revoke(self, call: Call, *, body: Revocation) -> Reply[None]:
        """Revoke an access token."""
        self.authentication.revoke(body["token"])
        return Reply(body=None)

    def reset_password(self, _: Call, *, body: PasswordReset) -> Reply[None]:
        """Set a new password with a reset code."""
        self.passwords.reset(body["code"], body["new_password"])
        return Reply(status=204, body=None)
