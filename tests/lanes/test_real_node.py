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
from decimal import Decimal
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
from cuakhauso.centre.declarations.form import VehicleIn
from cuakhauso.centre.lanes.models import Lane, LaneItem, OpeningReason
from cuakhauso.centre.shared import store
from cuakhauso.core.words import CheckpointKind, Direction, Place
from cuakhauso.lane import config as c
from cuakhauso.lane import identity as who
from cuakhauso.lane import words as w
from cuakhauso.lane.clock import Clock
from cuakhauso.lane.contracts import Inputs, Read, Signal, Subject
from cuakhauso.lane.drivers.scale import WiredScale
from cuakhauso.lane.drivers.wire import Wire
from cuakhauso.lane.engine import Engine
from cuakhauso.lane.journal import Journal
from cuakhauso.lane.link import Link
from cuakhauso.lane.node import Node
from cuakhauso.lane.pictures import Pictures
from cuakhauso.lane.serving import given_posts, posts
from cuakhauso.lane.view import view
from cuakhauso.lane.weighing import Rule
from cuakhauso.lane.words import Phase
from cuakhauso.lane.works import Fitted
from cuakhauso.sim.devices.scales import Platform, SimulatedScale
from cuakhauso.sim.gate import World

from ..centre.builders import Gate, declare, goods, officer
from ..pages_officer.conftest import opened_all_day
from .nodes import a_code, board

LANE = "CKHN-B1-OUT"
QUICK = Rule(most_kg=Decimal(80_000), frames=3, steady_for=timedelta(seconds=0.2))
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


CONFIG = c.Config(
    node=c.Node(name="thu", data="-"),
    lane=[
        c.Lane(
            code=LANE,
            contacts=c.Contacts(driver="modbus", address="tcp://127.0.0.1:1", inputs={}, outputs={}),
        )
    ],
)


def a_node(identity: who.Identity, folder: Path, clock: Clock, scale: str = "") -> Node:
    engine = Engine.begin(
        Journal(folder / "journal.sqlite"), identity.enrolled.node, identity.centre_keys,
        posts(CONFIG, identity),
    )  # fmt: skip
    fitted = Fitted(Still(), scale=WiredScale(Wire(scale), "toledo") if scale else None, rule=QUICK)
    node = Node(engine, {LANE: fitted}, Pictures(folder / "p"), say=lambda _: (), clock=clock.now)
    node.posts_of = lambda renewed: given_posts(CONFIG, renewed)
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


def live(
    server: str, folder: Path, story, *, old_keys: bool = False, platform: Platform | None = None,
    off: timedelta = timedelta(),
) -> None:  # fmt: skip
    with httpx.Client(timeout=30) as client:
        identity = who.enrol(client, server, a_code("CKHN", LANE), "Nút thử", "test")
    if old_keys:
        enrolled = msgspec.structs.replace(identity.enrolled, keys=[])
        identity = msgspec.structs.replace(identity, enrolled=enrolled)
    who.save(folder, identity)
    assert who.load(folder) == identity

    async def told() -> None:
        scale = SimulatedScale("toledo", platform or Platform())
        clock = Clock(Clock().began + off)
        node = a_node(identity, folder, clock, await scale.serve_tcp() if platform else "")
        node.keep = lambda renewed: who.save(folder, renewed)
        running = asyncio.create_task(node.run())
        try:
            await story(node)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await node.close()
            await scale.close()
            assert node.link is not None
            await node.link.client.aclose()
            node.engine.journal.close()

    asyncio.run(told())


def answer_of(node: Node, crossing: UUID):
    """As the lane would find it now."""
    return node.engine.book.index(node.engine.posts[LANE].where).by_crossing.get(crossing)


def senses(node: Node, after: float = 0.0, **on: bool) -> None:
    told = {Signal(name): value for name, value in on.items()}
    at_rest = World(node.now()).inputs
    inputs = Inputs(on={**at_rest.on, **told})
    node.hear(LANE, w.Sensed(node.now() + timedelta(seconds=after), inputs))


async def reads(node: Node, plate: str) -> None:
    await node.take(
        LANE, Read(at=node.now(), source="cam", subject=Subject.PLATE, text=plate, confidence=0.97)
    )


async def by_itself(node: Node) -> None:
    """From here on the story senses, not the contacts' loop."""
    node.works[LANE].fitted.poll_s = 60
    await asyncio.sleep(0.1)
    senses(node)


def goes_through(node: Node) -> None:
    senses(node, loop_before=True, boom_up=True, boom_down=False)
    senses(node, loop_under=True, boom_up=True, boom_down=False)
    senses(node, boom_up=True, boom_down=False)
    senses(node, 2, boom_up=True, boom_down=False)
    senses(node, 2)


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


