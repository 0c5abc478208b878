"""Operations of a Connexion application, served by functions that are made at start-up.

Connexion takes a request through a stack of middlewares that ask again, each time, what the contract says. This package
asks once: it turns each of Connexion's operations into one function, and serves it ahead of the stack, in a greenlet on
the event loop. What it has no function for goes on to the stack. It knows Connexion and ASGI, and nothing of TimeTrack;
docs/compiled-contract.md shows how to use it elsewhere.
"""

from timetrack.entrypoints.http.compiled.answers import Answer, start_of
from timetrack.entrypoints.http.compiled.middleware import (
    Compile,
    CompiledContract,
    Endpoint,
    Find,
    Read,
    whole_body,
)
from timetrack.entrypoints.http.compiled.pieces import send_pieces

__all__ = [
    "Answer",
    "Compile",
    "CompiledContract",
    "Endpoint",
    "Find",
    "Read",
    "send_pieces",
    "start_of",
    "whole_body",
]
