"""Ports: the store of users, and the people-info service."""
