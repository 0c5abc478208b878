"""Ports: the stores of access tokens, of failed sign-ins and of password resets, and the digests of passwords."""
