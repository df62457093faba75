"""Our own reading of a node's cameras: pictures of whoever stands before a barrier go to the processes that
look (`workers.py`), what they find is followed over frames (`tracks.py`) and told to the lane as reads.

Start at `Vision`. The lane does not need it: nothing here raises into it, it waits for nothing here, and
without weights, processes or memory everything else goes on as it is.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any, Protocol

from ..contracts import DeviceFault, Image, Read, Revision, Signal, Subject
from ..engine import Engine, Stepped
from ..health import Devices
from ..notices import Notices
from ..pictures import name_of
from ..state import Lane
from ..words import NoteKind
from .reads import SUBJECTS, images_of, own_source, read_of
from .tracks import Glance, Memory, Track
from .wire import Answer, Region
from .workers import Workers

log = logging.getLogger(__name__)

DEVICE = "vision"
TELL_EVERY_S = 0.4
FRAME_LASTS_S, PUSH_LASTS_S = 1.0, 8.0
IDLE_CHECK_S, AGAIN_S = 30.0, 2.0
MOST_PUSHES = 16
WHOLE = ("vehicle", "scene", "plate")  # which of a camera's own pictures is looked at


class Blind(DeviceFault):
    """No process of ours looks at pictures; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Live(Protocol):
    """A live picture; its frames are `drivers.frame.Frame`."""

    def frames(self) -> AsyncGenerator[Any, None]: ...

    async def check(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Seer:
    """A camera whose pictures we read: `live`, or one that pushes them with its own reads."""

    code: str
    source: str
    subject: Subject = Subject.PLATE
    region: Region = ()
    fps: float = 4.0
    live: Live | None = None


class LaneNode(Protocol):
    @property
    def engine(self) -> Engine: ...

    @property
    def notices(self) -> Notices: ...

    def health(self, code: str) -> Devices: ...

    def now(self) -> datetime: ...

    async def take(self, code: str, read: Read, at: datetime | None = None) -> str: ...


@dataclass(slots=True)
class Sight:
    """What one camera saw of the vehicle that stands there, and when we last told of it."""

    memory: Memory
    told_at: float = 0.0
    subjects: dict[str, Subject] = field(default_factory=dict)
    images: dict[str, tuple[Glance | None, tuple[Image, ...]]] = field(default_factory=dict)


def is_wanted(lane: Lane) -> bool:
    """Somebody stands there, or nobody knows whether; and has no ticket yet: then it is known who it is."""
    return lane.ticket is None and lane.on(Signal.LOOP_BEFORE) is not False


def is_another(stepped: Stepped) -> bool:
    """The next vehicle begins: one went through, left, or came."""
    passed = any(note.kind is NoteKind.PASSAGE for note in stepped.notes)
    moved = stepped.before.before is not stepped.after.before and stepped.after.ticket is None
    return passed or moved


class Vision:
    """`run` it beside the node. `crops` are what it saw of the vehicle that stands at a lane."""

    def __init__(self, node: LaneNode, seers: Sequence[Seer], workers: Workers) -> None:
        self.node, self.workers = node, workers
        self.seers = {seer.source: seer for seer in seers}
        self._token, self._made = secrets.token_hex(4), count(1)
        self._eras: dict[str, int] = {seer.code: 0 for seer in seers}
        self._passed: dict[str, int] = dict(self._eras)
        self._sights: dict[str, Sight] = {}
        self._moved = {seer.code: asyncio.Event() for seer in seers}
        self._pushes: set[asyncio.Task[None]] = set()
        self._dark: set[str] = set()  # cameras whose last picture was none
        workers.told = self._workers_are
        for code in self._eras:
            node.health(code).add(DEVICE, DEVICE)
        node.engine.listeners.append(self.stepped)

    async def run(self) -> None:
        """Until cancelled. Whatever fails begins again."""
        live = [seer for seer in self.seers.values() if seer.live is not None]
        async with asyncio.TaskGroup() as group:
            group.create_task(_for_ever(self.workers.run))
            for seer in live:
                group.create_task(_for_ever(lambda seer=seer: self._follow(seer)))  # type: ignore[misc]

    # --- what happens at the lanes ---------------------------------------------------------------

    def stepped(self, stepped: Stepped) -> None:
        if (code := stepped.code) not in self._eras:
            return
        if is_another(stepped):
            self._eras[code] += 1
            self._passed[code] += any(note.kind is NoteKind.PASSAGE for note in stepped.notes)
            for source, seer in self.seers.items():
                if seer.code == code:
                    self._sights.pop(source, None)
        if stepped.before.inputs is not stepped.after.inputs:
            self._moved[code].set()

    def pictured(self, code: str, read: Read) -> None:
        """A camera's own read has come, with its pictures."""
        seer = self.seers.get(read.source)
        images = {image.kind: image.content for image in read.images if image.content}
        content = next((images[kind] for kind in WHOLE if kind in images), None)
        if seer is None or seer.code != code or content is None:
            return
        if len(self._pushes) >= MOST_PUSHES:
            self.workers.counts["crowded"] += 1
            return
        task = asyncio.get_running_loop().create_task(self._push(seer, content, self.node.now()))
        self._pushes.add(task)
        task.add_done_callback(self._pushes.discard)

    def crops(self, code: str) -> Mapping[tuple[str, Subject, str], tuple[bytes, ...]]:
        """What was cut out of pictures of the vehicle that stands there, by source, subject and session."""
        return {
            (own_source(source), sight.subjects.get(track.session, SUBJECTS[track.kind]), track.session):
                track.crops
            for source, sight in self._sights.items() if self.seers[source].code == code
            for track in sight.memory.tracks
        }  # fmt: skip

    # --- live cameras ----------------------------------------------------------------------------

    async def _follow(self, seer: Seer) -> None:
        """While somebody stands there its pictures are looked at; otherwise only whether there are any."""
        while True:
            await self._somebody(seer)
            try:
                await self._watch(seer)
            except DeviceFault as fault:
                self._camera_is(seer, fault)
                await asyncio.sleep(AGAIN_S)

    async def _somebody(self, seer: Seer) -> None:
        moved, checked = self._moved[seer.code], 0.0
        while not is_wanted(self.node.engine.lanes[seer.code]):
            moved.clear()
            if time.monotonic() - checked > IDLE_CHECK_S:
                checked = time.monotonic()
                await self._check(seer)
                continue
            try:
                async with asyncio.timeout(IDLE_CHECK_S):
                    await moved.wait()
            except TimeoutError:
                continue

    async def _check(self, seer: Seer) -> None:
        assert seer.live is not None
        try:
            await seer.live.check()
        except DeviceFault as fault:
            self._camera_is(seer, fault)
        else:
            self._camera_is(seer, None)

    async def _watch(self, seer: Seer) -> None:
        assert seer.live is not None
        async with aclosing(seer.live.frames()) as frames:
            async for frame in frames:
                if not is_wanted(self.node.engine.lanes[seer.code]):
                    return
                began, era = time.monotonic(), self._eras[seer.code]
                if seer.source not in self._dark:
                    self._camera_is(seer, None)
                answer = await self.workers.look(frame, lasts_s=FRAME_LASTS_S, region=seer.region)
                if self._shows(seer, answer) and answer is not None and self._counts(seer, era):
                    sight = self._sight(seer)
                    sight.memory.learn(answer, frame, frame.heard)
                    await self._tell(seer, sight, self.node.now())
                await asyncio.sleep(max(0.0, 1 / seer.fps - (time.monotonic() - began)))

    def _counts(self, seer: Seer, era: int) -> bool:
        """Whether what was looked at is still of whoever stands there. A node that has just started looks
        before it has heard of its loops: nobody may have been there."""
        return era == self._eras[seer.code] and is_wanted(self.node.engine.lanes[seer.code])

    # --- pushed pictures -------------------------------------------------------------------------

    async def _push(self, seer: Seer, content: bytes, at: datetime) -> None:
        """Pictures vote together only while their vehicle stands on the loop: before that, who knows whether
        the next one is of the same."""
        try:
            standing = is_wanted(lane := self.node.engine.lanes[seer.code]) and lane.before
            era, passed = self._eras[seer.code], self._passed[seer.code]
            answer = await self.workers.look(content, lasts_s=PUSH_LASTS_S, region=seer.region)
            if not self._shows(seer, answer) or answer is None or passed != self._passed[seer.code]:
                return
            same = standing and era == self._eras[seer.code]
            sight = self._sight(seer) if same else self._new_sight()
            sight.memory.learn(answer, content, time.monotonic())
            await self._tell(seer, sight, at, at_once=True)
        except Exception:
            log.exception("a picture of %s could not be read", seer.source)

    def _sight(self, seer: Seer) -> Sight:
        return self._sights.setdefault(seer.source, self._new_sight())

    def _new_sight(self) -> Sight:
        return Sight(Memory(f"{self._token}-{next(self._made)}"))

    # --- what the lane is told -------------------------------------------------------------------

    async def _tell(self, seer: Seer, sight: Sight, at: datetime, *, at_once: bool = False) -> None:
        """A few times a second at most, and only what is new. What a person has corrected is not contradicted
        by a camera any more."""
        if not at_once and time.monotonic() - sight.told_at < TELL_EVERY_S:
            return
        source, era = own_source(seer.source), self._eras[seer.code]
        lane = self.node.engine.lanes[seer.code]
        known = frozenset(read.session for read in lane.reads if read.source == source)
        corrected = {read.subject for read in lane.reads if read.source.startswith("person:")}
        for track in list(sight.memory.news(known)):
            read = read_of(track, source, at, seer.subject)
            if read.subject in corrected or (not at_once and era != self._eras[seer.code]):
                continue
            sight.told_at = time.monotonic()
            track.tell()
            await self._take(seer, sight, track, read)

    async def _take(self, seer: Seer, sight: Sight, track: Track, read: Read) -> None:
        was = sight.subjects.get(track.session)
        if was is not None and was is not read.subject:  # a plate turns out to be a trailer's
            gone = replace(read, subject=was, text="", looks=(), revision=Revision.LOST)
            await self.node.take(seer.code, gone, read.at)
        sight.subjects[track.session] = read.subject
        best, images = sight.images.get(track.session, (None, ()))
        if best is not track.best or not images:
            best, images = track.best, await asyncio.to_thread(images_of, track)
        unkept = await self.node.take(seer.code, replace(read, images=images), read.at)
        if unkept:
            self.node.notices.degraded(seer.code, self.node.health(seer.code), seer.source, unkept)
        else:
            sight.images[track.session] = best, tuple(map(by_name, images))

    # --- how it is -------------------------------------------------------------------------------

    def _camera_is(self, seer: Seer, fault: DeviceFault | None) -> None:
        health = self.node.health(seer.code)
        if fault is None:
            self.node.notices.well(seer.code, health, seer.source)
        elif self.node.notices.faulty(seer.code, health, seer.source, fault):
            log.warning("%s: %s", seer.source, fault or fault.code)

    def _shows(self, seer: Seer, answer: Answer | None) -> bool:
        """Whether there was a picture in what was looked at; the officer is told why not. The camera is well
        again with the next good one."""
        if answer is None or not answer.fault:
            if answer is not None and seer.source in self._dark:
                self._dark.discard(seer.source)
                self._camera_is(seer, None)
            return answer is not None
        self._dark.add(seer.source)
        why = f"picture_{answer.fault.removeprefix('picture_')}"
        self.node.notices.degraded(seer.code, self.node.health(seer.code), seer.source, why)
        return False

    def _workers_are(self, trouble: str, alive: int) -> None:
        for code in self._eras:
            health = self.node.health(code)
            if not trouble:
                self.node.notices.well(code, health, DEVICE)
            elif alive:
                self.node.notices.degraded(code, health, DEVICE, trouble)
            else:
                self.node.notices.faulty(code, health, DEVICE, Blind(trouble))


def by_name(image: Image) -> Image:
    """It is on the disk."""
    return image if not image.content else Image(name=name_of(image.content), kind=image.kind, content=b"")


async def _for_ever(work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception:
            log.exception("our own recognition failed; again in %.0f s", AGAIN_S)
        await asyncio.sleep(AGAIN_S)
