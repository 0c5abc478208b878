"""Immutable entities and values, with the rules that need no store."""
