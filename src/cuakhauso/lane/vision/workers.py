"""The processes that look at pictures, kept alive from the node: one picture each at a time, the rest waits.

What waits is bounded, and what became too old is not looked at: both are counted. A process that hangs, dies
or grows is ended and started anew after growing pauses. Nothing here ever holds up the node's loop, and
nothing that goes wrong here reaches a lane: whoever asked gets no answer, and the lane goes on without.
"""

import asyncio
import logging
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ..contracts import DeviceFault
from .wire import HEAD, MOST_PIXELS, Answer, Job, Region, Room, length, packed

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-P", "-m", "cuakhauso.lane.vision.worker")
ALONE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ENDED, HANGS, GREW, BEHIND = "vision_ended", "vision_hangs", "vision_memory", "vision_behind"
CANNOT_START = "vision_cannot_start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds, except `most_waiting` pictures of all cameras together and `memory_mb` of one process.
    `behind`: so many pictures that came too late within `behind_s` are told as a trouble."""

    most_waiting: int = 8
    memory_mb: float = 400
    hangs_after: float = 10.0
    starts_within: float = 60.0
    first_pause: float = 1.0
    longest_pause: float = 300.0
    well_after: float = 60.0
    behind: int = 20
    behind_s: float = 60.0


@dataclass(slots=True)
class Waiting:
    """`content`: a camera's JPEG, or a frame that can be `decoded`. `until` is a monotonic second."""

    content: Any
    until: float
    region: Region
    became: asyncio.Future[Answer | None]


@dataclass(slots=True)
class Slot:
    """One process. `trouble` is why it does not look now, "" while it does."""

    trouble: str = "starting"
    pid: int = 0
    pause: float = 0.0


class Dead(Exception):
    """The process is no more, or must not be; `args[0]` is the code."""


