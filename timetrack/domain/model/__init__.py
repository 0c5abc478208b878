"""Frozen nouns and their rules."""
