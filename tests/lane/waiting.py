"""Tests of devices wait for what must come, never for a time that should be enough."""

import asyncio
import socket
from collections.abc import Callable, Coroutine

PATIENCE = 20.0  # only a failure, or a machine under load, takes that long


async def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)


def run(test: Callable[[], Coroutine[None, None, None]], seconds: float = 60) -> None:
    """Every loop of a test is bounded."""

    async def bounded() -> None:
        async with asyncio.timeout(seconds):
            await test()

    asyncio.run(bounded())


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
