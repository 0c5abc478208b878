"""Access: callers, tokens, and limits on sign-ins."""
