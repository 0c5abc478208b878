"""Ports: the sums and timelines of which reports are made."""
