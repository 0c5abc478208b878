"""Ports about access."""
