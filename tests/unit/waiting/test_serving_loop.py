"""Waiting on an event loop, in one of its greenlets."""

import asyncio
import socket

from timetrack.waiting import Greenlets, ServingLoop
from timetrack.waiting.serving_loop import Resume


def test_a_greenlet_goes_on_behind_the_callback_that_brings_its_outcome() -> None:
    # Inside that callback libuv has a part of its state on the C stack, which a switch would move away.
    async def serve() -> list[str]:
        loop, events = asyncio.get_running_loop(), list[str]()
        serving = ServingLoop()
        serving.bind()
        ours, theirs = socket.socketpair()

        def begin(resume: Resume) -> None:
            def readable() -> None:
                loop.remove_reader(ours)
                resume("outcome")
                events.append("the callback ends")

            loop.add_reader(ours, readable)

        def wait() -> None:
            events.append(serving.wait(begin))

        waiting = Greenlets().run(wait)
        theirs.send(b"x")
        with ours, theirs:
            await waiting
        return events

    assert asyncio.run(serve()) == ["the callback ends", "outcome"]
