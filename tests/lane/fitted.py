"""A node as `cuakhauso lane run` fits it, from its file: receiver and booth over HTTP, a Modbus module with
a boom and loops, a scale over TCP, journal, spool and pictures on disk. The centre is signed answers."""

import asyncio
import contextlib
import json
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx

from cuakhauso.core.words import CheckpointKind, Direction, Place
from cuakhauso.lane import identity as who
from cuakhauso.lane.booth import booth
from cuakhauso.lane.contracts import Output, Signal
from cuakhauso.lane.drivers.modbus_modules import MODULES
from cuakhauso.lane.identity import Enrolled, Given, Identity, Key
from cuakhauso.lane.labels import LABELS
from cuakhauso.lane.sentences import WHYS, Language
from cuakhauso.lane.serving import Running, assemble, serve
from cuakhauso.lane.troubles import TROUBLES
from cuakhauso.lane.view import view
from cuakhauso.lane.words import Phase
from cuakhauso.sim.devices.barrier import Barrier
from cuakhauso.sim.devices.cameras import Body, Sighting, hikvision_body
from cuakhauso.sim.devices.lane_floor import Floor, Vehicle
from cuakhauso.sim.devices.scales import Platform, SimulatedScale
from cuakhauso.sim.devices.traffic import Traffic

from .builders import KEY, NODE, Stream, answer
from .live import until
from .waiting import free_port

PLATE, OTHER = "12C-100.05", "12C-200.06"
FRONT, SIDE = "0123456789abcdef", "fedcba9876543210"
SAID = {**LABELS, **{str(why): words for why, words in WHYS.items()}, **TROUBLES}
WIRING = MODULES["ADAM-6060"].wired(
    {Signal.LOOP_BEFORE: 0, Signal.LOOP_UNDER: 1, Signal.BOOM_UP: 2, Signal.BOOM_DOWN: 3},
    {Output.OPEN: 0, Output.CLOSE: 1, Output.GREEN: 2, Output.RED: 3},
    counted=frozenset({Signal.LOOP_UNDER}),
)
FILE = """
[node]
name = "n"
data = "{data}"
booth = "127.0.0.1:{booth}"
push = "127.0.0.1:{push}"

[[lane]]
code = "L"
reads = ["plate"]

[lane.contacts]
driver = "modbus"
address = "tcp://127.0.0.1:{module}"
profile = "ADAM-6060"
inputs = {{ loop_before = 0, loop_under = 1, boom_up = 2, boom_down = 3 }}
counters = {{ loop_under = 1 }}
outputs = {{ open = 0, close = 1, green = 2, red = 3 }}
poll_ms = 10
options = {{ pulse_seconds = 0.2, timeout = 1 }}

[lane.wait]
identify = {identify}
weigh = {weigh}
opens = 1
closes = 3
settle = 0.5
clear = 0.1
back_out = 0.1

[[lane.camera]]
name = "front"
driver = "hikvision"
secret = "{front}"

[[lane.camera]]
name = "side"
driver = "dahua"
secret = "{side}"
"""
SCALE = """
[lane.scale]
name = "bridge"
driver = "{driver}"
address = "{address}"
most_kg = 60000
"""


class Lane:
    """The lane `L` at work, what drives there, and what came of it."""

    def __init__(self, running: Running, barrier: Barrier, scale: SimulatedScale | None) -> None:
        self.running, self.barrier, self.scale = running, barrier, scale
        self.node, self.traffic = running.node, Traffic(barrier.floor, pace=0.001, patience=20)
        push, booth_at = running.config.node.push, running.config.node.booth
        self.push_at, self.booth_at = f"http://{push}", f"http://{booth_at}"
        self.client = httpx.AsyncClient(
            trust_env=False, timeout=20, limits=httpx.Limits(max_keepalive_connections=0)
        )

    # What happens at it.

    def expects(self, *answers: Any) -> None:
        stream, now = Stream(time.monotonic_ns()), self.node.now()
        self.node.measured(now, now, now)
        self.node.begin_stream(stream.id)
        for one in answers:
            self.node.hear_centre(stream.says(one))
        self.node.hear_centre(stream.beats(now))

    async def push(self, body: Body, secret: str = FRONT, **headers: str) -> int:
        headers = {"Content-Type": body.content_type, **headers}
        sent = await self.client.post(f"{self.push_at}/push/{secret}", content=body.content, headers=headers)
        return sent.status_code

    async def sees(self, plate: str = PLATE, **more: Any) -> int:
        return await self.push(self.seen(plate, **more))

    def seen(self, plate: str = PLATE, **more: Any) -> Body:
        return hikvision_body(Sighting(plate=plate, **{"at": self.node.now(), "pictures": False} | more))

    async def goes_through(self, truck: Vehicle) -> None:
        """By itself, on its permit, as one passage."""
        await self.traffic.drive_through(truck)
        await self.until(Phase.IDLE)
        passage = self.items("passage")[0]
        assert (passage["opened_by"], passage["irregular"]) == (None, [])
        assert self.presses == len(self.items("passage"))

    # What came of it.

    @property
    def phase(self) -> Phase:
        return self.node.engine.lanes["L"].phase

    @property
    def presses(self) -> int:
        return self.barrier.presses[Output.OPEN]

    async def until(self, *phases: Phase) -> None:
        await until(lambda: self.phase in phases)

    def items(self, *kinds: str) -> list[dict[str, Any]]:
        """Newest first."""
        return [item.body for item in self.node.engine.journal.recent("L", kinds, 200)]

    def events(self) -> set[str]:
        """What stands in the journal of devices and of alarms, by code."""
        return {
            body.get("why") or body.get("alarm") or body["state"] for body in self.items("device", "alarm")
        }

    async def told(self, code: str) -> None:
        """It is written down, and the booth says it in three languages, each in its own words."""
        await until(lambda: code in self.events())
        pages = [json.dumps(self.view(language), ensure_ascii=False) for language in Language]
        assert all(words in page for words, page in zip(self.words_of(code), pages, strict=True))

    def words_of(self, code: str) -> list[str]:
        said = SAID[code]
        assert len(set(said)) == 3
        return [said.vi, said.en, said.zh]

    def view(self, language: str = "vi") -> dict[str, Any]:
        node = self.node
        return view(node.engine, "L", node.now(), node.devices("L"), language, shown=node.shown("L"))

    def state_of(self, device: str) -> tuple[str, str]:
        state = next(one for one in self.node.devices("L") if one.name == device)
        return str(state.state), state.words


