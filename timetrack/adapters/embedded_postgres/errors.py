"""Errors of the embedded PostgreSQL."""


class EmbeddedPostgresError(Exception):
    """The embedded PostgreSQL cannot serve; the message is one line for the person who starts it."""