@dataclass(slots=True)
class Workers:
    """`told` hears of every change: the code of what is wrong, "" for nothing, and how many of the processes
    look. `counts`: what became of pictures, and of processes."""

    number: int
    limits: Limits = field(default_factory=Limits)
    command: Sequence[str] = COMMAND
    told: Callable[[str, int], None] = lambda *_: None
    counts: Counter[str] = field(default_factory=Counter)
    took_ms: float = 0.0
    slots: list[Slot] = field(default_factory=list)
    _waiting: deque[Waiting] = field(default_factory=deque)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _late: deque[float] = field(default_factory=deque)
    _said: tuple[str, int] = ("", -1)

    async def run(self) -> None:
        """Until cancelled; then no process of ours is left."""
        self.slots = [Slot() for _ in range(self.number)]
        async with asyncio.TaskGroup() as group:
            for slot in self.slots:
                group.create_task(self._keep(slot))

    async def look(self, content: Any, *, lasts_s: float, region: Region = ()) -> Answer | None:
        """What stands in a picture, or why it is none (`fault`: an `Unopened`). None where nobody looked:
        too late, too many, or no process that could. It waits no longer than `lasts_s` for its turn."""
        became: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(content, time.monotonic() + lasts_s, region, became))
        while len(self._waiting) > self.limits.most_waiting:
            self._drop(self._waiting.popleft(), "crowded")
        self._arrived.set()
        try:
            async with asyncio.timeout(lasts_s + self.limits.hangs_after + 1):
                return await became
        except TimeoutError:  # no process took it
            self.counts["late"] += 1
            return None

    @property
    def alive(self) -> int:
        return sum(not slot.trouble for slot in self.slots)

    # --- what waits ------------------------------------------------------------------------------

    async def _next(self) -> Waiting:
        while True:
            while self._waiting:
                one = self._waiting.popleft()
                if one.became.done():
                    continue
                if one.until >= time.monotonic():
                    return one
                self._drop(one, "late")
            self._arrived.clear()
            await self._arrived.wait()

    def _drop(self, one: Waiting, why: str) -> None:
        self.counts[why] += 1
        if not one.became.done():
            one.became.set_result(None)
        self._late.append(time.monotonic())
        self._tell()

    @property
    def _is_behind(self) -> bool:
        since = time.monotonic() - self.limits.behind_s
        while self._late and self._late[0] < since:
            self._late.popleft()
        return len(self._late) >= self.limits.behind

    # --- one process -----------------------------------------------------------------------------

    async def _keep(self, slot: Slot) -> None:
        """For ever. Each time that it ends early the pause before the next grows."""
        slot.pause = self.limits.first_pause
        while True:
            began = time.monotonic()
            try:
                await self._live(slot)
            except Dead as dead:
                why = str(dead.args[0])
            except (OSError, ValueError, EOFError, msgspec.MsgspecError) as error:
                log.warning("a process that looks at pictures: %r", error)
                why = ENDED
            self.counts[why] += 1
            self._is_now(slot, why)
            if time.monotonic() - began > self.limits.well_after:
                slot.pause = self.limits.first_pause
            await asyncio.sleep(slot.pause)
            slot.pause = min(2 * slot.pause, self.limits.longest_pause)

    async def _live(self, slot: Slot) -> None:
        """One life of it. Raises `Dead`, or what its end makes of its pipes."""
        room = Room()
        try:
            process = await self._started(room)
            try:
                slot.pid = process.pid
                await self._work(slot, process, room)
            finally:
                slot.pid = 0
                await _ended(process)
        finally:
            room.close()

    async def _started(self, room: Room) -> Process:
        environ = {**os.environ, **ALONE}
        return await asyncio.create_subprocess_exec(
            *self.command, str(room.handle), str(self.limits.hangs_after),
            stdin=PIPE, stdout=PIPE, env=environ, pass_fds=(room.handle,), start_new_session=True,
        )  # fmt: skip

    async def _work(self, slot: Slot, process: Process, room: Room) -> None:
        first = await _heard(process, self.limits.starts_within, CANNOT_START)
        if first.fault:
            raise Dead(first.fault)
        self.counts["started"] += 1
        self._is_now(slot, "")
        number = 0
        while True:
            one, number = await self._taken(process), number + 1
            answer: Answer | None = None
            try:
                answer = await self._looked(process, room, one, number)
            finally:
                if not one.became.done():
                    one.became.set_result(answer)
            if answer is not None and answer.memory_mb > self.limits.memory_mb:
                raise Dead(GREW)

    async def _taken(self, process: Process) -> Waiting:
        """The next picture. Raises `Dead` for a process that ends while nothing is asked of it."""
        waits, ends = asyncio.ensure_future(self._next()), asyncio.ensure_future(process.wait())
        try:
            await asyncio.wait({waits, ends}, return_when=asyncio.FIRST_COMPLETED)
            if waits.done():
                return waits.result()
            raise Dead(ENDED)
        finally:
            waits.cancel()
            ends.cancel()

    async def _looked(self, process: Process, room: Room, one: Waiting, number: int) -> Answer | None:
        try:
            job = await asyncio.to_thread(laid, one.content, room, number, one.region)
        except (DeviceFault, OSError, ValueError, MemoryError) as error:
            log.warning("a picture cannot be handed over: %r", error)
            self.counts["no_picture"] += 1
            return None
        assert process.stdin is not None
        process.stdin.write(packed(job))
        answer = await _heard(process, self.limits.hangs_after, HANGS)
        if answer.id != number:
            raise Dead(ENDED)
        self.counts["no_picture" if answer.fault else "looked"] += 1
        self.took_ms = answer.ms or self.took_ms
        self._tell()
        return answer

    # --- what is told of them --------------------------------------------------------------------

    def _is_now(self, slot: Slot, trouble: str) -> None:
        slot.trouble = trouble
        self._tell()

    def _tell(self) -> None:
        wrong = next((slot.trouble for slot in self.slots if slot.trouble not in ("", "starting")), "")
        said = wrong or (BEHIND if self._is_behind else ""), self.alive
        if said != self._said and not any(slot.trouble == "starting" for slot in self.slots):
            self._said = said
            self.told(*said)


async def _heard(process: Process, within: float, otherwise: str) -> Answer:
    """Raises `Dead` with `otherwise` when nothing comes in time, `EOFError` when it ended."""
    assert process.stdout is not None
    try:
        async with asyncio.timeout(within):
            head = await process.stdout.readexactly(HEAD.size)
            body = await process.stdout.readexactly(length(head))
    except TimeoutError as late:
        raise Dead(otherwise) from late
    return msgspec.msgpack.decode(body, type=Answer)


async def _ended(process: Process) -> None:
    """Not asked, but ended: it may hang. What even so does not go is left to the system."""
    with suppress(ProcessLookupError):
        process.kill()
    with suppress(TimeoutError):
        async with asyncio.timeout(5):
            await process.wait()


def laid(content: Any, room: Room, number: int, region: Region) -> Job:
    """The picture into the memory, pixels as they are: making a JPEG of a frame for the way, and pixels of it
    again, takes many times as long as the copy (docs/lane.md). Blocking."""
    if isinstance(content, bytes):
        return Job(id=number, form="jpeg", size=room.write(content), region=region)
    from ..drivers.frame import reformatted

    frame = content.decoded()
    part = min(1.0, (MOST_PIXELS / (frame.width * frame.height)) ** 0.5)
    wide, high = int(frame.width * part), int(frame.height * part)
    pixels = reformatted(frame, format="rgb24", width=wide, height=high).to_ndarray()
    size = room.write(pixels.data.cast("B"))
    return Job(id=number, form="rgb", size=size, width=wide, height=high, region=region)
