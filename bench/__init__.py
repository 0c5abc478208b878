"""How fast TimeTrack is: its operations under load, beside pgbench with the same SQL and beside Connexion as it comes.

`make bench` runs it and writes docs/performance.md.
"""
