"""The program `timetrack-server`: a parent that keeps everything running, and workers that serve.

Nothing is imported here: what the parent needs would otherwise be in the memory of every worker.
"""
