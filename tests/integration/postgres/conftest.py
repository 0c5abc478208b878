"""Connections for what a test arranges behind the application's back."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection


@pytest.fixture
def owner(owner_database_url: str) -> Iterator[Connection]:
    """A connection of the database's owner."""
    with psycopg.connect(owner_database_url, autocommit=True) as connection:
        yield connection
