"""The world, seen by the domain."""