@pytest.mark.parametrize("off", [timedelta(), timedelta(hours=1), timedelta(hours=-1)], ids=str)
def test_a_passage_at_the_lane_is_a_passage_on_the_platform_once(server, tmp_path, off):
    """Told at the right time, whatever the node's clock shows."""
    crossing = an_export_ready_for_b1()

    async def story(node: Node) -> None:
        await until(lambda: answer_of(node, crossing) is not None)
        plate = answer_of(node, crossing).plate.shown
        await by_itself(node)
        senses(node, loop_before=True)
        await reads(node, plate)
        goes_through(node)
        await until(lambda: node.engine.journal.depth()[0] == 0)

    live(server, tmp_path, story, off=off)
    kinds = [fact.kind for fact in store.facts_of(crossing)]
    assert kinds.count("passed") == 1
    assert kinds.count("identified") == 1
    [passed] = [fact for fact in store.facts_of(crossing) if fact.kind == "passed"]
    assert (passed.data.direction, passed.data.to) == (Direction.OUT, Place.GATE_AREA)
    assert passed.irregular == ()
    assert abs(passed.occurred_at - datetime.now(UTC)) < timedelta(seconds=30)
    assert LaneItem.objects.filter(kind="passage").count() == 1
    assert LaneItem.objects.filter(kind="alarm").count() == (1 if off else 0)


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


def test_what_the_board_makes_of_a_lane_is_taken_by_the_running_node_and_kept(server, tmp_path):
    crossing = an_export_ready_for_b1()

    def board_decides() -> None:
        OpeningReason.objects.create(
            code="flood", name="Ngập nước", name_zh="积水", name_en="Flood", source="x"
        )
        Lane.objects.filter(pk=LANE).update(offline_minutes=7, second_person=True)

    def it_stands_at_the_yard() -> None:
        Lane.objects.filter(pk=LANE).update(checkpoint="yard", leads_to="border_line")

    async def story(node: Node) -> None:
        await until(lambda: answer_of(node, crossing) is not None)
        assert answer_of(node, crossing).permits
        await elsewhere(board_decides)
        await until(lambda: node.engine.posts[LANE].alone_for == timedelta(minutes=7))
        assert node.engine.posts[LANE].settings.second_person
        assert node.engine.reasons["flood"].zh == "积水"
        await elsewhere(it_stands_at_the_yard)
        await until(lambda: node.engine.posts[LANE].checkpoint is CheckpointKind.YARD)
        assert node.engine.posts[LANE].settings.leads_to is Place.BORDER_LINE
        await until(lambda: answer_of(node, crossing) is not None)
        assert not answer_of(node, crossing).permits, "at the yard it lacks all but its registration"

    live(server, tmp_path, story)
    kept = who.load(tmp_path)
    assert kept is not None
    assert kept.lane(LANE).offline_minutes == 7


def test_heavier_than_its_goods_may_differ_asks_a_person_with_both_values_and_within_it_opens(
    server, tmp_path
):
    Lane.objects.filter(pk=LANE).update(weighs=True)
    truck = declare(
        vehicle=VehicleIn(plate="12C-321.45", weight_class="VT4", own_weight_kg=15_000),
        groups=[goods(hs="84713020", weight_kg=20_000)],
    )
    Gate(truck.crossing_id).confirm("registration_accepted", "customs")
    platform = Platform(settle_s=0.1)

    async def story(node: Node) -> None:
        await until(lambda: answer_of(node, truck.crossing_id) is not None)
        await until(lambda: node.works[LANE].weighing.zero_seen)
        await by_itself(node)
        senses(node, loop_before=True)
        await reads(node, "12C-321.45")
        assert node.engine.lanes[LANE].phase is Phase.WEIGH
        platform.drive_on(36_400, 0.1)
        await until(lambda: node.engine.lanes[LANE].phase is Phase.ATTEND)
        shown = view(node.engine, LANE, node.now(), (), "vi")["verdict"]
        assert [(one["code"], one["more"]) for one in shown["reasons"]] == [
            ("weight_differs", "Cân 36.400 kg, khai 35.000 kg, được lệch 1.350 kg")
        ]
        senses(node)
        platform.drive_off(0.1)
        await until(lambda: node.works[LANE].weighing.zero_seen)
        senses(node, loop_before=True)
        await reads(node, "12C-321.45")
        platform.drive_on(36_300, 0.1)
        await until(lambda: node.engine.lanes[LANE].phase is Phase.OPENING)
        goes_through(node)
        await until(lambda: node.engine.journal.depth()[0] == 0)

    live(server, tmp_path, story, platform=platform)
    facts = store.facts_of(truck.crossing_id)
    assert [fact.data.gross_kg for fact in facts if fact.kind == "weighed"] == [36_300]
    assert [fact.irregular for fact in facts if fact.kind == "passed"] == [()]
    asked = LaneItem.objects.filter(kind="decision", body__why="objections").get()
    assert (asked.body["against"], asked.body["weight_kg"]) == (["weight_differs"], "36400")
