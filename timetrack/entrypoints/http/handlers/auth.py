"""The operations `auth.*`."""

from dataclasses import dataclass

from timetrack.domain.services.authentication import Authentication
from timetrack.domain.services.passwords import Passwords
from timetrack.entrypoints.http.contract.schemas_generated import (
    AccessToken,
    AuthorizationServer,
    PasswordReset,
    Revocation,
    SignIn,
)
from timetrack.entrypoints.http.messages.call import Call, Reply
from timetrack.entrypoints.http.messages.errors import IssuerUnknownError
from timetrack.entrypoints.http.messages.loopback import is_local


@dataclass(frozen=True, slots=True)
class AuthHandlers:
    """Sign-in, sign-out, and lost passwords."""

    authentication: Authentication
    passwords: Passwords
    public_url: str | None

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

    def metadata(self, call: Call) -> Reply[AuthorizationServer]:
        """Tell OAuth libraries where to sign in."""
        issuer = self._issuer(call)
        return Reply(
            body={
                "issuer": issuer,
                "token_endpoint": f"{issuer}/auth",
                "revocation_endpoint": f"{issuer}/auth/revoke",
                # There is no authorization endpoint. Metadata without the member, or with none in it, is refused.
                "response_types_supported": ["none"],
                "grant_types_supported": ["password"],
                "token_endpoint_auth_methods_supported": ["none"],
                "revocation_endpoint_auth_methods_supported": ["none"],
                "service_documentation": f"{issuer}/ui/",
            }
        )

    def _issuer(self, call: Call) -> str:
        """Return the public URL; without one, on this machine, what the client calls it: a name from elsewhere may lie.

        Raises:
            IssuerUnknownError: there is no public URL, and the client is elsewhere.
        """
        if self.public_url is not None:
            return self.public_url
        if not is_local(call.peer, call.headers):
            raise IssuerUnknownError
        return f"http://{call.headers['host']}"
