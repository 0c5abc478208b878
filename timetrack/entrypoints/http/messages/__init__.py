"""The call that a handler gets, the reply that it returns, and errors as replies; no framework."""
