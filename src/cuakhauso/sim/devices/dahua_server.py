"""A Dahua camera that is asked for its events: digest, and a stream that does not end.

async with EventServer() as camera:
    ...  # connect to camera.address
    await camera.see(Sighting(plate="29C-067.89"))
"""

import asyncio
import json
import re
from contextlib import suppress
from typing import Self

from .cameras import Sighting
from .digest import Guard
from .faults import Fault

AUTHORIZATION = re.compile(r"(?im)^authorization:(.*)$")
HEAD = (
    b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
    b"Content-Type: multipart/x-mixed-replace; boundary=myboundary\r\n\r\n"
)
JUNK = b"\x00\xff--\r\nContent-Type\r\n\r\n--mybound"
PIECE = 500
PASSWORD = "only-in-tests"  # noqa: S105


class EventServer:
    """`asked`: the paths that were asked for; `refused`: wrong passwords. `heartbeat` is in seconds."""

    def __init__(self, *, user: str = "gate", password: str = PASSWORD, heartbeat: float = 0.05) -> None:
        self._guard, self._heartbeat = Guard(user, password), heartbeat
        self._one_at_a_time = asyncio.Lock()
        self.fault = Fault.NONE
        self.asked: list[str] = []
        self.events = 0
        self._open: dict[asyncio.StreamWriter, bool] = {}
        self._lines: set[asyncio.Task[None]] = set()

    @property
    def refused(self) -> int:
        return self._guard.wrong

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        self.address = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *why: object) -> None:
        self._server.close()
        await self.drop()

    async def drop(self) -> None:
        """All lines are cut."""
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def see(self, seen: Sighting) -> None:
        """Told to whoever listens, in the form that was asked for."""
        self.events += 1
        for writer, with_pictures in list(self._open.items()):
            parts = snapshot_parts(seen, self.events) if with_pictures else [coded_part(seen, self.events)]
            with suppress(OSError):
                await self._send(writer, b"".join(parts))

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.create_task(self._serve(reader, writer))
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            self._open.pop(writer, None)
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            method, path, _ = head.decode("latin-1").split(" ", 2)
            if not (refusal := self._refusal(method, head.decode("latin-1"))):
                return await self._stream(writer, path)
            writer.write(refusal)
            await writer.drain()

    async def _stream(self, writer: asyncio.StreamWriter, path: str) -> None:
        self.asked.append(path)
        writer.write(HEAD)
        self._open[writer] = "snapManager" in path
        while not writer.is_closing():
            await self._send(writer, part("text/plain", b"Heartbeat"))
            await asyncio.sleep(self._heartbeat)

    async def _send(self, writer: asyncio.StreamWriter, content: bytes) -> None:
        if self.fault is Fault.SILENT:
            return
        if self.fault is Fault.GARBLED:
            content = part("text/plain", JUNK) + b"--myboundary\r\n" + JUNK + b"\r\n" + content
        size = PIECE if self.fault is Fault.SLOW else len(content)
        async with self._one_at_a_time:
            for start in range(0, len(content), size):
                writer.write(content[start : start + size])
                await asyncio.sleep(0)
            await writer.drain()

    def _refusal(self, method: str, head: str) -> bytes:
        """Empty for who may come in."""
        found = AUTHORIZATION.search(head)
        said = found[1].strip() if found else ""
        ask = self._guard.refusal(method, said)
        if ask is None and self.fault is Fault.REFUSED:
            self._guard.wrong += 1
            ask = self._guard.challenge()
        if ask is None:
            return b""
        return f"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {ask}\r\nContent-Length: 0\r\n\r\n".encode()


def part(kind: str, content: bytes) -> bytes:
    head = f"--myboundary\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content + b"\r\n"


def snapshot_parts(seen: Sighting, number: int) -> list[bytes]:
    """The lines of one event, then its pictures: the scene, and what is cut out of it."""
    utc, milliseconds = divmod(int(seen.at.timestamp() * 1000), 1000)
    told = {
        "EventBaseInfo.Code": "TrafficJunction",
        "EventBaseInfo.Action": "Pulse",
        "EventBaseInfo.Index": "0",
        "GroupID": number,
        "CountInGroup": 1,
        "IndexInGroup": 1,
        "UTC": utc,
        "UTCMS": milliseconds,
        "EventID": number,
        "Lane": seen.lane,
        "TrafficCar.PlateNumber": seen.plate or "--",
        "TrafficCar.PlateColor": "White",
        "VehicleDirection": {True: "Head", False: "Tail", None: "Unknown"}[seen.towards],
    }
    lines = "\r\n".join(f"Events[0].{name}={value}" for name, value in told.items())
    images = sorted(seen.images().items(), reverse=True)
    return [part("text/plain", lines.encode()), *(part("image/jpeg", image) for _, image in images)]


def coded_part(seen: Sighting, number: int) -> bytes:
    utc, milliseconds = divmod(int(seen.at.timestamp() * 1000), 1000)
    data = {
        "TrafficCar": {"PlateNumber": seen.plate or "unlicensed", "Confidence": seen.confidence},
        "JunctionDirection": {True: "Obverse", False: "Reverse", None: ""}[seen.towards],
        "Lane": seen.lane,
        "UTC": utc,
        "UTCMS": milliseconds,
        "EventID": number,
    }
    text = f"Code=TrafficJunction;action=Pulse;index=0;data={json.dumps(data, indent=3, ensure_ascii=False)}"
    return part("text/plain", text.encode())
