"""What the tests of live devices share: a loop to run in, and waiting for what must come sooner or later."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

LONGEST = 20.0  # seconds; only a failure, or a machine under load, takes that long


def live(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 3 * LONGEST))


async def until(holds: Callable[[], Any], within: float = LONGEST) -> None:
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, "did not happen"
        await asyncio.sleep(0.02)


async def fault_of(ask: Callable[[], Coroutine[Any, Any, Any]], kind: type[Exception]) -> Exception:
    """Asks until it is refused so."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        try:
            await ask()
        except kind as fault:
            return fault
        await asyncio.sleep(0.05)
    raise AssertionError(f"never {kind.__name__}")


async def answer_of(ask: Callable[[], Coroutine[Any, Any, Any]], despite: type[Exception]) -> Any:
    """Asks until there is an answer."""
    end = time.monotonic() + LONGEST
    while True:
        try:
            return await ask()
        except despite:
            assert time.monotonic() < end, "never answered"
        await asyncio.sleep(0.05)
