"""The rules of time tracking, without any protocol, database or library."""
