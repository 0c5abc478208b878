"""The lines that the server prints when it serves."""

from timetrack.config import ServerSettings
from timetrack.version import version

_DEMO = """
  DEMO MODE: anybody on this machine can sign in as anybody. Never serve others like this.
"""
_TRY_DEMO = "Try it:"
_TRY = "Try it, with a password of your own, of 8 characters or more, in place of the dots:"
_REGISTRATION_IN_DEMO = '{"national_id": "1234 567890"}'
# Too short to be taken as it stands.
_REGISTRATION = '{"national_id": "1234 567890", "password": "..."}'


def banner(settings: ServerSettings, address: str) -> str:
    """Return where the server is, where its documentation is, and a first call to try."""
    where = "the database in TIMETRACK_DATABASE_URL" if settings.database_url else f"PostgreSQL in {settings.data_dir}"
    return f"""\
TimeTrack {version()} serves at {address}
  documentation  {address}/ui
  data           {where}
{_DEMO if settings.demo else ""}
{_TRY_DEMO if settings.demo else _TRY}
  curl {address}/users -H 'Content-Type: application/json' \\
    -d '{_REGISTRATION_IN_DEMO if settings.demo else _REGISTRATION}'

Ctrl-C ends it.
"""
