"""A node at work: devices are heard, the engine thinks, what it wants is done, the centre is told.

One event loop. The engine's steps are short and never wait for a device; what waits for devices runs beside
them and comes back as an event.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from cuakhauso.core.answer import Signed

from . import words as w
from .clock import Clock
from .contracts import Asked, DeviceFault, Inputs, Output, Read, Reader, Scale
from .engine import Engine, Post
from .health import Devices, DeviceState
from .identity import Identity
from .journal import JournalFault
from .link import Link
from .notices import Notices
from .people import Persons
from .pictures import NotKept, PictureError, Pictures, name_of
from .reckoning import Figure, as_sent
from .scale_health import told as how_it_is
from .sentences import Said
from .showing import Shown
from .signs import taken
from .weighing import Accepted
from .weighing import heard as weighed
from .words import NoteKind, Why
from .works import Fitted, Work, devices_of, work_of

log = logging.getLogger(__name__)

T = TypeVar("T")
TICK = timedelta(milliseconds=500)
SILENT_AFTER = timedelta(seconds=2)
AGAIN_S = 2.0
PICTURE_WITHIN_S = 3.0
HANGS_AFTER_S = 15.0  # longer than any driver of contacts waits, one request after the other
ALL = 10**9


class Node:
    def __init__(
        self,
        engine: Engine,
        fitted: Mapping[str, Fitted],
        pictures: Pictures,
        *,
        say: Callable[[w.Show], tuple[str, ...]],
        persons: Persons | None = None,
        keep_for: timedelta = timedelta(days=30),
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.engine, self.pictures, self.say = engine, pictures, say
        self.persons, self.keep_for = persons or Persons({}), keep_for
        self.keep: Callable[[Identity], None] = lambda _: None
        self.posts_of: Callable[[Identity], Iterable[Post]] = lambda _: self.engine.posts.values()
        self.is_known: Callable[[str, str], bool] = lambda *_: False
        self.accuracy: Callable[[str], list[Figure]] = lambda _: []
        self.pictured: Callable[[str, Read], None] = lambda *_: None
        self.now = clock or Clock().now
        self.link: Link | None = None
        self.notices = Notices(engine.write, self.now)
        self.works = {code: work_of(code, lane, self.notices) for code, lane in fitted.items()}
        self.changed = asyncio.Event()
        self._doing: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled. A device's loop that fails begins again; the node goes on."""
        async with asyncio.TaskGroup() as group:
            for code, work in self.works.items():
                group.create_task(self._watch(code, work))
                for name, reader in work.fitted.readers.items():
                    group.create_task(self._read(code, work, name, reader))
                if work.fitted.scale is not None:
                    group.create_task(self._weigh(code, work, work.fitted.scale))
            if self.link is not None:
                group.create_task(self.link.run())
            group.create_task(self._tidy())

    async def close(self) -> None:
        for task in self._doing:
            task.cancel()
        for work in self.works.values():
            if work.showing is not None:
                await work.showing.close()
            for device in devices_of(work.fitted):
                with suppress(DeviceFault, OSError):
                    await device.close()

    # What the engine wants.

    def hear(self, code: str, event: w.Event) -> None:
        """One step, and what follows from it. Never waits."""
        for effect in self.engine.hear(code, event):
            self._do(code, effect)
        if self.link is not None:
            self.link.wake()
        self.changed.set()

    def _do(self, code: str, effect: w.Effect) -> None:
        work = self.works[code]
        match effect:
            case w.Pulse():
                self._beside(self._pulse(code, work, effect.output))
            case w.Lights():
                self._beside(self._light(work, effect.green))
            case w.Show():
                self._beside(self._show(code, work, effect))
            case w.TakePicture():
                self._beside(self._photograph(code, work, effect.why))
            case w.LookAgain():
                self._beside(self._look_again(code, work))
            case w.Note():
                pass

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)

    async def _pulse(self, code: str, work: Work, output: Output) -> None:
        fault = ""
        try:
            await work.fitted.contacts.pulse(output)
        except DeviceFault as error:
            fault = error.code
            self.notices.faulty(code, work.devices, "contacts", error)
        self.hear(code, w.Answered(self.now(), output, fault))

    async def _light(self, work: Work, green: bool) -> None:
        """The newest wish counts; what the module did not take is wished again with the next poll."""
        work.green = green
        with suppress(DeviceFault):
            await work.fitted.contacts.switch(Output.RED, not green)
            await work.fitted.contacts.switch(Output.GREEN, green)

    async def _show(self, code: str, work: Work, show: w.Show) -> None:
        sign, work.shown = work.fitted.sign, None
        if sign is None:
            return
        try:
            work.shown = await taken(sign, show, self.say)
            self.notices.well(code, work.devices, "sign")
        except DeviceFault as error:
            self.notices.faulty(code, work.devices, "sign", error)
            with suppress(DeviceFault):
                await sign.show(())  # dark, rather than an old "go" before the next vehicle

    async def _photograph(self, code: str, work: Work, why: Why) -> None:
        content = await self.snapshot(code)
        if content is None:
            return
        with suppress(PictureError, OSError, JournalFault):
            name = await asyncio.to_thread(self.pictures.put, content)
            told = {"command": "picture", "state": "observed", "why": why}
            picture = {"sha256": name, "kind": "scene"}
            note = w.Note(NoteKind.COMMAND, self.now(), {**told, "pictures": [picture]})
            self.engine.write(code, note)

    async def _look_again(self, code: str, work: Work) -> None:
        devices = {**work.fitted.readers, **work.fitted.cameras}
        await asyncio.gather(*(self._look(code, work, name, one) for name, one in devices.items()))

    async def _look(self, code: str, work: Work, name: str, device: Reader | Asked) -> None:
        try:
            reads = await device.look()
        except DeviceFault as error:
            if self.notices.faulty(code, work.devices, name, error):
                log.warning("%s: %s: told to look: %s", code, name, error or error.code)
            return
        for read in reads:
            # Some answer with what they read last: the vehicle before this one, which they have told already.
            if not self.is_known(read.source, read.id):
                await self.take(code, read)

    # What devices say.

    async def _watch(self, code: str, work: Work) -> None:
        """The contacts, many times a second. What changed is told at once, the rest twice a second."""
        while not _is_cancelled():
            began = time.monotonic()
            try:
                inputs = await work.fitted.contacts.read()
            except DeviceFault as error:
                self._unheard(code, work, error)
            else:
                self._heard(code, work, inputs)
            work.went_round = time.monotonic()
            await asyncio.sleep(max(0.0, work.fitted.poll_s - (time.monotonic() - began)))

    def _heard(self, code: str, work: Work, inputs: Inputs) -> None:
        now = self.now()
        self.notices.well(code, work.devices, "contacts")
        work.heard_at, was = now, work.inputs
        due = work.told_at is None or now - work.told_at >= TICK
        if work.silent or due or was is None or was.on != inputs.on:
            work.inputs, work.told_at, work.silent = inputs, now, False
            self.hear(code, w.Sensed(now, inputs))

    def _unheard(self, code: str, work: Work, error: DeviceFault) -> None:
        now = self.now()
        if self.notices.faulty(code, work.devices, "contacts", error):
            log.warning("%s: contacts: %s", code, error or error.code)
        if not work.silent and (work.heard_at is None or now - work.heard_at >= SILENT_AFTER):
            work.silent, work.inputs = True, None
            self.hear(code, w.Silent(now))

    async def _read(self, code: str, work: Work, name: str, reader: Reader) -> None:
        async for read in self._for_ever(code, work, name, reader.reads):
            self.notices.well(code, work.devices, name)
            if unkept := await self.take(code, read):
                self.notices.degraded(code, work.devices, name, unkept)

    async def take(self, code: str, read: Read, at: datetime | None = None) -> str:
        """A read of this lane, from a reader or pushed; `at` where it was heard before now, by this clock. It
        is thought about first; its pictures, known by the hash of their content, are on disk when this
        returns, or else it says by a code why not all are. One without content is there by its name."""
        fresh = [image for image in read.images if image.content]
        named = [
            replace(image, name=name_of(image.content), content=b"") if image.content else image
            for image in read.images
        ]
        now = self.now()
        self.pictured(code, read)
        self.hear(code, w.Heard(now, replace(read, at=min(at or now, now), images=tuple(named))))
        unkept = ""
        for image in fresh:
            try:
                await asyncio.to_thread(self.pictures.put, image.content)
            except (PictureError, OSError) as error:
                unkept = error.code if isinstance(error, PictureError) else NotKept.code
        return unkept

    async def _weigh(self, code: str, work: Work, scale: Scale) -> None:
        rule = work.fitted.rule
        async for weight in self._for_ever(code, work, "scale", scale.weights):
            if rule is None:
                continue
            now = self.now()
            work.weighing, found = weighed(work.weighing, weight, at=now, inputs=work.inputs, rule=rule)
            waits = self.engine.posts[code].settings.weigh
            work.hindrance = work.hindrance.after(found, now)
            how_it_is(self.notices, code, work.devices, work.hindrance, waits)
            if isinstance(found, Accepted):
                self.hear(code, w.Weighed(now, found.weight))

    async def _for_ever(
        self, code: str, work: Work, name: str, listen: Callable[[], AsyncIterator[T]]
    ) -> AsyncIterator[T]:
        while True:
            try:
                async for one in listen():
                    yield one
            except DeviceFault as error:
                if self.notices.faulty(code, work.devices, name, error):
                    log.warning("%s: %s", name, error or error.code)
            await asyncio.sleep(AGAIN_S)

    # What the centre says.

    def measured(self, before: datetime, told: datetime, after: datetime) -> None:
        self.engine.measured(before, told, after)

    def begin_stream(self, stream: UUID) -> None:
        self.engine.begin_stream(stream)

    def renew(self, identity: Identity) -> None:
        """Keys, reasons and what the lanes are: taken at once, then kept for the next start. Raises `OSError`
        where they cannot be kept."""
        self.engine.book.keys = identity.centre_keys
        self.engine.reasons = reasons_of(identity) or self.engine.reasons
        self.engine.stand(self.posts_of(identity))
        self.changed.set()
        self.keep(identity)

    def hear_centre(self, signed: Signed) -> None:
        for code, effects in self.engine.hear_centre(signed, self.now()).items():
            for effect in effects:
                self._do(code, effect)
        self.changed.set()

    # What people see and do.

    @property
    def lanes(self) -> list[str]:
        return list(self.works)

    def devices(self, code: str) -> list[DeviceState]:
        return list(self.works[code].devices.states.values())

    def health(self, code: str) -> Devices:
        return self.works[code].devices

    def shown(self, code: str) -> w.Show | None:
        """What the sign took last; none where it took nothing."""
        return self.works[code].shown

    def hanging(self) -> list[str]:
        """Lanes whose contacts are neither heard nor found silent: not begun, or stuck in a device."""
        since = time.monotonic() - HANGS_AFTER_S
        rounds = {code: work.went_round for code, work in self.works.items()}
        return [code for code, went_round in rounds.items() if went_round is None or went_round < since]

    def in_short(self) -> str:
        items, _ = self.engine.journal.depth()
        lanes = ", ".join(f"{code} {lane.phase}" for code, lane in self.engine.lanes.items())
        return f"{lanes}; {items} waiting for the centre"

    async def tell(self, code: str, told: w.Told) -> Why | None:
        """What speaks against it, or None once it is under way."""
        self.hear(code, told)
        return Why.CANNOT_WRITE if self.engine.fault else self.engine.refusal

    async def snapshot(self, code: str) -> bytes | None:
        view = self.works[code].fitted.view
        if view is None:
            return None
        try:
            async with asyncio.timeout(PICTURE_WITHIN_S):
                content = await view.snapshot()
        except (DeviceFault, TimeoutError) as error:
            fault = error if isinstance(error, DeviceFault) else DeviceFault("too late")
            self.notices.faulty(code, self.works[code].devices, "view", fault)
            return None
        self.notices.well(code, self.works[code].devices, "view")
        return content

    async def look(self, code: str, number: int) -> Shown | None:
        """The live picture that follows `number`, for a page; none where there is none that is fresh."""
        showing = self.works[code].showing
        return await showing.after(number) if showing is not None else None

    def picture(self, name: str) -> bytes | None:
        """What is still here of it; what is damaged or gone is not sent."""
        try:
            return self.pictures.get(name)
        except PictureError as error:
            log.warning("picture %s: %s", name, error)
            return None

    def kept(self, name: str) -> bytes | None:
        """A picture for a page, which may ask before it is there."""
        return self.picture(name) if name in self.pictures else None

    def status(self) -> dict[str, Any]:
        """For the platform's page of lanes (docs/lane-protocol.md)."""
        items, oldest = self.engine.journal.depth()
        count = sum(len(index.by_crossing) for index in self.engine.book.indexes.values())
        return {
            "lanes": [
                {"code": code, "phase": lane.phase, "since": lane.since, "devices": self.devices(code)}
                | {"accuracy": as_sent(self.accuracy(code))}
                for code, lane in self.engine.lanes.items()
            ],
            "waiting": {"items": items, "oldest": oldest},
            "answers": {"count": count, "as_of": self.engine.book.as_of},
        }

    async def _tidy(self, every_s: float = 600.0) -> None:
        """What the centre has had for long goes; what it has not, never."""
        while True:
            with suppress(OSError, JournalFault):
                self.engine.forget(self.now() - self.keep_for)
                waiting = self.engine.journal.waiting(ALL) + self.engine.journal.owing(ALL)
                unsent = {p["sha256"] for item in waiting for p in item.body.get("pictures", ())}
                await asyncio.to_thread(self.pictures.tidy, unsent, self.now())
            await asyncio.sleep(every_s)


def _is_cancelled() -> bool:
    """A library below a driver may swallow it: `asyncio.wait_for` of Python 3.11, which pymodbus waits with,
    does when the answer comes in the same moment. One stop in twelve did not end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def reasons_of(identity: Identity) -> dict[str, Said]:
    """As the platform words them; a language that it leaves out is told in Vietnamese."""
    found = {}
    for one in identity.enrolled.reasons:
        vi = one.words.get("vi") or one.code
        found[one.code] = Said(vi, one.words.get("en") or vi, one.words.get("zh-hans") or vi)
    return found
