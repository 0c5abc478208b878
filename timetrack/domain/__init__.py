"""The program, without the world."""
