"""A whole node: a real Modbus module with a boom and loops, a camera that pushes, the journal on disk; the
centre is a list of signed answers, or away."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn

from cuakhauso.core.words import CheckpointKind, Direction, Place
from cuakhauso.lane import signs
from cuakhauso.lane import words as w
from cuakhauso.lane.cameras import MAKES, Camera
from cuakhauso.lane.clock import Clock
from cuakhauso.lane.contracts import Asked, Output, Signal
from cuakhauso.lane.drivers.led import TextSign
from cuakhauso.lane.drivers.modbus import ModbusContacts
from cuakhauso.lane.drivers.modbus_modules import MODULES
from cuakhauso.lane.drivers.plates import Mounting
from cuakhauso.lane.engine import Engine, Post
from cuakhauso.lane.health import Health
from cuakhauso.lane.journal import Journal
from cuakhauso.lane.node import Node
from cuakhauso.lane.pictures import Pictures
from cuakhauso.lane.receiver import Receiver
from cuakhauso.lane.spool import Limits, Spool
from cuakhauso.lane.words import Act, Phase, Settings, Told
from cuakhauso.lane.works import Fitted
from cuakhauso.sim.devices.barrier import Barrier, Fault
from cuakhauso.sim.devices.cameras import DahuaCamera, HikvisionCamera, Sighting
from cuakhauso.sim.devices.led_sign import LedSign
from cuakhauso.sim.devices.traffic import Traffic

from .builders import ALONE, COLLEAGUE, HELD, KEYS, NODE, OFFICER, Stream, answer, crossing

SECRET = "0123456789abcdef"
INPUTS = {
    Signal.LOOP_BEFORE: 0, Signal.LOOP_UNDER: 1, Signal.BOOM_UP: 2, Signal.BOOM_DOWN: 3,
}  # fmt: skip
OUTPUTS = {Output.OPEN: 0, Output.CLOSE: 1, Output.GREEN: 2, Output.RED: 3}
WIRING = MODULES["ADAM-6060"].wired(INPUTS, OUTPUTS, counted=frozenset({Signal.LOOP_UNDER}))
POST = Post(
    "L", CheckpointKind.B1, Direction.OUT, Settings(code="L", leads_to=Place.GATE_AREA), ALONE
)  # fmt: skip


class Gate:
    """One lane with everything around it."""

    def __init__(self, barrier: Barrier, node: Node, camera: HikvisionCamera) -> None:
        self.barrier, self.node, self.camera = barrier, node, camera
        self.traffic = Traffic(barrier.floor)

    @property
    def phase(self) -> Phase:
        return self.node.engine.lanes["L"].phase

    async def until(self, *phases: Phase, within: float = 10) -> None:
        async with asyncio.timeout(within):
            while self.phase not in phases:
                self.node.changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.node.changed.wait(), 0.05)

    def expects(self, *answers) -> None:
        stream, now = Stream(int(time.monotonic_ns())), self.node.now()
        self.node.measured(now, now, now)
        self.node.begin_stream(stream.id)
        for one in answers:
            self.node.hear_centre(stream.says(one))
        self.node.hear_centre(stream.beats(now))

    async def sees(self, plate: str) -> None:
        await self.camera.push(Sighting(plate=plate, at=self.node.now()))

    def items(self, kind: str) -> list:
        return [item.body for item in self.node.engine.journal.recent("L", [kind], 100)]


@contextlib.asynccontextmanager
async def a_gate(folder: Path, make: str = "hikvision", asked: Asked | None = None) -> AsyncIterator[Gate]:
    async with Barrier(WIRING) as barrier:
        clock = Clock()
        engine = Engine.begin(Journal(folder / "journal.sqlite"), NODE, KEYS, [POST])
        contacts = ModbusContacts("127.0.0.1", barrier.port, wiring=WIRING, pulse_seconds=0.2)
        pictures = Pictures(folder / "pictures", durable=False)
        fit = Fitted(contacts, cameras={"front": asked} if asked else {})
        node = Node(engine, {"L": fit}, pictures, say=signs.lines, clock=clock.now)

        async def take(read) -> None:
            await node.take("L", read)

        camera = Camera(mounting=Mounting(source="front"), push=MAKES[make], secret=SECRET)
        spool = Spool(folder / "spool", Limits(free=0), now=clock.now)
        receiver = Receiver([camera], spool, take)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(receiver.app, port=port, lifespan="off", log_level="error"))
        server.install_signal_handlers = lambda: None
        tasks = [asyncio.create_task(one) for one in (node.run(), receiver.run(), server.serve())]
        made = {"hikvision": HikvisionCamera, "dahua": DahuaCamera}[make]
        pushing = made(f"http://127.0.0.1:{port}/push/{SECRET}")
        try:
            while not server.started:
                await asyncio.sleep(0.01)
            yield Gate(barrier, node, pushing)
        finally:
            await pushing.close()
            server.should_exit = True
            for task in tasks[:2]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await node.close()
            engine.journal.close()


@pytest.fixture
def live(tmp_path):
    """Runs a story at a gate: `live(story)`."""

    def run(story):
        async def told():
            async with a_gate(tmp_path) as gate:
                await gate.until(Phase.IDLE)
                await story(gate)

        asyncio.run(told())

    return run


def test_a_permitted_truck_goes_through_by_itself(live):
    async def story(gate):
        gate.expects(answer())
        truck = await gate.traffic.arrive()
        await gate.sees("12C-100.05")
        await gate.until(Phase.OPENING, Phase.OPEN)
        await gate.traffic.drive_through(truck)
        await gate.until(Phase.IDLE)
        [passage] = gate.items("passage")
        assert passage["crossing"] == str(crossing(5))
        assert passage["irregular"] == []
        assert passage["pictures"]
        assert gate.node.picture(passage["pictures"][0]["sha256"])

    live(story)


def test_a_held_truck_stays_and_two_people_let_it_through(live):
    async def story(gate):
        gate.expects(answer(against=(HELD,)))
        truck = await gate.traffic.arrive()
        await gate.sees("12C-100.05")
        await gate.until(Phase.ATTEND)
        assert gate.barrier.presses[Output.OPEN] == 0
        told = Told(gate.node.now(), Act.OPEN, OFFICER, COLLEAGUE, reason="emergency")
        assert await gate.node.tell("L", told) is None
        await gate.until(Phase.OPEN)
        await gate.traffic.drive_through(truck)
        await gate.until(Phase.IDLE)
        assert gate.items("passage")[0]["irregular"] == ["hold_live"]

    live(story)


def test_a_hold_that_is_lifted_meanwhile_opens_by_itself(live):
    async def story(gate):
        gate.expects(answer(against=(HELD,)))
        await gate.traffic.arrive()
        await gate.sees("12C-100.05")
        await gate.until(Phase.ATTEND)
        gate.expects(answer(facts=4))
        await gate.until(Phase.OPENING, Phase.OPEN)

    live(story)


def test_a_module_that_falls_silent_leads_to_unknown_and_back(live):
    async def story(gate):
        gate.expects(answer())
        gate.barrier.fault = Fault.SILENT
        await gate.until(Phase.UNKNOWN)
        states = {d.name: d.state for d in gate.node.devices("L")}
        assert states["contacts"] is Health.FAULTY
        await gate.sees("12C-100.05")
        assert gate.barrier.presses[Output.OPEN] == 0
        gate.barrier.fault = None
        await gate.until(Phase.IDLE, Phase.APPROACH)

    live(story)


def test_a_module_that_says_yes_and_does_nothing_is_found_out(live):
    async def story(gate):
        gate.expects(answer())
        await gate.traffic.arrive()
        gate.barrier.fault = Fault.UNMOVED
        await gate.sees("12C-100.05")
        await gate.until(Phase.ATTEND, within=15)
        assert "did_not_open" in [alarm["alarm"] for alarm in gate.items("alarm")]
        assert gate.items("passage") == []

    live(story)


@pytest.mark.parametrize(
    ("columns", "lines", "shown"),
    [
        (16, 3, ("12C-100.05", "DỪNG, CHỜ CÁN BỘ", "停车，等待人员")),
        (16, 2, ("DỪNG, CHỜ CÁN BỘ", "停车，等待人员")),
        (8, 2, ()),
    ],
)
def test_a_small_sign_says_what_to_do_and_one_that_takes_nothing_is_dark(live, columns, lines, shown):
    async def story(gate):
        async with LedSign() as led:
            led.shown = ("MỜI ĐI", "请通行")
            work = gate.node.works["L"]
            work.fitted.sign = TextSign(f"tcp://127.0.0.1:{led.port}", lines=lines, columns=columns)
            work.devices.add("sign", "sign")
            await gate.node._show("L", work, w.Show(w.Message.ATTEND, "12C-100.05"))
            assert led.shown == shown
            assert (gate.node.shown("L") is None) is (not shown)

    live(story)
