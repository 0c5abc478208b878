"""What a handler is told and what it answers, and how refusals look; no framework."""
