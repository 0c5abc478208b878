"""Roles."""

from enum import StrEnum


class Role(StrEnum):
    """The role of a user, which decides what they may do beyond their own; in ascending order of power."""

    MEMBER = "member"
    MANAGER = "manager"
    ADMIN = "admin"
