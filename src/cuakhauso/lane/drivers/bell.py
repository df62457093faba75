"""Rung in one thread, heard by whoever waits in an event loop."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

Waiter = tuple[asyncio.AbstractEventLoop, asyncio.Event]


class Bell:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiters: list[Waiter] = []

    def ring(self) -> None:
        with self._lock:
            waiters = list(self._waiters)
        for loop, rung in waiters:
            with suppress(RuntimeError):  # a loop that was closed hears nothing more
                loop.call_soon_threadsafe(rung.set)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """Listen first and look afterwards: what happens between the two is not missed."""
        waiter = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiters.append(waiter)
        try:
            yield waiter[1]
        finally:
            with self._lock:
                self._waiters.remove(waiter)
