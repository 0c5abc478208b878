"""Users: national IDs, persons, roles and settings."""
