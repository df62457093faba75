"""A QR scanner that somebody holds codes in front of: lines of text over TCP, or into a pseudo-terminal."""

import asyncio
import os
import pty
import tty
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self


@dataclass(slots=True)
class TcpScanner:
    """`end` is what it puts after a code; some put nothing. `heard` is what it was sent."""

    end: bytes = b"\r\n"
    heard: bytes = field(default=b"", init=False)
    _server: asyncio.Server | None = field(default=None, init=False)
    _listeners: set[asyncio.StreamWriter] = field(default_factory=set, init=False)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._listen, "127.0.0.1", port)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for listener in list(self._listeners):
            listener.close()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def is_heard(self) -> bool:
        return bool(self._listeners)

    def scan(self, code: str) -> None:
        self.send(code.encode() + self.end)

    def send(self, data: bytes) -> None:
        for listener in self._listeners:
            listener.write(data)

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._listeners.add(writer)
        with suppress(OSError):
            while data := await reader.read(1024):
                self.heard += data
        self._listeners.discard(writer)
        writer.close()


class SerialScanner:
    """`with SerialScanner() as scanner:` is on `scanner.path`."""

    def __init__(self, end: bytes = b"\r") -> None:
        self.end = end

    def __enter__(self) -> Self:
        self._ours, self._theirs = pty.openpty()
        tty.setraw(self._theirs)
        self.path = os.ttyname(self._theirs)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._ours)
        os.close(self._theirs)

    def scan(self, code: str) -> None:
        os.write(self._ours, code.encode() + self.end)
