"""QR scanners that send what they read as a line of text, over TCP or a serial port.

Start at `LineScanner`. Scanners differ in how they end a line (CR, LF, both, or not at all) and in what they
put around it; what is left is the text as it was printed. Whether it means anything is not asked here.
Scanners that are a keyboard are in `hid.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from ..contracts import Manifest, Read, Subject
from .wire import Wire

MANIFEST = Manifest(
    name="scanner",
    makes=("any scanner that sends lines of text",),
    protocol="text lines over TCP or a serial port",
    tested=("simulator of a scanner, over TCP and over a pseudo-terminal",),
    source="the common output format of fixed and hand-held scanners",
    gives=(Subject.QR,),
    takes=("look, where `trigger` says how",),
)

LONGEST = 4096  # bytes; the largest QR code holds 2,953
CONTROLS = bytes([*range(0x20), 0x7F])


@dataclass(slots=True)
class Lines:
    """Bytes in, lines out. What is too long or no text is dropped whole: half a code is another code."""

    longest: int = LONGEST
    dropped: int = field(default=0, init=False)
    _pending: bytearray = field(default_factory=bytearray, init=False)
    _too_long: bool = field(default=False, init=False)

    @property
    def is_waiting(self) -> bool:
        return bool(self._pending) or self._too_long

    def feed(self, data: bytes) -> Iterator[str]:
        *ended, rest = data.replace(b"\n", b"\r").split(b"\r")
        for piece in ended:
            self._take(piece)
            yield from self.end()
        self._take(rest)

    def end(self) -> Iterator[str]:
        """The end of a line, said or taken from silence."""
        raw, too_long = bytes(self._pending), self._too_long
        self._pending.clear()
        self._too_long = False
        if too_long:
            self.dropped += 1
            return
        try:
            text = raw.translate(None, CONTROLS).decode().strip()
        except UnicodeDecodeError:
            self.dropped += 1
            return
        if text:
            yield text

    def forget(self) -> None:
        """What was begun will not be ended."""
        self.dropped += self.is_waiting
        self._pending.clear()
        self._too_long = False

    def _take(self, piece: bytes) -> None:
        if self._too_long or len(self._pending) + len(piece) > self.longest:
            self._too_long = True
            self._pending.clear()
        else:
            self._pending += piece


class Text(Protocol):
    """From what a scanner sends to lines: `Lines`, or `hid.Typed`. `end` is what a silence says."""

    @property
    def is_waiting(self) -> bool: ...

    @property
    def dropped(self) -> int: ...

    def feed(self, data: bytes) -> Iterator[str]: ...

    def end(self) -> Iterator[str]: ...

    def forget(self) -> None: ...


@dataclass(slots=True)
class Once:
    """A code that is held in front of a scanner is sent again and again: it counts once until it was away
    for `away_s`."""

    away_s: float = 1.0
    repeats: int = field(default=0, init=False)
    _text: str = field(default="", init=False)
    _seen_at: float = field(default=float("-inf"), init=False)

    def is_new(self, text: str, now: float) -> bool:
        is_new = text != self._text or now - self._seen_at > self.away_s
        self._text, self._seen_at = text, now
        self.repeats += not is_new
        return is_new

    def forget(self) -> None:
        self._text = ""


class LineScanner:
    """One scanner. `quiet_s`: a line is over when nothing has come for so long, where no end is sent.
    `no_read` is what a fixed scanner sends for "triggered, and nothing read"; `trigger` is what makes one
    read that does not by itself, as its manual has it."""

    manifest = MANIFEST

    def __init__(
        self,
        address: str,
        *,
        source: str = "",
        quiet_s: float = 0.2,
        away_s: float = 1.0,
        longest: int = LONGEST,
        no_read: str = "",
        trigger: str = "",
        wire: Wire | None = None,
        text: Text | None = None,
    ) -> None:
        # A scanner may be silent all night.
        self._wire = wire or Wire(address, timeout_s=None)
        self._source = source or address
        self._quiet_s = quiet_s
        self._no_read = no_read
        self._trigger = trigger.encode()
        self._lines: Text = text or Lines(longest)
        self._once = Once(away_s)
        self._last_at: datetime | None = None
        self._count = 0

    async def reads(self) -> AsyncIterator[Read]:
        """Raises `Unreachable`; asked again, it goes on. Who stops listening loses what is scanned meanwhile:
        read later, it would be taken for new."""
        try:
            while True:
                for text in await self._heard():
                    if self._once.is_new(text, asyncio.get_running_loop().time()):
                        yield self._read(text)
        finally:
            self._lines.forget()
            await self._wire.close()

    async def look(self) -> tuple[Read, ...]:
        """What is read counts, though it were the last code again; it comes as every code does."""
        self._once.forget()
        if self._trigger:
            await self._wire.write(self._trigger)
        return ()

    async def check(self) -> str:
        """That somebody takes the connection: a scanner has nothing to say until it reads."""
        was_open = self._wire.is_open
        await self._wire.open()
        if not was_open:
            await self._wire.close()
        return f"scanner {self._wire.address}: connected, {self._count} read so far"

    def diagnostics(self) -> dict[str, Any]:
        return {
            "wire": self._wire.diagnostics(),
            "read": self._count,
            "repeats": self._once.repeats,
            "dropped": self._lines.dropped,
            "last_at": self._last_at.isoformat() if self._last_at else "",
        }

    async def close(self) -> None:
        await self._wire.close()

    async def _heard(self) -> list[str]:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._quiet_s if self._lines.is_waiting else None):
                return list(self._lines.feed(await self._wire.read()))
        return list(self._lines.end())

    def _read(self, text: str) -> Read:
        self._last_at = datetime.now(UTC)
        self._count += 1
        unread = text == self._no_read
        return Read(at=self._last_at, source=self._source, subject=Subject.QR, text="" if unread else text)
