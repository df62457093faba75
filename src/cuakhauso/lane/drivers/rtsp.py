"""A camera's live picture: RTSP over TCP, MJPEG over HTTP, or a file that stands in for a camera.

A thread of its own plays it (`footage.py`) and keeps the newest picture only. Whoever asks gets that one, or
hears that there is none: a picture that is older than `stale_after_s` is never given.
"""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import av

from cuakhauso.lane.contracts import DeviceFault, Garbled, Manifest, Refused, Unauthorized, Unreachable

from .bell import Bell
from .footage import MULTIPART, Address, Content, Lateness, Pace, opened, packets, pictures
from .frame import Frame

MANIFEST = Manifest(
    name="rtsp",
    makes=("any camera with RTSP (H.264, H.265, MJPEG) or MJPEG over HTTP", "a film in a file"),
    protocol="RTSP over TCP, multipart/x-mixed-replace over HTTP",
    tested=("simulator (sim.devices.rtsp, sim.devices.video)", "GStreamer's RTSP server: H.264, MJPEG"),
    source="RFC 2326, RFC 6184; libav decodes",
    gives=("picture",),
)
REJECTIONS = 2  # cameras lock the account after a few: we stop before


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """`timeout_s`: how long an open or a read may take. A connection that gives nothing good for `patience_s`
    is made anew; it is longer than cameras take from one whole picture to the next. Retries wait from
    `retry_s` up to `retry_most_s`."""

    stale_after_s: float = 3.0
    late_after_s: float = 1.0
    timeout_s: float = 5.0
    patience_s: float = 10.0
    retry_s: float = 0.5
    retry_most_s: float = 15.0


@dataclass(slots=True)
class Counts:
    """`late` came too old to be given, `garbled` could not be decoded."""

    frames: int = 0
    late: int = 0
    garbled: int = 0
    connections: int = 0
    rejections: int = 0


class Stream:
    """Nothing is opened before somebody asks; from then on the newest picture is kept at hand."""

    manifest = MANIFEST

    def __init__(self, url: str, *, user: str = "", password: str = "", timing: Timing | None = None) -> None:
        self.address = Address(url, user, password)
        self.timing = timing or Timing()
        self._counts = Counts()
        self._newest: Frame | None = None
        self._fault: DeviceFault | None = None
        self._looks = ""
        self._bell = Bell()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._lateness, self._pace, self._good = Lateness(), Pace(), 0.0

    async def snapshot(self) -> bytes:
        """A JPEG of the newest picture. Raises `DeviceFault`: at once where the camera is away."""
        frame = await self._after(0, hurry=True)
        return await asyncio.to_thread(frame.jpeg)

    async def frames(self) -> AsyncGenerator[Frame, None]:
        """Each picture that is newer than the last one, the newest first: a slow reader misses some. Raises
        `DeviceFault` after `timeout_s` without any; ask again to go on."""
        seen = 0
        while True:
            frame = await self._after(seen, hurry=False)
            seen = frame.number
            yield frame

    async def check(self) -> str:
        frame = await self._after(0, hurry=True)
        return f"{self.address.url}: {self._looks}, {self._age(frame):.1f} s old"

    def diagnostics(self) -> dict[str, Any]:
        frame, fault = self._newest, self._fault
        return {
            "address": self.address.url,
            "looks": self._looks,
            "age_s": round(self._age(frame), 2) if frame else None,
            "fault": f"{fault.code}: {fault}" if fault else "",
            **asdict(self._counts),
        }

    async def close(self) -> None:
        """For ever. A read that hangs ends with its timeout."""
        self._stopping.set()
        self._bell.ring()
        if self._thread:
            await asyncio.to_thread(self._thread.join, 2 * self.timing.timeout_s + 1)

    # --- who asks --------------------------------------------------------------------------------

    async def _after(self, seen: int, *, hurry: bool) -> Frame:
        self._start()
        deadline = time.monotonic() + self.timing.timeout_s
        while True:
            with self._bell.listening() as rung:
                if frame := self._fresh(seen):
                    return frame
                left = deadline - time.monotonic()
                if left <= 0 or self._is_over or (hurry and (self._fault or self._newest)):
                    raise self._why() from self._fault
                await _heard(rung, left)

    def _start(self) -> None:
        if self._is_over or (self._thread and self._thread.is_alive()):
            return
        self._thread = threading.Thread(target=self._run, name=f"stream {self.address.url}", daemon=True)
        self._thread.start()

    def _fresh(self, seen: int) -> Frame | None:
        frame = None if self._stopping.is_set() else self._newest
        is_fresh = frame and frame.number > seen and self._age(frame) <= self.timing.stale_after_s
        return frame if is_fresh else None

    def _age(self, frame: Frame) -> float:
        return time.monotonic() - frame.heard

    @property
    def _is_film(self) -> bool:
        return self.address.scheme == "file"

    @property
    def _is_over(self) -> bool:
        return self._stopping.is_set() or self._counts.rejections >= REJECTIONS

    def _why(self) -> DeviceFault:
        if self._stopping.is_set():
            return Unreachable("closed")
        if isinstance(self._fault, Refused):
            return type(self._fault)(str(self._fault))
        return Unreachable("no picture that is fresh")

    # --- the thread that plays -------------------------------------------------------------------

    def _run(self) -> None:
        wait = self.timing.retry_s
        while not self._is_over:
            before = self._counts.frames
            try:
                self._play()
            except DeviceFault as fault:
                self._failed(fault)
            has_played = self._counts.frames > before
            wait = self.timing.retry_s if has_played else min(2 * wait, self.timing.retry_most_s)
            if not (has_played and self._is_film):  # a film begins again
                self._stopping.wait(wait)

    def _play(self) -> None:
        with opened(self.address, self.timing.timeout_s) as container:
            self._counts.connections += 1
            self._lateness, self._pace, self._good = Lateness(), Pace(), time.monotonic()
            are_jpegs = container.format.name == MULTIPART
            for packet in packets(container):
                if self._stopping.is_set():
                    return
                self._take(packet, are_jpegs)
                if time.monotonic() - self._good > self.timing.patience_s:
                    # What has piled up on the way goes with the connection.
                    raise Unreachable("what comes is garbled, or too late")
        if not self._is_film:
            raise Unreachable("the stream ended")

    def _take(self, packet: "av.Packet[Any]", are_jpegs: bool) -> None:
        try:
            for content, second in pictures(packet, are_jpegs=are_jpegs):
                self._judge(content, second)
        except Garbled:
            self._counts.garbled += 1

    def _judge(self, content: Content, second: float | None) -> None:
        if second is not None and self._is_film:
            self._stopping.wait(self._pace.ahead(second))
        now = time.monotonic()
        if second is not None and self._lateness.of(second, now) > self.timing.late_after_s:
            self._counts.late += 1
        else:
            self._offer(content, now)

    def _offer(self, content: Content, now: float) -> None:
        self._good = now
        self._counts.frames += 1
        self._counts.rejections = 0
        self._looks = "JPEG" if isinstance(content, bytes) else f"{content.width}×{content.height}"
        self._newest = Frame(at=datetime.now(UTC), heard=now, number=self._counts.frames, content=content)
        self._fault = None
        self._bell.ring()

    def _failed(self, fault: DeviceFault) -> None:
        self._counts.rejections += isinstance(fault, Unauthorized)
        # What led to it holds the address with its password, and the connection that is closed.
        fault.__context__ = fault.__traceback__ = None
        self._fault = fault
        self._bell.ring()


async def _heard(rung: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):  # wait_for of 3.11 may swallow being cancelled
            await rung.wait()
    except TimeoutError:
        return
