"""The program `timetrack-server`: a parent that keeps everything running, and workers that serve."""

from timetrack.entrypoints.server.program import main

__all__ = ["main"]
