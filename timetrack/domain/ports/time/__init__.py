"""Ports: the stores of tasks, of time entries and of their history."""
