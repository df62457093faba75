"""Answers down to one node: all of them at first, then whatever changes, and beats that prove that nothing
was lost. The protocol: `docs/lane-protocol.md`. Start at `answers_down`.

A beat is sent only when all is told that had committed by its `as_of`. What has just changed goes before what
is looked at again for any other reason, so that a hold never waits behind a thousand old answers.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from typing import TypeVar
from uuid import UUID

import msgspec
from django.db import Error, connection
from django.db.models import QuerySet
from psycopg_pool import PoolTimeout

from cuakhauso.core.answer import GENESIS, Beat, Gone, Signed, chained
from cuakhauso.core.words import CheckpointKind, Direction

from ..shared import store
from ..shared.stream import Event, hub
from . import answers, keys
from .answers import Point, Told
from .models import Node, OpeningReason

log = logging.getLogger(__name__)

BEAT_S = 2.0
AT_ONCE = 100  # looked at in one go; a hold waits for no more than this
AGAIN_S = 0.5  # after the database was away
REVOKED = "lane.node_revoked"
WHAT_A_LANE_IS = (
    "checkpoint", "direction", "code", "leads_to", "offline_minutes", "second_person", "weighs", "name",
    "name_zh", "name_en",
)  # fmt: skip
AWAY = (Error, PoolTimeout)
Result = TypeVar("Result")

# Looking reads the database and signs: in a thread of its own, not among the requests' nor the pages'.
_looking = ThreadPoolExecutor(1, thread_name_prefix="lanes")


@dataclass(frozen=True, slots=True)
class Listener:
    """The node at the other end, and what it was told: its lanes, and the reasons for opening. Where that
    changes its stream ends, and it asks again."""

    node: UUID
    gate: str
    lanes: tuple[tuple[object, ...], ...]
    reasons: tuple[tuple[object, ...], ...]

    @property
    def points(self) -> frozenset[Point]:
        """The checkpoints where it has a lane."""
        return frozenset(Point(CheckpointKind(str(at)), Direction(str(way))) for at, way, *_ in self.lanes)


@dataclass
class Work:
    """Which crossings are to be looked at: those that changed, and behind them the rest."""

    listener: Listener
    changed: dict[UUID, None] = field(default_factory=dict)
    rest: dict[UUID, None] = field(default_factory=dict)
    everything: bool = True
    ended: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def heard(self, event: Event) -> None:
        told = event.payload
        if event.is_refresh:
            self.everything = True
        elif event.name == REVOKED:
            self.ended = self.ended or told.get("node") == str(self.listener.node)
        elif event.name == "crossing.changed" and told.get("gate") == self.listener.gate:
            self.changed[UUID(told["crossing"])] = None
        else:
            return
        self.wake.set()

    @property
    def is_done(self) -> bool:
        return not (self.changed or self.rest or self.everything)

    def take(self) -> list[UUID]:
        """The next ones: all that changed, and no more of the rest than is looked at quickly."""
        taken = list(self.changed)[:AT_ONCE]
        taken += [one for one in list(self.rest)[: AT_ONCE - len(taken)] if one not in self.changed]
        for one in taken:
            self.changed.pop(one, None)
            self.rest.pop(one, None)
        return taken

    def put_back(self, crossings: Iterable[UUID]) -> None:
        self.rest.update(dict.fromkeys(crossings))


@dataclass
class Conversation:
    """What this node has been told on this stream, and the chain over it."""

    listener: Listener
    stream: UUID = field(default_factory=uuid.uuid4)
    count: int = 0
    chain: bytes = GENESIS
    said: dict[UUID, dict[Point, Told]] = field(default_factory=dict)
    edges: list[tuple[datetime, UUID]] = field(default_factory=list)

    def tell(self, crossings: Sequence[UUID], now: dict[UUID, tuple[Told, ...]]) -> list[bytes]:
        """What is new to the node about these crossings."""
        frames = []
        for crossing in crossings:
            before = self.said.get(crossing, {})
            after = {one.point: one for one in now.get(crossing, ()) if one.point in self.listener.points}
            for point, one in after.items():
                if point not in before or before[point].mark != one.mark:
                    frames.append(self._linked("answer", one.signed))
            frames += [self._gone(crossing, point) for point in before if point not in after]
            self._remember(crossing, after)
        return frames

    def _remember(self, crossing: UUID, after: dict[Point, Told]) -> None:
        before = self._ends_of(crossing)
        if after:
            self.said[crossing] = after
        else:
            self.said.pop(crossing, None)
        for moment in self._ends_of(crossing) - before:
            heappush(self.edges, (moment, crossing))

    def _ends_of(self, crossing: UUID) -> set[datetime]:
        return {one.ends for one in self.said.get(crossing, {}).values() if one.ends is not None}

    def _gone(self, crossing: UUID, point: Point) -> bytes:
        checkpoint, direction = point
        gone = Gone(crossing=crossing, checkpoint=checkpoint, direction=direction, as_of=store.now())
        return self._linked("gone", keys.sign(gone))

    def _linked(self, name: str, signed: Signed) -> bytes:
        self.count += 1
        self.chain = chained(self.chain, signed)
        return frame(name, msgspec.json.encode(signed))

    def beat(self, as_of: datetime) -> bytes:
        said = Beat(
            node=self.listener.node, stream=self.stream, count=self.count, chain=self.chain.hex(), as_of=as_of
        )
        return frame("beat", msgspec.json.encode(keys.sign(said)))

    def due(self, at: datetime) -> list[UUID]:
        """Crossings of which time alone has changed an answer."""
        found = []
        while self.edges and self.edges[0][0] <= at:
            found.append(heappop(self.edges)[1])
        return [crossing for crossing in found if any(end <= at for end in self._ends_of(crossing))]

    def next_edge(self) -> datetime | None:
        """When that will be the case next, at the earliest."""
        return self.edges[0][0] if self.edges else None


def frame(name: str, body: bytes) -> bytes:
    """One event. JSON holds no line ends but these three, which some readers of streams take for such."""
    text = body.decode()
    for sign in ("\x85", "\u2028", "\u2029"):
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f"event: {name}\ndata: {text}\n\n".encode()


def listener_of(nodes: QuerySet[Node]) -> Listener | None:
    """The one node among these, if it is let in."""
    node = nodes.filter(revoked_at=None, token__revoked_at=None).first()
    if node is None:
        return None
    lanes = node.lanes.order_by("pk").values_list(*WHAT_A_LANE_IS)
    return Listener(node.pk, node.gate_id, tuple(lanes), tuple(OpeningReason.objects.values_list()))


# --- the stream ------------------------------------------------------------------------------------


async def answers_down(listener: Listener) -> AsyncIterator[bytes]:
    """Everything that this node has to know, for as long as it listens and is not revoked."""
    work, told = Work(listener), Conversation(listener)
    try:
        with hub.overhearing(work.heard):
            yield frame("begin", json.dumps({"stream": str(told.stream)}).encode())
            async for one in _conversation(work, told):
                yield one
    finally:
        _looking.submit(_done_looking)


async def _conversation(work: Work, told: Conversation) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    beaten, seen = 0.0, None
    while not work.ended:
        try:
            frames = await _looked(work, told)
            for one in frames:
                yield one
            if not work.is_done:
                continue
            if frames or loop.time() - beaten >= BEAT_S:
                known, seen = seen, await _in_thread(_pulse, work.listener)
                work.ended = work.ended or seen is None
                work.everything = work.everything or known not in (None, seen)
                # Taken in this order: what committed before `as_of` is in `work` by now, or was told.
                as_of = hub.as_of if hub.listening else None
                if as_of is not None and work.is_done and not work.ended:
                    yield told.beat(as_of)
                    beaten = loop.time()
        except AWAY as error:
            log.warning("a lane's answers wait for the database: %s", error)
            work.everything = True
            await asyncio.sleep(AGAIN_S)
        await _wait(work, told, beaten + BEAT_S - loop.time())


async def _looked(work: Work, told: Conversation) -> list[bytes]:
    """One look at what is to be looked at next; what is new of it."""
    if work.everything:
        work.everything = False
        work.put_back([*told.said, *await _in_thread(answers.living, work.listener.gate)])
    work.put_back(told.due(store.now()))
    batch = work.take()
    if not batch:
        return []
    try:
        return told.tell(batch, await _in_thread(answers.told, work.listener.gate, batch))
    except AWAY:
        work.put_back(batch)
        raise


async def _wait(work: Work, told: Conversation, beat_in: float) -> None:
    """Until something happens, the next beat is due, or time alone changes an answer."""
    work.wake.clear()
    if work.ended or not work.is_done:
        return
    edge = told.next_edge()
    edge_in = (edge - store.now()).total_seconds() if edge else beat_in
    try:
        await asyncio.wait_for(work.wake.wait(), max(0.01, min(beat_in, edge_in)))
    except TimeoutError:
        return


def _pulse(listener: Listener) -> tuple[object, ...] | None:
    """What all answers rest on beside facts; none for a node that is no longer let in, or has other lanes."""
    if listener_of(Node.objects.filter(pk=listener.node)) != listener:
        return None
    now = answers.moment(listener.gate)
    full = frozenset(yard for yard, free in now.ref.free_bays.items() if free <= 0)
    return (now.ref.version, now.day, full)


async def _in_thread(look: Callable[..., Result], *given: object) -> Result:
    return await asyncio.get_running_loop().run_in_executor(_looking, _safely, look, given)


def _done_looking() -> None:
    connection.close()  # the looking thread's own, back to the pool


def _safely(look: Callable[..., Result], given: tuple[object, ...]) -> Result:
    try:
        return look(*given)
    except AWAY:
        connection.close()  # the database may have gone away; the next look asks for a new one
        raise
