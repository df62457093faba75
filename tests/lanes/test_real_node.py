"""A real node and the real platform: enrolled with a code, answers over the live stream, facts taken in.

The node's engine, journal and line to the centre are the real ones; only the barrier is a world with its own
clock (`sim.gate`), so that vehicles pass as fast as the test can follow.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import msgspec
import pytest
import uvicorn
from asgiref.sync import sync_to_async
from django.db import connections

from cuakhauso.centre.crossings import actions
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.lanes.models import LaneItem
from cuakhauso.centre.shared import store
from cuakhauso.core.words import Direction, Place
from cuakhauso.lane import identity as who
from cuakhauso.lane.engine import Engine, Post
from cuakhauso.lane.journal import Journal
from cuakhauso.lane.link import Link
from cuakhauso.lane.node import Clock, Fitted, Node
from cuakhauso.lane.pictures import Pictures
from cuakhauso.lane.words import Settings

from ..centre.builders import Gate, declare, officer
from ..pages_officer.conftest import opened_all_day
from .nodes import a_code, board

LANE = "CKHN-B1-OUT"
pytestmark = pytest.mark.slow


@pytest.fixture
def gate(transactional_db: None) -> Iterator[None]:
    yield from opened_all_day()


@pytest.fixture
def server(gate: None) -> Iterator[str]:
    from cuakhauso.centre.config.asgi import application

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serving = uvicorn.Server(
        uvicorn.Config(application, port=port, lifespan="off", log_level="error", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    while not serving.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    serving.should_exit = True
    thread.join(10)
    connections.close_all()


class Still:
    """Contacts of a lane on which nothing moves: what the engine wants is seen in the journal."""

    manifest = None

    async def read(self):
        from cuakhauso.sim.gate import World

        return World(datetime.now(UTC)).inputs

    async def pulse(self, output) -> None:
        pass

    async def switch(self, output, on) -> None:
        pass

    async def check(self) -> str:
        return "still"

    def diagnostics(self) -> dict:
        return {}

    async def close(self) -> None:
        pass


def a_node(identity: who.Identity, folder: Path) -> Node:
    given = identity.lane(LANE)
    assert given is not None
    settings = Settings(code=LANE, leads_to=given.leads_to)
    post = Post(LANE, given.checkpoint, given.direction, settings, timedelta(minutes=given.offline_minutes))
    clock = Clock()
    engine = Engine.begin(
        Journal(folder / "journal.sqlite"), identity.enrolled.node, identity.centre_keys, [post]
    )
    node = Node(engine, {LANE: Fitted(Still())}, Pictures(folder / "p"), say=lambda _: (), clock=clock.now)
    rest = {"spool": {"items": 0, "oldest": None}, "config": {"sha256": "", "summary": "x"}}
    client = Link.client_for(identity)
    node.link = Link(
        identity, engine.journal, node, clock.now, lambda: {**node.status(), **rest}, client, node.picture
    )
    return node


async def until(so, within: float = 10.0) -> None:
    async with asyncio.timeout(within):
        while not so():
            await asyncio.sleep(0.02)


async def elsewhere(act, *words, **more) -> None:
    """Somebody does something on the platform, in a thread with a connection of its own."""

    def done() -> None:
        try:
            act(*words, **more)
        finally:
            connections.close_all()

    await sync_to_async(done, thread_sensitive=False)()


def an_export_ready_for_b1() -> UUID:
    truck = declare()
    Gate(truck.crossing_id).confirm("registration_accepted", "customs")
    return truck.crossing_id


def live(server: str, folder: Path, story, *, old_keys: bool = False) -> None:
    with httpx.Client() as client:
        identity = who.enrol(client, server, a_code("CKHN", LANE), "Nút thử", "test")
    if old_keys:
        enrolled = msgspec.structs.replace(identity.enrolled, keys=[])
        identity = msgspec.structs.replace(identity, enrolled=enrolled)
    who.save(folder, identity)
    assert who.load(folder) == identity

    async def told() -> None:
        node = a_node(identity, folder)
        node.keep = lambda renewed: who.save(folder, renewed)
        running = asyncio.create_task(node.run())
        try:
            await story(node)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            assert node.link is not None
            await node.link.client.aclose()
            node.engine.journal.close()

    asyncio.run(told())


def answer_of(node: Node, crossing: UUID):
    [index] = node.engine.book.indexes.values() or [None]
    return index.by_crossing.get(crossing) if index else None


def test_what_the_platform_permits_is_permitted_at_the_lane_and_a_hold_takes_it_away(server, tmp_path):
    crossing = an_export_ready_for_b1()
    said = Said(by=officer("border_guard"), note="nghi vấn")

    async def story(node: Node) -> None:
        await until(lambda: answer_of(node, crossing) is not None)
        assert answer_of(node, crossing).permits
        began = time.monotonic()
        await elsewhere(actions.hold, crossing, "papers", said)
        await until(lambda: not answer_of(node, crossing).permits, within=2)
        assert time.monotonic() - began < 2
        [because] = answer_of(node, crossing).against
        assert because.code == "hold_live"
        assert set(because.words) == {"vi", "zh-hans", "en"}

    live(server, tmp_path, story)


def test_a_passage_at_the_lane_is_a_passage_on_the_platform_once(server, tmp_path):
    crossing = an_export_ready_for_b1()

    async def story(node: Node) -> None:
        from cuakhauso.lane import words as w
        from cuakhauso.lane.contracts import Inputs, Read, Signal, Subject
        from cuakhauso.sim.gate import World

        await until(lambda: answer_of(node, crossing) is not None)
        plate = answer_of(node, crossing).plate.shown
        at_rest = World(node.now()).inputs

        def sense(after: float = 0.0, **on: bool) -> None:
            told = {Signal(name): value for name, value in on.items()}
            inputs = Inputs(on={**at_rest.on, **told})
            node.hear(LANE, w.Sensed(node.now() + timedelta(seconds=after), inputs))

        node.works[LANE].fitted.poll_s = 60  # the story senses by itself from here
        await asyncio.sleep(0.1)
        sense()
        sense(loop_before=True)
        read = Read(at=node.now(), source="cam", subject=Subject.PLATE, text=plate, confidence=0.97)
        await node.take(LANE, read)
        sense(loop_before=True, boom_up=True, boom_down=False)
        sense(loop_under=True, boom_up=True, boom_down=False)
        sense(boom_up=True, boom_down=False)
        sense(2, boom_up=True, boom_down=False)
        sense(2)
        await until(lambda: node.engine.journal.depth()[0] == 0)

    live(server, tmp_path, story)
    kinds = [fact.kind for fact in store.facts_of(crossing)]
    assert kinds.count("passed") == 1
    assert kinds.count("identified") == 1
    [passed] = [fact for fact in store.facts_of(crossing) if fact.kind == "passed"]
    assert (passed.data.direction, passed.data.to) == (Direction.OUT, Place.GATE_AREA)
    assert passed.irregular == ()
    assert LaneItem.objects.filter(kind="passage").count() == 1


def test_a_node_learns_the_platforms_new_keys_before_it_listens_and_keeps_them(server, tmp_path):
    crossing = an_export_ready_for_b1()

    async def story(node: Node) -> None:
        assert node.engine.book.keys == {}
        await until(lambda: answer_of(node, crossing) is not None)

    live(server, tmp_path, story, old_keys=True)
    kept = who.load(tmp_path)
    assert kept is not None
    assert kept.enrolled.keys


def test_a_node_that_was_revoked_hears_nothing_more_and_says_so(server, tmp_path):
    from cuakhauso.centre.lanes import actions as lanes

    by = board()

    async def story(node: Node) -> None:
        await until(lambda: node.engine.book.as_of is not None)
        await elsewhere(lanes.revoke, node.engine.book.node, by=by)
        await until(lambda: node.link is not None and node.link.revoked, within=15)

    live(server, tmp_path, story)
