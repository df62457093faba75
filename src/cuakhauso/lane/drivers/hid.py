"""QR scanners that are a keyboard (USB HID): the kernel's input events of one device, as lines of text.

`hid:///dev/input/by-id/usb-…-event-kbd`. Start at `HidScanner`; what a line is, and when a code counts again,
is as with any scanner (`scanner.py`). Keys are read as on a US keyboard, which is how scanners leave the
factory; the line ends with Enter. A key that says nothing in that layout spoils its line: half a code is
another code.

The events are read here, without the package evdev: it comes as a wheel for one kind of processor only, and
elsewhere wants a compiler and the kernel's headers on the box. What is needed of it is a struct and a call.
"""

import asyncio
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from ..contracts import Manifest, Subject
from .scanner import LONGEST, Lines, LineScanner
from .wire import Line, Wire

MANIFEST = Manifest(
    name="hid",
    makes=("any scanner that is a USB keyboard, on Linux",),
    protocol="Linux input events (struct input_event), US layout, Enter after each code",
    tested=("cuakhauso.sim.devices.keyboard_scanner, through a pipe",),
    source="Linux kernel: Documentation/input/input.rst, event-codes.rst, uapi/linux/input.h",
    gives=(Subject.QR,),
)

EVENT = struct.Struct("@LLHHi")  # seconds, microseconds, type, code, value
EV_SYN, EV_KEY = 0, 1
SYN_DROPPED = 3
PRESSED = 1  # 0 is released, 2 repeated by the kernel: no scanner holds a key for that long
EVIOCGRAB = 0x40044590  # _IOW('E', 0x90, int)

ENTERS = {28, 96}
SHIFTS, CTRLS, OTHERS = {42, 54}, {29, 97}, {56, 100, 125, 126}
MODIFIERS = SHIFTS | CTRLS | OTHERS
# The first code of each run of keys, what they say, and what they say with Shift.
RUNS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (15, "\t", "\t"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
)
PLAIN = {first + n: letter for first, plain, _ in RUNS for n, letter in enumerate(plain)}
SHIFTED = {first + n: letter for first, _, shifted in RUNS for n, letter in enumerate(shifted)}
SPOILS = b"\xff"  # in no text: `Lines` drops the line that it is in


@dataclass(slots=True)
class Keys:
    """Input events in, the text that they type out."""

    _pending: bytearray = field(default_factory=bytearray, init=False)
    _held: set[int] = field(default_factory=set, init=False)
    _has_lost: bool = field(default=False, init=False)

    @property
    def is_waiting(self) -> bool:
        return bool(self._pending)

    def feed(self, data: bytes) -> bytes:
        self._pending += data
        whole = len(self._pending) // EVENT.size * EVENT.size
        events, self._pending = self._pending[:whole], self._pending[whole:]
        return b"".join(self._said(*event[2:]) for event in EVENT.iter_unpack(events))

    def forget(self) -> None:
        self._pending.clear()
        self._held.clear()
        self._has_lost = False

    def _said(self, kind: int, code: int, value: int) -> bytes:
        if kind == EV_SYN:
            return self._synced(code)
        if kind != EV_KEY or self._has_lost:
            return b""
        if code in MODIFIERS:
            (self._held.add if value else self._held.discard)(code)
            return b""
        return self._typed(code) if value == PRESSED else b""

    def _synced(self, code: int) -> bytes:
        """The kernel's buffer ran over: what was lost may be a letter or the end of Shift, and the rest of
        that report belongs to it."""
        self._has_lost = code == SYN_DROPPED
        if not self._has_lost:
            return b""
        self._held.clear()
        return SPOILS

    def _typed(self, code: int) -> bytes:
        if code in ENTERS:
            return b"\r"
        letter = (SHIFTED if self._held & SHIFTS else PLAIN).get(code)
        if letter is None or self._held & OTHERS:
            return SPOILS
        return bytes([ord(letter) & 0x1F]) if self._held & CTRLS else letter.encode()


@dataclass(slots=True)
class Typed:
    """Input events in, lines out. Only Enter ends a line: what stays without one is dropped."""

    longest: int = LONGEST
    _keys: Keys = field(default_factory=Keys, init=False)
    _lines: Lines = field(init=False)

    def __post_init__(self) -> None:
        self._lines = Lines(self.longest)

    @property
    def is_waiting(self) -> bool:
        return self._lines.is_waiting or self._keys.is_waiting

    @property
    def dropped(self) -> int:
        return self._lines.dropped

    def feed(self, data: bytes) -> Iterator[str]:
        return self._lines.feed(self._keys.feed(data))

    def end(self) -> Iterator[str]:
        self.forget()
        return iter(())

    def forget(self) -> None:
        self._keys.forget()
        self._lines.forget()


@dataclass(frozen=True, slots=True)
class Keyboard:
    """`exclusive`: nobody else hears the keys. Otherwise a code that is held out is typed where the box has a
    console, and whoever prints a code types there."""

    path: str
    exclusive: bool = True

    async def open(self) -> Line:
        fd = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        file = os.fdopen(fd, "rb", buffering=0)
        try:
            if self.exclusive:
                _grab(fd)
            return await _read_only(file)
        except BaseException:
            file.close()
            raise


def _grab(fd: int) -> None:
    import fcntl  # not on Windows

    fcntl.ioctl(fd, EVIOCGRAB, 1)


async def _read_only(file: Any) -> Line:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await loop.connect_read_pipe(lambda: protocol, file)
    # Only ever closed by it: nothing is written to a keyboard.
    writer = asyncio.StreamWriter(cast(asyncio.WriteTransport, transport), protocol, reader, loop)
    return reader, writer


class HidScanner(LineScanner):
    """`quiet_s`: a code is given up when nothing has come for so long and no Enter."""

    manifest = MANIFEST

    def __init__(
        self,
        address: str,
        *,
        source: str = "",
        exclusive: bool = True,
        quiet_s: float = 1.0,
        away_s: float = 1.0,
        longest: int = LONGEST,
    ) -> None:
        parts = urlsplit(address)
        if parts.scheme != "hid" or parts.netloc or not parts.path:
            raise ValueError(f"no address of a keyboard: {address}; hid:///dev/input/by-id/…-event-kbd")
        wire = Wire(address, timeout_s=None, target=Keyboard(parts.path, exclusive))
        super().__init__(
            address, source=source, quiet_s=quiet_s, away_s=away_s, wire=wire, text=Typed(longest)
        )
