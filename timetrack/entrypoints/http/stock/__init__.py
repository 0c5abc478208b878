"""Connexion's own stack, which serves `/ui`, `/openapi.json`, and everything with `--no-compiled`."""
