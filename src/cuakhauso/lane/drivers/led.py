"""A sign that shows a few lines of text, on a controller that takes plain frames over TCP.

Start at `TextSign`. The frames are those that the manual of one text panel prints (GIGA-TMS FAT820, pp. 9
and 13): STX, a letter, its data, ETX, answered by one byte. Cards of large LED signs are of the same kind and
all different (Huidu, Onbon, Listen …): each needs a driver of its own, with this one as its pattern.
"""

import asyncio
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ..contracts import DeviceFault, Garbled, Manifest, Refused, Unreachable
from .wire import Wire

MANIFEST = Manifest(
    name="text-sign",
    makes=("text panels with the frames of the GIGA-TMS FAT820; LED cards that were set up to take them",),
    protocol="STX letter data ETX over TCP, answered by ACK or NAK",
    tested=("simulator of a sign",),
    source="FAT820 manual of 2019-09-05, pp. 9 and 13; that lines are parted by a byte is a setting of ours",
    takes=("lines",),
)

STX, ETX, ACK, NAK = b"\x02", b"\x03", b"\x06", b"\x15"
SHOW, ERASE, VERSION = b"Y0", b"C", b"V"  # page 0 is shown and not kept
ROM, ROM_LENGTH = b"ROM", 10
VIETNAMESE_WINDOWS = "cp1258"
TONES = "\u0300\u0301\u0303\u0309\u0323"


# --- the protocol: text in, bytes out; bytes in, answers out ---------------------------------------


def framed(command: bytes, data: bytes = b"") -> bytes:
    return STX + command + data + ETX


def encoded(text: str, encoding: str) -> bytes:
    """Raises `Refused` for what the sign has no letters for, and for what would end the frame."""
    text = unicodedata.normalize("NFC", text)
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in text):
        raise Refused("no control character is shown")
    if encoding == VIETNAMESE_WINDOWS:
        text = "".join(map(_tone_apart, text))
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise Refused(f"the sign has no letter for {text[error.start : error.end]!r}") from error


def _tone_apart(letter: str) -> str:
    """Windows' Vietnamese has ế as ê and a tone after it: the base letters whole, the five tones apart."""
    with suppress(UnicodeEncodeError):
        letter.encode(VIETNAMESE_WINDOWS)
        return letter
    apart = unicodedata.normalize("NFD", letter)
    tone = next((mark for mark in apart if mark in TONES), "")
    return unicodedata.normalize("NFC", apart.replace(tone, "")) + tone


def width(text: str) -> int:
    """In columns: a Chinese character takes two."""
    letters = unicodedata.normalize("NFC", text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in letters)


@dataclass(slots=True)
class Answers:
    """ACK, NAK, or ten bytes that begin with ROM. `noise` counts bytes that are neither."""

    noise: int = field(default=0, init=False)
    _pending: bytes = field(default=b"", init=False)

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._pending += data
        while self._pending and (length := self._length()) is not None:
            answer, self._pending = self._pending[:length], self._pending[length:]
            if answer in (ACK, NAK) or len(answer) == ROM_LENGTH:
                yield answer
            else:
                self.noise += 1

    def _length(self) -> int | None:
        """Of what is next: an answer, or one byte of noise; none while that cannot be said."""
        head = self._pending[:ROM_LENGTH]
        if not (head.startswith(ROM) or ROM.startswith(head)):
            return 1
        if not all(0x20 <= byte < 0x7F for byte in head):
            return 1
        return ROM_LENGTH if len(head) == ROM_LENGTH else None


# --- the sign --------------------------------------------------------------------------------------


class TextSign:
    """`encoding` is what the controller's font is in: utf-8, gb18030 (Chinese and Vietnamese), cp1258. A text
    that does not fit is refused, never cut: half a plate is another plate."""

    manifest = MANIFEST

    def __init__(
        self,
        address: str,
        *,
        encoding: str = "utf-8",
        lines: int = 2,
        columns: int = 16,
        line_break: bytes = b"\r",
        timeout: float = 2.0,
    ) -> None:
        if "A".encode(encoding) != b"A":
            raise ValueError(f"{encoding} has control bytes in its text")
        self._wire = Wire(address, timeout_s=timeout, open_s=timeout, first_wait_s=0.1, longest_wait_s=1.0)
        self._encoding = encoding
        self._lines, self._columns = lines, columns
        self._line_break = line_break
        self._timeout = timeout
        self._turn = asyncio.Lock()
        self._shown: tuple[str, ...] = ()
        self._faults = 0
        self._last_fault = ""

    async def show(self, lines: tuple[str, ...]) -> None:
        """Returning means accepted; that it can be read is seen by people. No lines: the sign is dark."""
        command = framed(SHOW, self._text(lines)) if lines else framed(ERASE)
        answer = await self._asked(command)
        if answer != ACK:
            raise Refused("the sign does not take this text")
        self._shown = lines

    async def check(self) -> str:
        answer = await self._asked(framed(VERSION))
        if not answer.startswith(ROM):
            raise Refused("the sign does not say its version")
        return f"sign {self._wire.address}: {answer.decode('ascii').strip()}"

    def diagnostics(self) -> dict[str, Any]:
        return {
            "wire": self._wire.diagnostics(),
            "encoding": self._encoding,
            "shown": list(self._shown),
            "faults": self._faults,
            "last_fault": self._last_fault,
        }

    async def close(self) -> None:
        await self._wire.close()

    def _text(self, lines: tuple[str, ...]) -> bytes:
        if len(lines) > self._lines:
            raise Refused(f"{len(lines)} lines do not fit on {self._lines}")
        for line in lines:
            if width(line) > self._columns:
                raise Refused(f"{width(line)} columns do not fit on {self._columns}: {line}")
        return self._line_break.join(encoded(line, self._encoding) for line in lines)

    async def _asked(self, command: bytes) -> bytes:
        async with self._turn:
            answered = False
            try:
                await self._wire.write(command)
                answer = await self._answer()
                answered = True
            except DeviceFault as fault:
                self._faults += 1
                self._last_fault = fault.code
                raise
            finally:
                if not answered:
                    # A late answer must not be taken for the next one's.
                    await self._wire.close()
            return answer

    async def _answer(self) -> bytes:
        answers = Answers()
        try:
            async with asyncio.timeout(self._timeout):
                while True:
                    for answer in answers.feed(await self._wire.read()):
                        return answer
        except (TimeoutError, Unreachable) as error:
            if answers.noise:
                raise Garbled(f"{answers.noise} bytes from {self._wire.address} are no answer") from error
            raise Unreachable(f"no answer from {self._wire.address}") from error
