"""Tasks and the time spent on them."""
