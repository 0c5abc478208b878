"""Passwords, digested by argon2id in places that all workers of a server share."""

from timetrack.adapters.passwords.hasher import Argon2Hasher
from timetrack.adapters.passwords.places import HashingPlaces, places_of_this_machine

__all__ = ["Argon2Hasher", "HashingPlaces", "places_of_this_machine"]
