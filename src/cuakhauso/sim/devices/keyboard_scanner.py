"""A QR scanner that is a keyboard: the kernel's input events, byte for byte, into a pipe.

What a USB keyboard's press makes in `/dev/input/event*`: the scan code, the key, and a report's end; then the
same for its release. The keys are listed as the kernel numbers them, from 1.
"""

import os
import struct
import time
from pathlib import Path
from typing import Self

EVENT = struct.Struct("@LLHHi")
SYN, KEY, MSC = 0, 1, 4
REPORT, DROPPED, SCAN = 0, 3, 4
UNSHIFTED = (
    "esc 1 2 3 4 5 6 7 8 9 0 - = back \t q w e r t y u i o p [ ] \r ctrl a s d f g h j k l ; ' ` shift \\"
)
KEYS = [*UNSHIFTED.split(" "), *"zxcvbnm,./", "right shift", "kp *", "alt", " "]
CODES = {name: number for number, name in enumerate(KEYS, 1)}
ABOVE = dict(zip('!@#$%^&*()_+{}:"~|<>?', "1234567890-=[];'`\\,./", strict=True))


def event(kind: int, code: int, value: int) -> bytes:
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    return EVENT.pack(seconds, nanoseconds // 1000, kind, code, value)


def press(name: str, down: bool = True) -> bytes:
    code = CODES[name]
    scanned = event(MSC, SCAN, 0x70000 + code)
    return scanned + event(KEY, code, int(down)) + event(SYN, REPORT, 0)


def typed(text: str) -> bytes:
    """All events of a text, with Shift where a US keyboard needs it."""
    return b"".join(_letter(letter) for letter in text)


def _letter(letter: str) -> bytes:
    low = ABOVE.get(letter, letter.lower())
    stroke = press(low) + press(low, False)
    return stroke if low == letter else press("shift") + stroke + press("shift", False)


class KeyboardScanner:
    """`with KeyboardScanner(folder) as scanner:` is at `scanner.address`; `end` is the key after a code."""

    def __init__(self, folder: Path, end: str = "\r") -> None:
        self.path, self.end = folder / "event0", end

    @property
    def address(self) -> str:
        return f"hid://{self.path}"

    def __enter__(self) -> Self:
        os.mkfifo(self.path)
        self._pipe = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    def scan(self, code: str) -> None:
        self.send(typed(code + self.end))

    def send(self, events: bytes) -> None:
        os.write(self._pipe, events)

    def unplug(self) -> None:
        if self.path.exists():
            self.path.unlink()
            os.close(self._pipe)

    def plug_in(self) -> None:
        self.__enter__()
