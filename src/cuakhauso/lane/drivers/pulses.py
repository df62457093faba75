"""Contacts that are closed for a moment and must be opened again, whatever becomes of whoever closed them.

A driver gives `put`, which closes or opens one contact, raises `DeviceFault`, and returns when the device has
accepted. Between closing and opening the task may be cancelled, the process may stop, the line may be cut.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from ..contracts import DeviceFault, Output, Refused

RELEASES = 3  # times that opening a contact is tried before it is said to be stuck
SHORTEST_S, LONGEST_S = 0.2, 1.0  # what controllers of barriers take for a pulse (Magnetic MGC)


@dataclass(slots=True)
class Pulses:
    """`held` are contacts that may be closed: `release_held` opens them as soon as that is possible. At the
    start that is every one that we time: whoever ran before us may have been killed within a pulse."""

    put: Callable[[Output, bool], Awaitable[None]]
    seconds: float
    held: set[Output] = field(default_factory=set)
    _turns: dict[Output, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock), init=False)

    def __post_init__(self) -> None:
        if not SHORTEST_S <= self.seconds <= LONGEST_S:
            raise ValueError(f"a pulse lasts {SHORTEST_S} to {LONGEST_S} s")

    async def pulse(self, output: Output) -> None:
        async with self._turns[output]:
            # From here on the contact may be closed, even if no answer comes.
            self.held.add(output)
            try:
                await self.put(output, True)
                await asyncio.sleep(self.seconds)
            except Refused:
                self.held.discard(output)
                with suppress(DeviceFault):
                    await self.put(output, False)
                raise
            finally:
                if output in self.held:
                    await self._release(output)

    async def release_held(self) -> None:
        """A contact that could not be opened when its pulse ended, because the line was cut, say."""
        for output in sorted(self.held):
            if not (turn := self._turns[output]).locked():
                async with turn:
                    with suppress(DeviceFault):
                        await self.put(output, False)
                        self.held.discard(output)

    async def finish(self) -> None:
        """Before the line is given back: lets pulses end, and opens what could not be opened before."""
        for turn in list(self._turns.values()):
            async with turn:
                pass
        await self.release_held()

    async def _release(self, output: Output) -> None:
        """A process that stops cancels its tasks; a contact left closed would be worse than a late stop."""
        cancelled: asyncio.CancelledError | None = None
        for left in reversed(range(RELEASES)):
            try:
                await self.put(output, False)
                self.held.discard(output)
                break
            except asyncio.CancelledError as stop:
                cancelled = stop
            except DeviceFault:
                if not left:
                    raise
        if cancelled:
            raise cancelled
