"""The lane node: how long it thinks, and how long from a camera's push to the pulse on the coil.

`decision`: from the last sensor event (the plate, with the vehicle standing before the boom) to the command
to open, 5,000 crossings expected, the journal on disk with every step synced; the floor is one synced SQLite
transaction of the same size in the same run. `push_to_pulse`: from the moment at which the camera has its
push with two JPEGs (400 kB) ready; real HTTP, a real Modbus server with a boom, all on one machine.
"""

import asyncio
import random
import resource
import socket
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cuakhauso.core.answer import GENESIS, Beat, Signed, chained, signed_bytes, text_of
from cuakhauso.lane import signs
from cuakhauso.lane import words as w
from cuakhauso.lane.cameras import MAKES, Camera
from cuakhauso.lane.clock import Clock
from cuakhauso.lane.contracts import Inputs, Output, Read, Signal, Subject
from cuakhauso.lane.drivers.modbus import ModbusContacts
from cuakhauso.lane.drivers.modbus_modules import MODULES
from cuakhauso.lane.drivers.plates import Mounting
from cuakhauso.lane.engine import Engine
from cuakhauso.lane.journal import Journal
from cuakhauso.lane.node import Node
from cuakhauso.lane.pictures import Pictures
from cuakhauso.lane.receiver import Receiver
from cuakhauso.lane.spool import Limits, Spool
from cuakhauso.lane.works import Fitted
from cuakhauso.sim.centre import NODE, POST, answer_of, plate_of
from cuakhauso.sim.devices.barrier import Barrier
from cuakhauso.sim.devices.cameras import HikvisionCamera, Sighting, hikvision_body
from cuakhauso.sim.devices.traffic import Traffic

from . import place

EXPECTED = 5_000
KEY = Ed25519PrivateKey.generate()
FILLING = random.Random(1).randbytes(400_000)  # bytes: what follows a JPEG's end mark is not looked at
SECRET = "0123456789abcdef"  # noqa: S105  of a simulated camera
AT_REST = {
    Signal.LOOP_BEFORE: False, Signal.LOOP_UNDER: False, Signal.BOOM_UP: False, Signal.BOOM_DOWN: True,
}  # fmt: skip


def measure(decisions: int, pushes: int, passages: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=place.DATA) as folder:
        found = decided(Path(folder), decisions)
        return {
            "expected": EXPECTED,
            "decision": found | {"floor_commit_ms": commits(Path(folder), decisions)},
            "memory": flat(Path(folder), passages),
            "push_to_pulse": asyncio.run(pushed(Path(folder), pushes)) | {"picture_bytes": len(FILLING)},
            "aim": {"decision_p99_ms": 5, "push_to_pulse_p95_ms": 50},
        }


def percentiles(ms: list[float]) -> dict[str, Any]:
    return {f"p{p}_ms": round(place.percentile(ms, p), 2) for p in (50, 95, 99)} | {"samples": len(ms)}


def signed(message: Any) -> Signed:
    body = text_of(message)
    return Signed(body=body, key="k1", signature=KEY.sign(signed_bytes(body)).hex())


def engine(folder: Path, clock: Clock, expected: int) -> Engine:
    made = Engine.begin(Journal(folder / "journal.sqlite"), NODE, {"k1": KEY.public_key()}, [POST])
    stream, chain, now = made.new_id(), GENESIS, clock.now()
    made.measured(now, now, now)
    made.begin_stream(stream)
    for n in range(expected):
        one = signed(answer_of(n, now))
        chain = chained(chain, one)
        made.hear_centre(one, now)
    beat = Beat(node=NODE, stream=stream, count=expected, chain=chain.hex(), as_of=now)
    made.hear_centre(signed(beat), now)
    return made


def sensed(clock: Clock, **changes: bool) -> w.Sensed:
    on = AT_REST | {Signal(name): value for name, value in changes.items()}
    return w.Sensed(clock.now(), Inputs(on=on, counts={}))


def read(clock: Clock, n: int) -> w.Heard:
    seen = Read(at=clock.now(), source="cam", subject=Subject.PLATE, text=plate_of(n).shown, confidence=0.97)
    return w.Heard(clock.now(), seen)


def decided(folder: Path, decisions: int) -> dict[str, Any]:
    clock = Clock()
    made, took = engine(folder, clock, EXPECTED), list[float]()
    made.hear("B1-1", sensed(clock))
    for n in range(decisions):
        made.hear("B1-1", sensed(clock, loop_before=True))
        heard = read(clock, n)
        began = time.perf_counter()
        effects = made.hear("B1-1", heard)
        took.append((time.perf_counter() - began) * 1000)
        assert any(isinstance(e, w.Pulse) and e.output is Output.OPEN for e in effects)
        passes(made, clock)
    made.journal.close()
    return percentiles(took)


