"""A scale that trucks drive onto, over TCP or a pty, in every protocol the lane knows.

`Platform` is the steel and the load on it; `SimulatedScale` is the indicator beside it. Failing is told with
`fail`: a scale may say nothing, say nonsense, say it slowly or hang up.
"""

import asyncio
import errno
import math
import os
import re
import time
import tty
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum

from .scale_frames import ANSWERS, SPEAKS, Shown, mtsics, yaohua_answer

SLOW_BYTE_S = 0.005
COMMANDS = {
    "mtsics": re.compile(rb"(SIR|SI|S|@)\r\n"),
    "yaohua-asked": re.compile(rb"\x02A([A-D])0[0-9]\x03"),
}

Send = Callable[[bytes], None]


class Fault(StrEnum):
    SILENT = "silent"
    GARBLED = "garbled"
    SLOW = "slow"
    REFUSED = "refused"


class Platform:
    """The load, from moment to moment: it comes on axle by axle, swings, and comes to rest."""

    def __init__(
        self,
        *,
        capacity_kg: int = 80_000,
        division_kg: int = 20,
        settle_s: float = 0.3,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.capacity_kg, self.division_kg, self.settle_s = capacity_kg, division_kg, settle_s
        self.zeroed = True
        self.tare_kg = 0
        self._clock = clock
        self._before = self._after = 0.0
        self._since, self._seconds = -math.inf, 0.0

    def drive_on(self, kg: int, seconds: float = 0.5) -> None:
        self._move(kg, seconds)

    def drive_off(self, seconds: float = 0.5) -> None:
        self._move(0, seconds)

    def put(self, kg: int) -> None:
        """At once and at rest."""
        self._move(kg, -self.settle_s)

    @property
    def shown(self) -> Shown:
        age = self._clock() - self._since
        moving = age < self._seconds + self.settle_s
        kg = round((self._load(age) + self._swing(age)) / self.division_kg) * self.division_kg
        over, under = kg > self.capacity_kg + 9 * self.division_kg, kg < -20 * self.division_kg
        return Shown(kg=kg, moving=moving, over=over, under=under, zeroed=self.zeroed, tare_kg=self.tare_kg)

    def _move(self, kg: int, seconds: float) -> None:
        age = self._clock() - self._since
        self._before, self._after = self._load(age), kg
        self._since, self._seconds = self._clock(), seconds

    def _load(self, age: float) -> float:
        if age >= self._seconds:
            return self._after
        return self._before + (self._after - self._before) * age / self._seconds

    def _swing(self, age: float) -> float:
        whole = self._seconds + self.settle_s
        if age >= whole:
            return 0
        return (1 - age / whole) * 0.02 * self._after * math.sin(40 * age)


class SimulatedScale:
    """One indicator. It sends `frames_per_s` by itself, or answers what it is asked."""

    def __init__(self, protocol: str, platform: Platform, *, frames_per_s: float = 20) -> None:
        if protocol not in SPEAKS and protocol not in ANSWERS:
            raise ValueError(f"no protocol of a scale: {protocol}")
        self.protocol, self.platform = protocol, platform
        self.fault: Fault | None = None
        self.connections = 0
        self._every_s = 1 / frames_per_s
        self._server: asyncio.Server | None = None
        self._port = 0
        self._pty: tuple[int, int] | None = None
        self._lines: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve_tcp(self) -> str:
        """The address it answers at."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        return f"tcp://127.0.0.1:{self._port}"

    def serve_pty(self) -> str:
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        self._pty = master, slave
        line = _Session(self, self._to_pty)
        asyncio.get_running_loop().add_reader(master, lambda: line.take(_read(master)))
        self._start(line)
        return f"serial://{os.ttyname(slave)}?baud=9600"

    async def fail(self, fault: Fault | None) -> None:
        """Refused hangs up and listens no more, until another fault or none is told."""
        listens = self._server is not None
        self.fault = fault
        if fault is Fault.REFUSED:
            await self._hang_up()
        elif not listens and self._port:
            await self.serve_tcp()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._hang_up()
        if self._pty:
            asyncio.get_running_loop().remove_reader(self._pty[0])
            for end in self._pty:
                os.close(end)
            self._pty = None

    async def _hang_up(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        lines = dict(self._lines)
        for writer in lines:
            writer.transport.abort()
        await asyncio.gather(*filter(None, lines.values()), return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._lines[writer] = asyncio.current_task()
        line = _Session(self, writer.write)
        speaking = self._start(line)
        with suppress(OSError):
            while data := await reader.read(1024):
                line.take(data)
        speaking.cancel()
        del self._lines[writer]
        writer.close()

    def _start(self, line: "_Session") -> asyncio.Task[None]:
        task = asyncio.create_task(line.speak(self._every_s))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _to_pty(self, data: bytes) -> None:
        # A serial line does not wait for its reader: what nobody takes is lost.
        if self._pty:
            with suppress(BlockingIOError):
                os.write(self._pty[0], data)


class _Session:
    """One line to whoever listens: what was asked on it, and what is still to be said."""

    def __init__(self, scale: SimulatedScale, send: Send) -> None:
        self.scale = scale
        self.send = send
        self.repeats = scale.protocol in SPEAKS
        self._asked: asyncio.Queue[str] = asyncio.Queue(maxsize=100)
        self._pending = b""

    def take(self, data: bytes) -> None:
        pattern = COMMANDS.get(self.scale.protocol)
        if pattern is None:
            return
        self._pending = (self._pending + data)[-100:]
        while found := pattern.search(self._pending):
            self._pending = self._pending[found.end() :]
            with suppress(asyncio.QueueFull):
                self._asked.put_nowait(found[1].decode())

    async def speak(self, every_s: float) -> None:
        while True:
            try:
                async with asyncio.timeout(every_s if self.repeats else None):
                    asked = await self._asked.get()
            except TimeoutError:
                asked = ""
            self.repeats = asked == "SIR" or (self.repeats and asked != "@")
            await self._say(self._frame(asked))

    def _frame(self, asked: str) -> bytes:
        shown = self.scale.platform.shown
        if self.scale.protocol == "yaohua-asked":
            return yaohua_answer(asked, shown)
        if self.scale.protocol == "mtsics":
            waits_in_vain = asked == "S" and shown.moving
            return b"" if asked == "@" else b"S I\r\n" if waits_in_vain else mtsics(shown)
        return SPEAKS[self.scale.protocol](shown)

    async def _say(self, frame: bytes) -> None:
        match self.scale.fault:
            case Fault.SILENT:
                return
            case Fault.GARBLED:
                self.send(bytes(byte ^ 0x15 for byte in frame))
            case Fault.SLOW:
                for byte in frame:
                    self.send(bytes([byte]))
                    await asyncio.sleep(SLOW_BYTE_S)
            case _:
                self.send(frame)


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, 1024)
    except OSError as error:
        if error.errno not in (errno.EIO, errno.EAGAIN):
            raise
        return b""