@contextlib.asynccontextmanager
async def a_lane(
    data: Path,
    *,
    scale: str = "",
    identify: float = 8,
    weigh: float = 2,
    expected: bool = True,
    file: Callable[[str], str] = str,
    before: Callable[[Running], object] = id,
) -> AsyncIterator[Lane]:
    """`file` changes the node's file, `before` what was put together of it, before it begins."""
    floor = Floor(boom_seconds=0.05)
    async with Barrier(WIRING, floor=floor) as barrier, _scale(scale) as simulated:
        path = await _file(data, barrier, simulated, identify=identify, weigh=weigh)
        path.write_text(file(path.read_text()))
        running = assemble(path)
        before(running)
        lane = Lane(running, barrier, simulated)
        with _handlers_kept():
            serving = asyncio.create_task(serve(running, (booth(running.node), running.config.node.booth)))
            try:
                await _answers(lane)
                if expected:
                    lane.expects(answer(own_weight_kg=12_000, goods_kg=18_000) if scale else answer())
                yield lane
            finally:
                await lane.client.aclose()
                if not serving.done():
                    signal.raise_signal(signal.SIGTERM)
                await asyncio.wait_for(serving, 20)


@contextlib.contextmanager
def _handlers_kept() -> Iterator[None]:
    """What ends a node ends nothing else."""
    kept = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in kept.items():
            signal.signal(each, handler)


@contextlib.asynccontextmanager
async def _scale(protocol: str) -> AsyncIterator[SimulatedScale | None]:
    if not protocol:
        yield None
        return
    simulated = SimulatedScale(protocol, Platform(settle_s=0.05), frames_per_s=50)
    try:
        yield simulated
    finally:
        await simulated.close()


async def _file(data: Path, barrier: Barrier, scale: SimulatedScale | None, **waits: float) -> Path:
    booth_at, push = free_port(), free_port()
    text = FILE.format(
        data=data, booth=booth_at, push=push, module=barrier.port, front=FRONT, side=SIDE, **waits
    )
    if scale is not None:
        text += SCALE.format(driver=scale.protocol, address=await scale.serve_tcp())
    if not (data / who.FILE).exists():
        who.save(data, _identity(weighs=scale is not None))
    path = data.parent / "lane.toml"
    path.write_text(text)
    return path


def _identity(*, weighs: bool) -> Identity:
    given = Given("L", CheckpointKind.B1, Direction.OUT, Place.GATE_AREA, 240, weighs=weighs)
    key = Key("k1", KEY.public_key().public_bytes_raw().hex())
    enrolled = Enrolled(NODE, "token", "CKHN", [key], [given])
    return Identity(f"http://127.0.0.1:{free_port()}", KEY.private_bytes_raw().hex(), enrolled)


async def _answers(lane: Lane) -> None:
    async def listens(at: str) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return (await lane.client.get(at)).status_code < 500
        return False

    end = time.monotonic() + 10
    while not (await listens(f"{lane.push_at}/") and await listens(f"{lane.booth_at}/sign-in")):
        assert time.monotonic() < end, "it does not begin"
        await asyncio.sleep(0.02)


Story = Callable[[Lane], Coroutine[Any, Any, None]]


def play(story: Story, data: Path, **told: Any) -> None:
    async def bounded() -> None:
        async with a_lane(data, **told) as lane:
            try:
                async with asyncio.timeout(40):
                    if told.get("expected", True):
                        await lane.until(Phase.IDLE)
                    await story(lane)
            except TimeoutError as error:
                raise AssertionError(
                    f"stands at {lane.phase}: {lane.items('transition', 'device')}"
                ) from error

    asyncio.run(bounded())
