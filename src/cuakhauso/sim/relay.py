"""A network that can be cut: a TCP relay on 127.0.0.1 between a node and the platform.

While it is cut nothing arrives and nothing is refused, as with a broken cable: connections hang. What hung is
reset when the cable is mended, as its two ends would have given it up by then.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

PIECE = 65_536


@dataclass(slots=True)
class Relay:
    to_port: int
    cuts: int = 0
    _whole: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _lines: set[asyncio.StreamWriter] = field(default_factory=set, init=False)
    _server: asyncio.Server | None = field(default=None, init=False)
    _serving: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    async def __aenter__(self) -> Self:
        self._whole.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.mend()
        await asyncio.gather(*self._serving)

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def cut(self) -> None:
        self._whole.clear()
        self.cuts += 1

    def mend(self) -> None:
        self._hang_up()
        self._whole.set()

    @property
    def is_cut(self) -> bool:
        return not self._whole.is_set()

    def _hang_up(self) -> None:
        for line in self._lines:
            line.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        self._lines.add(writer)
        there: asyncio.StreamWriter | None = None
        with suppress(OSError):
            await self._whole.wait()
            back, there = await asyncio.open_connection("127.0.0.1", self.to_port)
            self._lines.add(there)
            await asyncio.gather(self._carry(reader, there), self._carry(back, writer))
        for line in (writer, there):
            if line is not None:
                self._lines.discard(line)
                line.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One way, to the end; then the other is over too."""
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                await self._whole.wait()
                writer.write(piece)
                await writer.drain()
        writer.close()
