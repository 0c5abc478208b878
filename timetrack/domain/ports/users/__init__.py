"""Ports about users."""
