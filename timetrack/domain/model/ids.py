"""Identifiers, apart for mypy, plain integers at run time."""

from typing import NewType

UserId = NewType("UserId", int)
TaskId = NewType("TaskId", int)
TimeEntryId = NewType("TimeEntryId", int)
TokenId = NewType("TokenId", int)
