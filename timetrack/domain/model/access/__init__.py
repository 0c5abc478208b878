"""Access: callers, permissions, tokens, and limits on failed sign-ins."""
