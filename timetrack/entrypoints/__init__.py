"""The programs, and the web API through which callers reach the domain."""
