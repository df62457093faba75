"""Dahua's event stream over the network: we ask once, and the camera goes on answering (`dahua_events.py`).

For cameras that cannot push. What passes while the line is down is lost: prefer the push where it is offered.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import httpx

from ..contracts import DeviceFault, Manifest, Read, Unauthorized, Unreachable
from .asking import Asking
from .dahua import QUESTIONS
from .dahua_events import EventStream
from .multipart import boundary_of
from .plates import Mounting

HEARTBEAT = 5  # seconds, as we ask for it
SILENCE = 3.0 * HEARTBEAT
SETTLE = 0.3
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
SNAPSHOTS = "/cgi-bin/snapManager.cgi?action=attachFileProc&channel=1&Flags[0]=Event&Events=[TrafficJunction]"
EVENTS = "/cgi-bin/eventManager.cgi?action=attach&codes=[TrafficJunction]"
log = logging.getLogger(__name__)

MANIFEST = Manifest(
    name="dahua_stream",
    makes=("Dahua ITC",),
    protocol="snapManager.cgi / eventManager.cgi over HTTP with digest, multipart/x-mixed-replace",
    tested=("cuakhauso.sim.devices.dahua_server.EventServer, which curl --digest hears too",),
    source="CGI field captures, re-keyed",
    gives=("plate", "unread", "heading", "lane", "pictures"),
    takes=("look, then told in the stream",),
)


class DahuaStream:
    """`pictures`: ask for them with each event; without, reads come at once. `reads` connects again by itself
    after whatever breaks the line, and raises `Unauthorized` for a wrong password."""

    manifest = MANIFEST

    def __init__(
        self,
        address: str,
        mounting: Mounting,
        *,
        user: str,
        password: str,
        pictures: bool = True,
        silence: float = SILENCE,
        settle: float = SETTLE,
        first_pause: float = FIRST_PAUSE,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._path = SNAPSHOTS if pictures else EVENTS
        self._mounting, self._settle, self._first_pause = mounting, settle, first_pause
        self._now = now or (lambda: datetime.now(UTC))
        self._asking = Asking(address.rstrip("/"), user=user, password=password, timeout_s=silence)
        self._fault: DeviceFault | None = Unreachable("not connected yet")
        self._heard_at: datetime | None = None
        self._connected = self._alive = self._garbled = 0
        self._why = ""

    async def check(self) -> str:
        if self._fault is not None:
            raise type(self._fault)(str(self._fault)) from self._fault
        return f"connected; {self._alive} signs of life, {self._garbled} not understood"

    def diagnostics(self) -> dict[str, Any]:
        return {
            "make": self.manifest.name,
            "source": self._mounting.source,
            "path": self._path.partition("?")[0],
            "connected": self._connected,
            "heard_at": self._heard_at and self._heard_at.isoformat(),
            "alive": self._alive,
            "garbled": self._garbled,
            "last_garbled": self._why,
            "fault": str(self._fault or ""),
        }

    async def close(self) -> None:
        await self._asking.close()

    async def look(self) -> tuple[Read, ...]:
        """What it reads then is told in the stream."""
        await self._asking.ask(QUESTIONS.look)
        return ()

    async def reads(self) -> AsyncGenerator[Read]:
        """For ever. Raises `Unauthorized`."""
        pause = self._first_pause
        while True:
            heard_before = self._heard_at
            try:
                async with aclosing(self._connection()) as reads:
                    async for read in reads:
                        yield read
                self._fault = Unreachable("the camera ended the stream")
            except (httpx.HTTPError, OSError) as error:
                self._fault = Unreachable(f"{type(error).__name__}: {error}")
            except DeviceFault as error:
                self._fault = error
                if isinstance(error, Unauthorized):
                    raise
            pause = self._first_pause if self._heard_at != heard_before else min(2 * pause, LONGEST_PAUSE)
            log.warning("%s: %s; again in %.1f s", self._mounting.source, self._fault, pause)
            await asyncio.sleep(pause)

    async def _connection(self) -> AsyncGenerator[Read]:
        """From connecting until the line breaks."""
        path = f"{self._path}&heartbeat={HEARTBEAT}"
        async with self._asking.open(path) as response:
            events = EventStream(self._mounting, boundary_of(response.headers.get("content-type", "")))
            self._connected, self._fault = self._connected + 1, None
            broken: httpx.HTTPError | None = None
            before = self._alive, self._garbled
            try:
                async with aclosing(_chunks(response, events, self._settle)) as chunks:
                    async for chunk in chunks:
                        reads = events.settle() if chunk is None else events.feed(chunk, self._heard())
                        for read in reads:
                            yield read
                        self._note(events, before)
            except httpx.HTTPError as error:
                broken = error
            for read in events.settle():
                yield read
            if broken:
                raise broken

    def _heard(self) -> datetime:
        self._heard_at = self._now()
        return self._heard_at

    def _note(self, events: EventStream, before: tuple[int, int]) -> None:
        self._alive, self._garbled = before[0] + events.alive, before[1] + events.garbled
        self._why = events.why or self._why


async def _chunks(
    response: httpx.Response, events: EventStream, settle: float
) -> AsyncGenerator[bytes | None]:
    """What arrives; none when a read waits for pictures and for so long nothing came."""
    arriving = aiter(response.aiter_raw())
    pending = asyncio.ensure_future(anext(arriving, b""))
    try:
        while not events.ended:
            done, _ = await asyncio.wait({pending}, timeout=settle if events.holds else None)
            if not done:
                yield None
                continue
            if not (chunk := pending.result()):
                return
            yield chunk
            pending = asyncio.ensure_future(anext(arriving, b""))
    finally:
        pending.cancel()
