"""Who connects to where cameras push and never finishes asking is shown out; a sender that trickles its body
is the receiver's to cut off. Without this, lines that say nothing would use up what a node has of them.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import uvicorn

HEAD_SECONDS = 20.0
MOST_LINES = 200


async def keep_door(server: uvicorn.Server, shown_out: Callable[[], None], every: float) -> None:
    """For ever. A line is shut that was between two requests at one look and is no further at the next: what
    it has sent meanwhile, if anything, is no whole head of a request."""
    idle: dict[Any, int] = {}
    while True:
        await asyncio.sleep(every)
        now_idle = {line: _request(line) for line in list(server.server_state.connections) if _is_idle(line)}
        for line, request in now_idle.items():
            if idle.get(line) == request and line.transport is not None:
                line.transport.close()
                shown_out()
        idle = now_idle


def _request(line: Any) -> int:
    """Which request it is at, or was at last."""
    return id(getattr(line, "cycle", None))


def _is_idle(line: Any) -> bool:
    cycle = getattr(line, "cycle", None)
    return cycle is None or bool(cycle.response_complete)
