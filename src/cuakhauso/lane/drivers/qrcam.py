"""QR codes held before a camera, read by zxing from its live picture.

A code is told once while it is held; again only after it was gone for some seconds.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import zxingcpp

from cuakhauso.lane.contracts import Device, Garbled, Image, Manifest, Read, Subject

from .frame import Frame, reformatted

MANIFEST = Manifest(
    name="qrcam",
    makes=("any camera whose picture we have",),
    protocol="QR codes (ISO/IEC 18004) in a live picture",
    tested=("simulator (sim.devices.video), codes made by segno",),
    source="zxing-cpp reads",
    gives=("qr",),
    takes=("look",),
)
LARGEST = 1920  # pixels: more costs time, and a code that needs them is too far away to be meant
FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
MOST_TEXTS = 64  # remembered at once; more is somebody playing


class Live(Device, Protocol):
    """A picture that goes on: `rtsp.Stream`, `still.Still`."""

    def frames(self) -> AsyncGenerator[Frame, None]: ...


@dataclass(slots=True)
class Held:
    """Which codes are being held before the camera. Pure; seconds are of one clock that never goes back."""

    gone_after_s: float
    _last: dict[str, float] = field(default_factory=dict)

    def new(self, texts: Iterable[str], now: float) -> list[str]:
        """Those of `texts` that were not there before, or were gone long enough."""
        self._last = {text: at for text, at in self._last.items() if now - at < self.gone_after_s}
        seen = list(dict.fromkeys(texts))[:MOST_TEXTS]
        fresh = [text for text in seen if text not in self._last]
        self._last |= dict.fromkeys(seen, now)
        return fresh

    def forget(self) -> None:
        self._last.clear()


class QrCamera:
    """At most `fps` pictures a second are looked at; the rest are left out. It closes its camera."""

    manifest = MANIFEST

    def __init__(
        self, camera: Live, *, source: str = "qr", fps: float = 4.0, gone_after_s: float = 5.0
    ) -> None:
        self._camera, self._source = camera, source
        self._every_s = 1 / fps
        self._held = Held(gone_after_s)
        self._looked = self._reads = self._garbled = 0
        self._took_s = 0.0

    async def reads(self) -> AsyncIterator[Read]:
        """Raises what the camera raises; ask again to go on."""
        async with aclosing(self._camera.frames()) as frames:
            async for frame in frames:
                began = time.monotonic()
                for text in self._held.new(await self._look(frame), began):
                    self._reads += 1
                    yield await self._read(frame, text)
                await asyncio.sleep(max(0.0, began + self._every_s - time.monotonic()))

    async def look(self) -> tuple[Read, ...]:
        """Codes that are still held there are told anew with the next picture."""
        self._held.forget()
        return ()

    async def check(self) -> str:
        return f"{await self._camera.check()}; looked at {self._looked} pictures, read {self._reads} codes"

    def diagnostics(self) -> dict[str, Any]:
        return {
            "looked": self._looked,
            "reads": self._reads,
            "garbled": self._garbled,
            "took_s": round(self._took_s, 3),
            "camera": self._camera.diagnostics(),
        }

    async def close(self) -> None:
        await self._camera.close()

    async def _look(self, frame: Frame) -> list[str]:
        began = time.monotonic()
        try:
            texts = await asyncio.to_thread(codes_in, frame)
        except Garbled:
            self._garbled += 1
            return []
        self._looked += 1
        self._took_s = time.monotonic() - began
        return texts

    async def _read(self, frame: Frame, text: str) -> Read:
        jpeg = await asyncio.to_thread(frame.jpeg)
        scene = Image(name=f"{self._source}.jpg", kind="scene", content=jpeg)
        return read_of(text, frame.at, self._source, scene)


def read_of(text: str, at: datetime, source: str, *images: Image) -> Read:
    return Read(at=at, source=source, subject=Subject.QR, text=text, images=images)


def codes_in(frame: Frame) -> list[str]:
    """Texts of the QR codes in a picture, trimmed; a code without text is no identity. Raises `Garbled`."""
    picture = frame.decoded()
    part = min(1.0, LARGEST / max(picture.width, picture.height))
    grey = reformatted(
        picture, width=int(picture.width * part), height=int(picture.height * part), format="gray"
    )
    found = zxingcpp.read_barcodes(grey.to_ndarray(), formats=FORMATS)
    return [text for code in found if (text := code.text.strip())]
