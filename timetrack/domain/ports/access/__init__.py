"""Ports: the stores of access tokens and of failed sign-ins, and the digests of passwords."""
