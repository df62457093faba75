"""What the simulated cameras share: a server that reads requests of HTTP's form and fails on demand."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from .digest import Guard

GARBAGE = bytes(range(256)) * 8


class Mode(StrEnum):
    """How it behaves from the next request or picture on."""

    GOOD = "good"
    SILENT = "silent"
    GARBLED = "garbled"
    SLOW = "slow"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


async def request_from(reader: asyncio.StreamReader) -> Request | None:
    try:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except asyncio.IncompleteReadError:
        return None
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, target, *_ = first.split(" ")
    return Request(method, target, headers, body)


class Simulator:
    """`async with` starts and ends it. `mode` may be changed at any time; `slow_s` is how slow slow is."""

    protocol = "HTTP/1.1"

    def __init__(self, *, guard: Guard | None = None) -> None:
        self.guard = guard
        self.mode = Mode.GOOD
        self.slow_s = 0.3
        self.port = 0
        self.requests: list[Request] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """On the port it had before, if it had one: a camera that comes back."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        with suppress(ConnectionError, asyncio.CancelledError):
            while request := await request_from(reader):
                self.requests.append(request)
                await self._answer(request, writer)
        self._tasks.discard(task)
        writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        mode = self.mode
        if mode is Mode.SILENT:
            await asyncio.sleep(3600)
        if mode is Mode.SLOW:
            await asyncio.sleep(self.slow_s)
        refusal = self._refusal(request)
        if mode is Mode.GARBLED and not self.garbles_itself:
            writer.write(GARBAGE)
            writer.close()
        elif mode is Mode.REFUSED:
            self.say(writer, request, "403 Forbidden")
        elif refusal:
            self.say(writer, request, "401 Unauthorized", {"WWW-Authenticate": refusal})
        else:
            await self.serve(request, writer)
        await writer.drain()

    garbles_itself = False  # one that garbles its pictures, and not its answers

    def _refusal(self, request: Request) -> str | None:
        if not self.guard:
            return None
        return self.guard.refusal(request.method, request.headers.get("authorization", ""))

    def say(
        self,
        writer: asyncio.StreamWriter,
        request: Request,
        status: str,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
    ) -> None:
        all_headers = {"Content-Length": str(len(body)), **(headers or {})}
        if sequence := request.headers.get("cseq"):
            all_headers["CSeq"] = sequence
        lines = [f"{self.protocol} {status}", *(f"{name}: {value}" for name, value in all_headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)

    async def serve(self, request: Request, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError
