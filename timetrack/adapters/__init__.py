"""Implementations of the domain's ports: PostgreSQL, people-info, password hashes."""
