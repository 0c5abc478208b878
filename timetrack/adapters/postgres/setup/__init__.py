"""Preparation of a database: migrations, roles and rights, and the faults that a start can meet."""
