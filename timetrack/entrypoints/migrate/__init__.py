"""The program `timetrack-migrate`."""