def passes(made: Engine, clock: Clock) -> None:
    made.hear("B1-1", sensed(clock, loop_before=True, boom_up=True, boom_down=False))
    made.hear("B1-1", sensed(clock, loop_under=True, boom_up=True, boom_down=False))
    settings = POST.settings
    clear = sensed(clock, boom_up=True, boom_down=False)
    made.hear("B1-1", clear)
    made.hear("B1-1", w.Sensed(clear.at + settings.clear, clear.inputs))
    made.hear("B1-1", w.Sensed(clear.at + settings.clear, Inputs(on=AT_REST)))


def commits(folder: Path, many: int) -> dict[str, Any]:
    """The same disk, one synced transaction of two rows."""
    db = sqlite3.connect(folder / "floor.sqlite", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE item (id TEXT UNIQUE, body TEXT)")
    took = []
    for n in range(many):
        began = time.perf_counter()
        db.execute("BEGIN IMMEDIATE")
        db.executemany("INSERT INTO item VALUES (?, ?)", [(f"{n}-{k}", "x" * 600) for k in range(3)])
        db.execute("COMMIT")
        took.append((time.perf_counter() - began) * 1000)
    db.close()
    return percentiles(took)


def flat(folder: Path, passages: int) -> dict[str, Any]:
    """Memory of the process after a tenth of the passages and after all."""
    clock, path = Clock(), folder / "flat"
    path.mkdir()
    made = engine(path, clock, 200)
    made.journal._db.execute("PRAGMA synchronous = OFF")
    made.hear("B1-1", sensed(clock))
    kept: list[int] = []
    for n in range(passages):
        made.book.used.clear()
        made.hear("B1-1", sensed(clock, loop_before=True))
        made.hear("B1-1", read(clock, n % 200))
        passes(made, clock)
        if n % max(1, passages // 10) == passages // 20:
            kept.append(_resident_mb())
            with made.journal.step() as journal:
                journal.settle([item.id for item in journal.waiting(10**6)], [])
                journal.forget(clock.now())
    made.journal.close()
    return {"passages": passages, "resident_mb": kept}


def _resident_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024**2


async def pushed(folder: Path, pushes: int) -> dict[str, Any]:
    inputs = {Signal.LOOP_BEFORE: 0, Signal.LOOP_UNDER: 1, Signal.BOOM_UP: 2, Signal.BOOM_DOWN: 3}
    outputs = {Output.OPEN: 0, Output.CLOSE: 1, Output.GREEN: 2, Output.RED: 3}
    wiring = MODULES["ADAM-6060"].wired(inputs, outputs)
    took: list[float] = []
    async with Barrier(wiring) as barrier, _node(folder, barrier, wiring) as (node, camera):
        traffic = Traffic(barrier.floor, pace=0.001)
        for n in range(pushes):
            await _in_phase(node, w.Phase.IDLE)
            truck = await traffic.arrive()
            await _in_phase(node, w.Phase.IDENTIFY)
            before, rendered = barrier.presses[Output.OPEN], hikvision_body(Large(plate=plate_of(n).shown))
            began = time.perf_counter()
            pushing = asyncio.create_task(camera.post(rendered))
            while barrier.presses[Output.OPEN] == before:
                await asyncio.sleep(0.001)
            took.append((time.perf_counter() - began) * 1000)
            await pushing
            await traffic.drive_through(truck)
    return percentiles(took)


@dataclass(frozen=True, slots=True, kw_only=True)
class Large(Sighting):
    """With a picture of the vehicle as large as a camera of two megapixels sends it."""

    def images(self) -> dict[str, bytes]:
        drawn = Sighting.images(self)
        return drawn | {"vehicle": drawn["vehicle"] + FILLING}


async def _in_phase(node: Node, phase: w.Phase) -> None:
    while node.engine.lanes["B1-1"].phase is not phase:
        await asyncio.sleep(0.005)


@asynccontextmanager
async def _node(folder: Path, barrier: Barrier, wiring: Any) -> AsyncIterator[tuple[Node, HikvisionCamera]]:
    clock, path = Clock(), folder / "push"
    path.mkdir()
    made = engine(path, clock, EXPECTED)
    contacts = ModbusContacts("127.0.0.1", barrier.port, wiring=wiring, pulse_seconds=0.2)
    fitted = {"B1-1": Fitted(contacts, poll_s=0.02)}
    node = Node(made, fitted, Pictures(path / "pictures"), say=signs.lines, clock=clock.now)

    async def take(one: Read) -> None:
        await node.take("B1-1", one)

    camera = Camera(mounting=Mounting(source="front"), push=MAKES["hikvision"], secret=SECRET)
    receiver = Receiver([camera], Spool(path / "spool", Limits(free=0), now=clock.now), take)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(receiver.app, port=port, lifespan="off", log_level="error"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    tasks = [asyncio.create_task(one) for one in (node.run(), receiver.run(), server.serve())]
    pushing = HikvisionCamera(f"http://127.0.0.1:{port}/push/{SECRET}")
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield node, pushing
    finally:
        await pushing.close()
        server.should_exit = True
        for task in tasks[:2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await node.close()
        made.journal.close()
