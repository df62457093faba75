"""A picture by HTTP GET with digest sign-in: cameras that give a still where they give no stream.

Hikvision: `/ISAPI/Streaming/channels/1/picture`; Dahua: `/cgi-bin/snapshot.cgi`; ONVIF says its own.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from cuakhauso.lane.contracts import DeviceFault, Garbled, Manifest
from cuakhauso.lane.jpeg import LARGEST, is_jpeg

from .asking import Asking
from .frame import Frame

MANIFEST = Manifest(
    name="still",
    makes=("any camera with a snapshot address",),
    protocol="HTTP GET, digest sign-in (RFC 2617, RFC 7616)",
    tested=("simulator (sim.devices.video)",),
    source="RFC 7616",
    gives=("picture",),
)


class Still:
    """One camera's stills."""

    manifest = MANIFEST

    def __init__(
        self, url: str, *, user: str = "", password: str = "", timeout_s: float = 5.0, every_s: float = 0.5
    ) -> None:
        self.url = url
        self._every_s = every_s
        self._asking = Asking(url, user=user, password=password, timeout_s=timeout_s, largest=LARGEST)
        self._pictures = 0
        self._took_s: float | None = None
        self._fault: DeviceFault | None = None

    async def snapshot(self) -> bytes:
        """The camera's JPEG as it came. Raises `DeviceFault`; after two wrong passwords, without asking."""
        began = time.monotonic()
        try:
            content = (await self._asking.ask()).content
            if not is_jpeg(content):
                raise Garbled("what came is no JPEG")
        except DeviceFault as fault:
            self._fault = fault
            raise
        self._took_s, self._fault = time.monotonic() - began, None
        self._pictures += 1
        return content

    async def frames(self) -> AsyncGenerator[Frame, None]:
        """A picture every `every_s`, for readers. Raises `DeviceFault`; ask again to go on."""
        for number in count(1):
            content = await self.snapshot()
            yield Frame(at=datetime.now(UTC), heard=time.monotonic(), number=number, content=content)
            await asyncio.sleep(self._every_s)

    async def check(self) -> str:
        content = await self.snapshot()
        return f"{self.url}: JPEG, {len(content)} bytes in {self._took_s or 0:.1f} s"

    def diagnostics(self) -> dict[str, Any]:
        fault = self._fault
        return {
            "address": self.url,
            "pictures": self._pictures,
            "rejections": self._asking.rejections,
            "took_s": round(self._took_s, 3) if self._took_s is not None else None,
            "fault": f"{fault.code}: {fault}" if fault else "",
        }

    async def close(self) -> None:
        await self._asking.close()
