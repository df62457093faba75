"""A line to a device that speaks bytes: a socket, or a serial port, named by an address.

`tcp://192.0.2.7:4001`, `serial:///dev/ttyS0?baud=9600&bytes=7&parity=even&stop=1`. It opens by itself when
it is read or written, and after a failure not before a while that doubles each time: a dead device is not
hammered and a living one is soon back. Every failure is `Unreachable`, and leaves the line closed.
"""

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import serial_asyncio_fast

from ..contracts import Unreachable

try:
    import termios

    FAILURES: tuple[type[Exception], ...] = (OSError, TimeoutError, termios.error)
except ImportError:  # Windows opens its ports otherwise
    FAILURES = (OSError, TimeoutError)

MOST = 65536  # bytes given at one read
CLOSING_S = 1.0  # a serial driver may wait for a device that takes nothing more
PARITIES = {"none": "N", "even": "E", "odd": "O"}
DEFAULTS = {"baud": "9600", "bytes": "8", "parity": "none", "stop": "1"}

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Target(Protocol):
    """What a line leads to. `open` raises one of `FAILURES`."""

    async def open(self) -> Line: ...


@dataclass(frozen=True, slots=True)
class Tcp:
    host: str
    port: int

    async def open(self) -> Line:
        line = await asyncio.open_connection(self.host, self.port)
        _keep_alive(line[1].get_extra_info("socket"))
        return line


@dataclass(frozen=True, slots=True)
class Serial:
    path: str
    baud: int
    bytes: int
    parity: str
    stop: int

    async def open(self) -> Line:
        reader, writer = await serial_asyncio_fast.open_serial_connection(
            url=self.path,
            baudrate=self.baud,
            bytesize=self.bytes,
            parity=self.parity,
            stopbits=self.stop,
            exclusive=True,  # two programs on one port each get half of every frame
        )
        return reader, writer


def parsed(address: str) -> Tcp | Serial:
    """Raises `ValueError` for what is no address."""
    parts = urlsplit(address)
    if parts.scheme == "tcp" and parts.hostname and parts.port and not parts.query:
        return Tcp(parts.hostname, parts.port)
    if parts.scheme == "serial" and parts.path and not parts.netloc:
        return _serial(
            parts.path,
            {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()},
        )
    raise ValueError(f"no address of a line: {address}")


def _serial(path: str, told: dict[str, str]) -> Serial:
    if unknown := told.keys() - DEFAULTS.keys():
        raise ValueError(f"no setting of a serial line: {', '.join(sorted(unknown))}")
    said = DEFAULTS | told
    if said["parity"] not in PARITIES or said["bytes"] not in ("7", "8") or said["stop"] not in ("1", "2"):
        raise ValueError(f"no serial line has these settings: {told}")
    return Serial(path, int(said["baud"]), int(said["bytes"]), PARITIES[said["parity"]], int(said["stop"]))


def _keep_alive(sock: socket.socket) -> None:
    """A device whose plug was pulled says nothing: a line that may be silent would stay open for ever."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, option):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


class Wire:
    """`timeout_s` is how long a read may take; none for devices that may be silent, such as scanners.
    `target` is what the address leads to, where this module does not know."""

    def __init__(
        self,
        address: str,
        *,
        timeout_s: float | None = 3.0,
        open_s: float = 3.0,
        first_wait_s: float = 0.5,
        longest_wait_s: float = 15.0,
        target: Target | None = None,
    ) -> None:
        self.address = address
        self.timeout_s = timeout_s
        self._target = target or parsed(address)
        self._open_s = open_s
        self._waits = first_wait_s, longest_wait_s
        self._wait_s = first_wait_s
        self._not_before = 0.0
        self._line: Line | None = None
        self._opening = asyncio.Lock()
        self._opened = self._failed = self._read = self._written = 0
        self._fault = ""

    @property
    def is_open(self) -> bool:
        return self._line is not None

    async def open(self) -> None:
        """Open if it is not; waits first where it failed lately. Raises `Unreachable`."""
        await self._ready()

    async def read(self, most: int = MOST) -> bytes:
        """What has arrived, at least a byte. Raises `Unreachable`: silence, or the other side hung up."""
        line = await self._ready()
        try:
            async with asyncio.timeout(self.timeout_s):
                data = await line[0].read(most)
            if not data:
                raise ConnectionResetError("the other side closed the line")
        except FAILURES as error:
            raise self._lost(error, line) from error
        self._wait_s = self._waits[0]
        self._read += len(data)
        return data

    async def write(self, data: bytes) -> None:
        """Hand over bytes. Returning does not mean that the device has them. Raises `Unreachable`."""
        line = await self._ready()
        try:
            line[1].write(data)
            async with asyncio.timeout(self.timeout_s or self._open_s):
                await line[1].drain()
        except FAILURES as error:
            raise self._lost(error, line) from error
        self._written += len(data)

    async def close(self) -> None:
        """Give the line back. A later read or write opens it again."""
        line, self._line = self._line, None
        if line is None:
            return
        line[1].close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(CLOSING_S):
                await line[1].wait_closed()

    def diagnostics(self) -> dict[str, Any]:
        return {
            "address": self.address,
            "open": self.is_open,
            "opened": self._opened,
            "failed": self._failed,
            "bytes_read": self._read,
            "bytes_written": self._written,
            "last_fault": self._fault,
        }

    async def _ready(self) -> Line:
        async with self._opening:
            if self._line is None:
                await asyncio.sleep(self._not_before - asyncio.get_running_loop().time())
                self._line = await self._try_open()
            return self._line

    async def _try_open(self) -> Line:
        try:
            async with asyncio.timeout(self._open_s):
                line = await self._target.open()
        except FAILURES as error:
            raise self._lost(error, None) from error
        self._opened += 1
        return line

    def _lost(self, error: Exception, line: Line | None) -> Unreachable:
        self._failed += 1
        self._fault = f"{type(error).__name__}: {error}".removesuffix(": ")
        self._not_before = asyncio.get_running_loop().time() + self._wait_s
        self._wait_s = min(2 * self._wait_s, self._waits[1])
        if line is not None:
            line[1].close()
            if self._line is line:
                self._line = None
        return Unreachable(f"{self.address}: {self._fault}")
