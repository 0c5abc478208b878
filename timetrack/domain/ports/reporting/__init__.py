"""Ports about reports."""
