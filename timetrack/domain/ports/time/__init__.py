"""Ports about tasks and time entries."""
