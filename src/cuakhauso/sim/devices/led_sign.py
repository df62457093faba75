"""A sign that shows what it shows: `sign.shown`. It knows its frames from the manual alone."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


class Fault(StrEnum):
    SILENT = "silent"
    GARBLED = "garbled"
    SLOW = "slow"
    REFUSED = "refused"


@dataclass(slots=True)
class LedSign:
    encoding: str = "utf-8"
    most: int = 200  # bytes of a page; a longer one is not taken
    fault: Fault | None = None
    slow_s: float = 0.2
    shown: tuple[str, ...] = ()
    _server: asyncio.Server | None = field(default=None, init=False)
    _lines: set[asyncio.StreamWriter] = field(default_factory=set, init=False)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for line in list(self._lines):
            line.close()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                frame = await reader.readuntil(b"\x03")
                writer.write(await self._spoilt(self._obeyed(frame[frame.rindex(b"\x02") + 1 : -1])))
        self._lines.discard(writer)
        writer.close()

    def _obeyed(self, command: bytes) -> bytes:
        if self.fault is Fault.REFUSED:
            return b"\x15"
        if command == b"V":
            return b"ROM0412V S"
        if command == b"C":
            self.shown = ()
            return b"\x06"
        if command.startswith(b"Y0") and len(command) <= self.most:
            self.shown = tuple(command[2:].decode(self.encoding).split("\r"))
            return b"\x06"
        return b"\x15"

    async def _spoilt(self, answer: bytes) -> bytes:
        if self.fault is Fault.SILENT:
            return b""
        if self.fault is Fault.SLOW:
            await asyncio.sleep(self.slow_s)
        return b"\x7f?" if self.fault is Fault.GARBLED else answer
