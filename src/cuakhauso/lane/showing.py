"""A lane's live picture for the pages that look at it: one follower of the camera for all of them, and none
while nobody looks.

Pages ask for the next picture when they have the last one. So a slow network makes pictures fewer and never
late, and nothing old waits on the way to look like now.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field

from .contracts import DeviceFault, Picture, Shot

EVERY_S = 0.25
WITHIN_S = 2.0  # how long a page's question may stand
STALE_S = 2.0
REST_AFTER_S = 5.0
AGAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Shown:
    """`heard` is the monotonic second at which the camera's picture came."""

    number: int
    heard: float
    content: bytes = field(repr=False)

    @property
    def age_s(self) -> float:
        return time.monotonic() - self.heard


class Showing:
    """`well` and `faulty` are told how the camera does."""

    def __init__(
        self, view: Picture, *, well: Callable[[], object], faulty: Callable[[DeviceFault], object]
    ) -> None:
        self._view, self._well, self._faulty = view, well, faulty
        self._newest: Shown | None = None
        self._news = asyncio.Event()
        self._asked = 0.0
        self._count = 0
        self._following: asyncio.Task[None] | None = None

    async def after(self, number: int) -> Shown | None:
        """The newest picture as soon as it is another than `number`; none if no fresh one comes in time."""
        self._asked = time.monotonic()
        if self._following is None or self._following.done():
            self._following = asyncio.get_running_loop().create_task(self._follow())
        with suppress(TimeoutError):
            async with asyncio.timeout(WITHIN_S):
                while (shown := self._fresh()) is None or shown.number == number:
                    await self._news.wait()
                return shown
        return None

    async def close(self) -> None:
        if self._following is not None:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following

    def _fresh(self) -> Shown | None:
        shown = self._newest
        return shown if shown and shown.age_s <= STALE_S else None

    @property
    def _is_looked_at(self) -> bool:
        return time.monotonic() - self._asked < REST_AFTER_S

    async def _follow(self) -> None:
        while self._is_looked_at:
            try:
                async with aclosing(self._view.frames()) as shots:
                    async for shot in shots:
                        await self._show(shot)
                        if not self._is_looked_at:
                            return
            except DeviceFault as fault:
                self._faulty(fault)
            await asyncio.sleep(AGAIN_S)

    async def _show(self, shot: Shot) -> None:
        began = time.monotonic()
        content = await asyncio.to_thread(shot.slight)
        self._count += 1
        self._newest = Shown(self._count, shot.heard, content)
        self._well()
        news, self._news = self._news, asyncio.Event()
        news.set()
        await asyncio.sleep(max(0.0, EVERY_S - (time.monotonic() - began)))
