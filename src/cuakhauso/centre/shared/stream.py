"""Live pages: what has just happened, sent to every open page that shows it, without a reload.

PostgreSQL announces each event when it commits (see `models.OutboxEvent`). One connection of this process
listens; a `Picture` is a piece of a page as many pages show it, drawn once after an event and sent to all
of them. Start at `Hub.show`. While nobody listens to the database no sign of life is sent, so that the
page's live dot tells the truth. Whoever needs the events themselves takes them by `Hub.overhearing`.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from functools import partial
from typing import Any

import psycopg
from django.db import Error, connection, connections
from django.http import StreamingHttpResponse

log = logging.getLogger(__name__)

CHANNEL = "events"
BEAT_S = 5.0  # the page's dot owns up after 10 s without one
PROBE_S = 2.0  # how often we make sure; a connection that died silently is noticed after twice this
BETWEEN_DRAWS_S = 0.1  # a burst of events is drawn once
SOON_S = 0.2
BY_THE_CLOCK_S = 60.0  # opening hours change answers without any event
PAGE_LIFE_S = 15 * 60.0  # then the page comes back, and its sign-in and roles are looked at again
LONGEST_PAUSE_S = 5.0


class Touch(IntEnum):
    """What an event means to a picture: nothing, or that it must be drawn again, soon or now."""

    NOT = 0
    SOON = 1
    NOW = 2


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the outbox. `refresh` means that events may have been missed."""

    id: int
    name: str
    payload: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "Event":
        told = json.loads(text)
        return cls(int(told["id"]), str(told["name"]), told["payload"])

    @property
    def is_refresh(self) -> bool:
        return self.name == "refresh"


REFRESH = Event(0, "refresh")
Draw = Callable[[], str]
Touched = Callable[[Event], Touch]

# Drawing reads the database, so it happens in a thread of its own with a connection of its own, not among
# the requests'. One thread: drawing is mostly Python, and two would only take turns.
_drawing = ThreadPoolExecutor(1, thread_name_prefix="draw")


def _drawn(draw: Draw) -> str:
    try:
        return draw()
    except Error:
        connection.close()  # the database may have gone away; the next drawing asks for a new one
        raise


def _done_drawing() -> None:
    connection.close()  # the drawing thread's own, back to the pool


def mark_of(html: str) -> str:
    """Tells two drawings apart; a page says which one it shows already."""
    return hashlib.blake2s(html.encode(), digest_size=8).hexdigest()


def frame(name: str, text: str) -> bytes:
    """One event as the browser's EventSource reads it."""
    lines = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    return f"event: {name}\n{lines}\n".encode()


class Picture:
    """A piece of a page, shown by many pages alike. Drawn after what touches it, once for all of them."""

    def __init__(
        self, name: str, draw: Draw, touched: Touched, by_the_clock_s: float = BY_THE_CLOCK_S
    ) -> None:
        self.name, self.draw, self.touched, self.by_the_clock_s = name, draw, touched, by_the_clock_s
        self.viewers = 0
        self.version = 0
        self.mark = ""
        self.frame = b""
        self._due: float | None = None
        self._wake = asyncio.Event()
        self._next: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._drawn_at = 0.0
        self._keeping = asyncio.create_task(self._keep())

    def heard(self, event: Event) -> None:
        touch = Touch.NOW if event.is_refresh else self.touched(event)
        if touch is not Touch.NOT:
            self._ask(0.0 if touch is Touch.NOW else SOON_S)

    def _ask(self, within: float) -> None:
        due = asyncio.get_running_loop().time() + within
        if self._due is None or due < self._due:
            self._due = due
            self._wake.set()

    async def _keep(self) -> None:
        """Draws at first, after what touches it, and now and then by the clock."""
        loop = asyncio.get_running_loop()
        self._due = loop.time()
        while True:
            await self._until_due(loop)
            self._due, self._drawn_at = None, loop.time()
            try:
                html = await loop.run_in_executor(_drawing, _drawn, self.draw)
            except Exception:
                log.exception("a live picture could not be drawn: %s", self.name)
                self._ask(SOON_S)
                continue
            self._publish(html)

    async def _until_due(self, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            earliest = self._drawn_at + BETWEEN_DRAWS_S if self._drawn_at else 0.0
            due = max(self._due, earliest) if self._due is not None else self._drawn_at + self.by_the_clock_s
            wait = due - loop.time()
            if wait <= 0:
                return
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), wait)
            except TimeoutError:
                return

    def _publish(self, html: str) -> None:
        mark = mark_of(html)
        if mark != self.mark:
            self.mark, self.frame = mark, frame(self.name, html)
            self.version += 1
        waiting, self._next = self._next, asyncio.get_running_loop().create_future()
        waiting.set_result(None)

    async def after(self, version: int, patience: float) -> bool:
        """Whether there is a drawing newer than `version`, waiting for one as long as `patience`."""
        end = asyncio.get_running_loop().time() + patience
        while self.version <= version:
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            await asyncio.wait({self._next}, timeout=left)
        return True

    def stop(self) -> None:
        self._keeping.cancel()


