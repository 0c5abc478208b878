"""The domain, seen by the world."""
