"""PostgreSQL by raw SQL."""
