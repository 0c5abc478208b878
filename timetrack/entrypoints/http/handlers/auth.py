"""The operations `auth.*`."""

from dataclasses import dataclass

from timetrack.domain.services.authentication import Authentication
from timetrack.entrypoints.http.call import Call, Reply
from timetrack.entrypoints.http.schemas_generated import AccessToken, SignIn


@dataclass(frozen=True, slots=True)
class AuthHandlers:
    """Signing in."""

    authentication: Authentication

    def sign_in(self, call: Call, *, body: SignIn) -> Reply[AccessToken]:  # noqa: ARG002 - every handler gets its call
        """Sign in."""
        issued = self.authentication.sign_in(body["username"], body["password"])
        return Reply(
            body={"access_token": issued.token, "token_type": "Bearer", "expires_in": issued.lifetime},
            headers={"Cache-Control": "no-store"},
        )
