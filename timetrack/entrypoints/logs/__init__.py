"""Log lines: how they look, and how they are written."""
