"""The node's line to the centre: answers down, facts and pictures up, status (docs/lane-protocol.md).

It is allowed to fail at any time and for as long as it likes: what goes up waits in the journal, what came
down stays in the book. The node opens every connection.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import httpx
import msgspec
from httpx_sse import SSEError, aconnect_sse

from cuakhauso.core.answer import Signed

from .book import NotBelieved
from .identity import Identity, Mine
from .journal import Item, Journal, JournalFault, plain
from .outgoing import as_sent

log = logging.getLogger(__name__)

SILENCE_S = 8.0  # beats come every 2 s
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 15.0
STATUS_EVERY_S = 10.0
OWED_AT_ONCE = 20
FAILURES = (httpx.HTTPError, SSEError, OSError, msgspec.MsgspecError, NotBelieved, JournalFault)


class Listener(Protocol):
    """Who takes in the centre's words: the node."""

    def measured(self, before: datetime, told: datetime, after: datetime) -> None:
        """The centre's clock was `told` between these two moments of ours."""

    def begin_stream(self, stream: UUID) -> None: ...

    def renew(self, identity: Identity) -> None:
        """The centre's keys, this node's lanes or the reasons for opening are others now."""

    def hear_centre(self, signed: Signed) -> None:
        """Raises `NotBelieved`."""


class Sent(msgspec.Struct, frozen=True):
    accepted: list[UUID]
    at: datetime
    refused: list[dict[str, str]] = []


class Revoked(Exception):
    """The centre does not know this node any more: it goes on alone, and says so."""


@dataclass(slots=True)
class Link:
    """`away_since` is when the centre was last lost; `revoked`: it does not want us any more."""

    identity: Identity
    journal: Journal
    listener: Listener
    now: Callable[[], datetime]
    status: Callable[[], dict[str, Any]]
    client: httpx.AsyncClient
    picture: Callable[[str], bytes | None] = field(default=lambda _: None)
    away_since: datetime | None = None
    revoked: bool = False
    refused: int = 0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _timed: bool = False

    @classmethod
    def client_for(cls, identity: Identity) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {identity.enrolled.token}"}
        timeout = httpx.Timeout(10.0, read=SILENCE_S)
        return httpx.AsyncClient(base_url=identity.centre, headers=headers, timeout=timeout)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._again(self._listen))
            group.create_task(self._again(self._send))
            group.create_task(self._again(self._report))

    def wake(self) -> None:
        """There is something to send."""
        self._wake.set()

    async def _again(self, work: Callable[[], Any]) -> None:
        """For ever; after a failure again, after a growing pause."""
        pause = FIRST_PAUSE_S
        while True:
            try:
                await work()
                pause = FIRST_PAUSE_S
            except (
                httpx.HTTPError,
                SSEError,
                OSError,
                msgspec.MsgspecError,
                NotBelieved,
                JournalFault,
            ) as error:
                log.warning("the line to the centre: %s", error or type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)
            except Revoked:
                self.revoked = True
                await asyncio.sleep(LONGEST_PAUSE_S)

    # Answers down.

    async def _listen(self) -> None:
        try:
            async with aconnect_sse(self.client, "GET", "/live/lanes/answers") as source:
                self._checked(source.response)
                async for event in source.aiter_sse():
                    if event.event == "begin":
                        await self._ask_who_we_are()
                        await self._stand()
                    self._hear(event.event, event.data)
                    self.away_since = None
        finally:
            self.away_since = self.away_since or self.now()

    async def _ask_who_we_are(self) -> None:
        """Once a stream has begun, before anything of it is believed: what changes from here on ends it.
        Asked any earlier, a change between the answer and the stream would be heard by nobody."""
        answer = await self.client.get("/api/v1/lanes/mine")
        self._checked(answer)
        renewed = self.identity.renewed(msgspec.json.decode(answer.content, type=Mine))
        if renewed != self.identity:
            self.listener.renew(renewed)
            self.identity = renewed  # only now: what could not be kept is tried again

    def _hear(self, name: str, data: str) -> None:
        if name == "begin":
            self.listener.begin_stream(UUID(str(msgspec.json.decode(data)["stream"])))
        elif name in ("answer", "gone", "beat"):
            self.listener.hear_centre(msgspec.json.decode(data, type=Signed))

    def _checked(self, answer: httpx.Response) -> None:
        if answer.status_code == 401:
            raise Revoked
        self.revoked = False
        answer.raise_for_status()

    # Facts up.

    async def _send(self) -> None:
        """All that waits, oldest first; then until something new does. Nothing goes before the centre's time
        is known: an item that was sent can be dated no more."""
        self._wake.clear()
        if not self._timed:
            await self._stand()
        while batch := self.journal.waiting():
            owing = await self._send_pictures(batch)
            sent = await self._post_facts(batch)
            known = {item.id for item in batch}
            refused = [(UUID(r["id"]), r.get("why", "")) for r in sent.refused]
            self.refused += len(refused)
            accepted = known & set(sent.accepted)
            with self.journal.step() as journal:
                journal.settle(accepted - owing, refused, accepted & owing)
        await self._send_owed()
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_PAUSE_S):  # wait_for of 3.11 may swallow being cancelled
                await self._wake.wait()

    async def _post_facts(self, batch: list[Item]) -> Sent:
        body = plain({"sent_at": self.now(), "items": [as_sent(item) for item in batch]}).encode()
        signature = self.identity.key.sign(body).hex()
        headers = {"Content-Type": "application/json", "X-Node-Signature": signature}
        answer = await self.client.post("/api/v1/lanes/facts", content=body, headers=headers)
        self._checked(answer)
        return msgspec.json.decode(answer.content, type=Sent)

    async def _send_pictures(self, batch: list[Item]) -> set[UUID]:
        """Before the facts that name them, each once. Whose pictures the centre has no room for is answered:
        the facts go all the same."""
        for name in _pictures_of(batch):
            if not await self._send_picture(name):
                return {item.id for item in batch if item.body.get("pictures")}
        return set()

    async def _send_picture(self, name: str) -> bool:
        """Whether the centre had room for it."""
        content = await asyncio.to_thread(self.picture, name)
        if content is None:
            return True
        answer = await self.client.put(
            f"/api/v1/lanes/pictures/{name}", content=content, headers={"Content-Type": "image/jpeg"}
        )
        if answer.status_code == httpx.codes.INSUFFICIENT_STORAGE:
            return False
        self._checked(answer)
        return True

    async def _send_owed(self) -> None:
        """Pictures that the centre had no room for, until it has none again; new facts come first."""
        while (batch := self.journal.owing(OWED_AT_ONCE)) and not self._wake.is_set():
            if await self._send_pictures(batch):
                return
            with self.journal.step() as journal:
                journal.settle(item.id for item in batch)

    # Status, and whose clock is right.

    async def _report(self) -> None:
        await self._stand()
        await asyncio.sleep(STATUS_EVERY_S)

    async def _stand(self) -> None:
        before = self.now()
        body = plain({"sent_at": before, **self.status()}).encode()
        headers = {"Content-Type": "application/json"}
        answer = await self.client.post("/api/v1/lanes/status", content=body, headers=headers)
        self._checked(answer)
        told = datetime.fromisoformat(str(answer.json()["at"])).astimezone(UTC)
        self.listener.measured(before, told, self.now())
        self._timed = True


def _pictures_of(batch: list[Item]) -> set[str]:
    return {picture["sha256"] for item in batch for picture in item.body.get("pictures", ())}
