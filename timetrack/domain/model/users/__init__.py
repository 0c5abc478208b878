"""Users: who they are, and what a role allows."""