class Hub:
    """This process's one listening connection, and the pictures that its pages look at.

    Whatever committed before `as_of` has been told.
    """

    def __init__(self) -> None:
        self.listening = False
        self.as_of: datetime | None = None
        self._pictures: dict[Hashable, Picture] = {}
        self._hearers: list[Callable[[Event], None]] = []
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def show(
        self, key: Hashable, name: str, draw: Draw, touched: Touched, *, seen: str = "",
        by_the_clock_s: float = BY_THE_CLOCK_S,
    ) -> AsyncIterator[bytes]:  # fmt: skip
        """What to send to one page: the picture whenever it differs from what the page shows (`seen`),
        and a beat with our time between. Pages with equal keys share one picture."""
        picture = self._look_at(key, partial(Picture, name, draw, touched, by_the_clock_s))
        end = asyncio.get_running_loop().time() + PAGE_LIFE_S
        version = 0
        try:
            yield b"retry: 1000\n\n"
            while asyncio.get_running_loop().time() < end:
                if picture.version > version:
                    version = picture.version
                    if picture.mark != seen:
                        yield picture.frame
                    seen = picture.mark
                if self.listening:
                    yield frame("beat", datetime.now(UTC).isoformat(timespec="milliseconds"))
                await picture.after(version, BEAT_S if self.listening else 0.2)
        finally:
            self._look_away(key, picture)

    @contextmanager
    def overhearing(self, heard: Callable[[Event], None]) -> Iterator[None]:
        """As long as it lasts every event is told to `heard`, in the order in which they committed."""
        self._start()
        self._hearers.append(heard)
        try:
            yield
        finally:
            if heard in self._hearers:
                self._hearers.remove(heard)
            self._rest()

    def _look_at(self, key: Hashable, make: Callable[[], Picture]) -> Picture:
        self._start()
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = make()
        picture.viewers += 1
        return picture

    def _look_away(self, key: Hashable, picture: Picture) -> None:
        picture.viewers -= 1
        if picture.viewers == 0:
            picture.stop()
            if self._pictures.get(key) is picture:
                del self._pictures[key]
        self._rest()

    def _rest(self) -> None:
        if not self._pictures and not self._hearers and self._task is not None:
            self._task.cancel()
            self._task, self.listening = None, False
            _drawing.submit(_done_drawing)

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._pictures, self._hearers, self._task = {}, [], None
            self._loop, self.listening = loop, False
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        """Listens, and comes back by itself when the database went away."""
        pause = 0.1
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_address(), autocommit=True) as heard:
                    asked = datetime.now(UTC)
                    await heard.execute(f"LISTEN {CHANNEL}")
                    self.listening, self.as_of, pause = True, asked, 0.1
                    self._tell(REFRESH)
                    await self._hear(heard)
            except (psycopg.Error, OSError, TimeoutError) as error:
                log.warning("not listening to the database: %s", error)
            self.listening = False
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _hear(self, heard: "psycopg.AsyncConnection[Any]") -> None:
        while True:
            await self._pass_on(heard, PROBE_S)
            asked = datetime.now(UTC)
            async with asyncio.timeout(PROBE_S):
                await heard.execute("SELECT 1")
            await self._pass_on(heard, 0)  # its answer came behind all that had committed before
            self.as_of = asked

    async def _pass_on(self, heard: "psycopg.AsyncConnection[Any]", patience: float) -> None:
        async for notice in heard.notifies(timeout=patience):
            self._tell(Event.read(notice.payload))

    def _tell(self, event: Event) -> None:
        for picture in list(self._pictures.values()):
            picture.heard(event)
        for hearer in list(self._hearers):
            hearer(event)


def _address() -> dict[str, Any]:
    """The database's address as Django knows it, without what is Django's own."""
    told = connections["default"].settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {ours: told[theirs] for ours, theirs in names.items() if told.get(theirs)}
    options = {k: v for k, v in told.get("OPTIONS", {}).items() if k != "pool"}
    return {**options, **given, "connect_timeout": 5}


hub = Hub()


def answer(frames: AsyncIterator[bytes]) -> StreamingHttpResponse:
    """The response that stays open."""
    response = StreamingHttpResponse(frames, content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response
