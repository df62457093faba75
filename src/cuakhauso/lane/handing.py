"""From the spool to whoever waits for reads: oldest first, one at a time, each until it was taken.

At least once: the power may fail between the last word of the one who takes and the note in the spool. Only
then is a read with an id told twice, and who takes must bear it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from hashlib import sha256

from .cameras import Notice, Outcome, PushedCamera, unnoticed
from .contracts import Garbled, Read
from .kept import Entry, Pushed
from .spool import Apart, Spool

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
log = logging.getLogger(__name__)

Taker = Callable[[Read], Awaitable[None]]


class Handing:
    def __init__(
        self, spool: Spool, cameras: Mapping[str, PushedCamera], taker: Taker, notice: Notice = unnoticed
    ) -> None:
        self._spool, self._cameras, self._taker, self._notice = spool, cameras, taker, notice
        self._arrived = asyncio.Event()
        self._why: dict[str, str] = {}
        self._disk_failed = 0

    def arrived(self) -> None:
        self._arrived.set()

    async def run(self) -> None:
        """For ever; cancel it to stop. What is in hand then is taken up again at the next start."""
        while True:
            self._arrived.clear()
            await self.drain()
            await self._arrived.wait()

    async def drain(self) -> None:
        """All that waits now."""
        while entry := self._spool.oldest():
            try:
                await self._take_up(entry)
            except OSError as error:
                await self._disk(entry, error)

    async def _take_up(self, entry: Entry) -> None:
        if self._spool.is_too_old(entry):
            await self._apart(entry, Apart.TOO_OLD, "it waited too long", None)
        elif entry.tries >= self._spool.limits.tries:
            told = self._why.pop(entry.key, "it ended the process each time")
            await self._apart(entry, Apart.GARBLED, told, None)
        else:
            await self._make_sense(*await asyncio.to_thread(self._once_more, entry))
        self._disk_failed = 0

    def _once_more(self, entry: Entry) -> tuple[Entry, Pushed | None]:
        tried = self._spool.tried(entry, entry.tries + 1)
        return tried, self._spool.load(tried)

    async def _make_sense(self, entry: Entry, pushed: Pushed | None) -> None:
        if pushed is None:
            return await self._apart(entry, Apart.DAMAGED, "its file is not as it was written", None)
        if (device := self._cameras.get(pushed.source)) is None:
            return await self._apart(entry, Apart.UNKNOWN_SOURCE, pushed.source, None)
        try:
            entry, reads = await asyncio.to_thread(self._understood, entry, device, pushed)
        except Garbled as error:
            self._why[entry.key] = str(error)
            return device.went_wrong(Outcome.GARBLED, str(error))
        self._why.pop(entry.key, None)
        await self._hand_on(entry, device, reads)

    def _understood(
        self, entry: Entry, device: PushedCamera, pushed: Pushed
    ) -> tuple[Entry, tuple[Read, ...]]:
        reads = _named(_reads(device, pushed), pushed)
        return self._spool.tried(entry, 0), reads

    async def _hand_on(self, entry: Entry, device: PushedCamera, reads: tuple[Read, ...]) -> None:
        if not reads:
            device.counts[Outcome.NOTHING] += 1
        for read in reads:
            if self._spool.is_known(read.source, read.id):
                device.noted(Outcome.REPEATED, read.text)
            elif not await self._until_taken(entry, device, _in_order(device, read)):
                return await self._apart(entry, Apart.TOO_OLD, "nobody took it in time", device)
        await asyncio.to_thread(self._spool.done, entry, [(read.source, read.id) for read in reads])

    async def _until_taken(self, entry: Entry, device: PushedCamera, read: Read) -> bool:
        pause = FIRST_PAUSE
        while not self._spool.is_too_old(entry):
            try:
                await self._taker(read)
            except Exception as error:
                log.exception("a read of %s was not taken", read.source)
                device.went_wrong(Outcome.NOT_TAKEN, repr(error))
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                device.counts[Outcome.UNREAD if read.is_unread else Outcome.HANDED_ON] += 1
                return True
        return False

    async def _disk(self, entry: Entry, error: OSError) -> None:
        """The disk would not give a push that it has: again, and then without it."""
        self._disk_failed += 1
        log.warning("the spool's disk: %s", error)
        await asyncio.sleep(FIRST_PAUSE)
        if self._disk_failed >= self._spool.limits.tries and self._spool.oldest() == entry:
            await self._apart(entry, Apart.DAMAGED, str(error), None)

    async def _apart(self, entry: Entry, why: Apart, told: str, device: PushedCamera | None) -> None:
        log.warning("push %s set apart: %s (%s)", entry.key, told, why)
        if device:
            device.went_wrong(Outcome(why), told)
        elif why is not Apart.GARBLED:  # that was said of its camera at each try
            self._notice("", Outcome(why), told)
        await asyncio.to_thread(self._spool.set_apart, entry, why, told)


def _reads(device: PushedCamera, pushed: Pushed) -> tuple[Read, ...]:
    """Raises `Garbled`, for a mistake in the driver too: one push must not stop those behind it."""
    camera = device.camera
    try:
        return camera.push.parse(pushed.body, pushed.content_type, camera.mounting, pushed.received_at)
    except Garbled:
        raise
    except Exception as error:
        log.exception("the driver %s failed", camera.push.manifest.name)
        raise Garbled(f"the driver failed: {error!r}") from error


def _named(reads: tuple[Read, ...], pushed: Pushed) -> tuple[Read, ...]:
    """A body that bears its moment is the same push when it comes again, also of makers that give no id."""
    digest = sha256(pushed.body).hexdigest()
    return tuple(
        replace(read, id=f"sha256/{digest}/{n}") if read.said_at and not read.id else read
        for n, read in enumerate(reads)
    )


def _in_order(device: PushedCamera, read: Read) -> Read:
    """What comes after a younger one was overtaken on its way: it is late, whatever the camera says."""
    if device.is_in_order(read.said_at):
        return read
    device.counts[Outcome.OUT_OF_ORDER] += 1
    return replace(read, resent=True)
