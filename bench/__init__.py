"""Benchmark of TimeTrack: operations under load, the memory of workers, the time that a start takes.

Beside it, the same SQL run by pgbench, and Connexion as it comes. `make bench` runs it and writes docs/performance.md.
"""
