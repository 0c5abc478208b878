"""Statements of many requests over few connections."""
