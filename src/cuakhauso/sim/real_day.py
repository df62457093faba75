"""The rough day of `soak.py` with real programs: platform, database and node, barrier and camera on sockets.

`live(platform, folder, plan)` sends a queue of vehicles through one lane. With `trouble` the platform and its
database are killed, the network is cut for ten minutes of lane time, and the node is killed twice at random.
The same plan without trouble is what the outcome is held against: `differences` (`real_outcome.py`).

The lane's own times are `faster` than life: how vehicles and the boom move, and the waits that it keeps when
all is well. Its patience with what fails (the boom that does not open, a vehicle that stands) is as in life.
"""

import asyncio
import random
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec

from cuakhauso.core.answer import Signed, message_of
from cuakhauso.lane.contracts import Output, Signal
from cuakhauso.lane.drivers.modbus_modules import MODULES
from cuakhauso.lane.signs import LINES
from cuakhauso.lane.words import Message

from .day_office import Fate, Office, Vehicle
from .devices.barrier import Barrier
from .devices.cameras import HikvisionCamera, Sighting
from .devices.lane_floor import Floor
from .devices.lane_floor import Vehicle as Truck
from .devices.led_sign import LedSign
from .devices.traffic import STEP, Traffic
from .gate import BOOM_TAKES, METRES_A_SECOND
from .processes import LaneNode, Platform, free_port
from .real_outcome import Outcome, outcome
from .relay import Relay

LANE = "CKHN-B1-OUT"
INPUTS = {Signal.LOOP_BEFORE: 0, Signal.LOOP_UNDER: 1, Signal.BOOM_UP: 2, Signal.BOOM_DOWN: 3}
OUTPUTS = {Output.OPEN: 0, Output.CLOSE: 1, Output.GREEN: 2, Output.RED: 3}
WIRING = MODULES["ADAM-6060"].wired(INPUTS, OUTPUTS, counted=frozenset({Signal.LOOP_UNDER}))
SECRET = "0123456789abcdef"  # noqa: S105  of a simulated camera
CUT_S = 600.0
HANGS = 3
ODD = 0.12  # of the vehicles are not permitted
LENGTHS = (7.0, 12.0, 16.0, 18.5)
LOOK_S = 0.005
PATIENCE_S = 90.0  # real seconds that a driver is waited for: more than the node takes to start anew


@dataclass(frozen=True, slots=True)
class Plan:
    """The same seed gives the same vehicles and troubles. `first` is the serial number of the first plate."""

    seed: int
    vehicles: int
    faster: float
    first: int
    trouble: bool

    def queue(self) -> list[Vehicle]:
        chance = random.Random(f"fates {self.seed}")  # noqa: S311  a day's chance, the same every time
        odd = [Fate.UNCONFIRMED, Fate.HELD, Fate.UNDECLARED]
        numbers = range(self.vehicles)
        fates = {n: chance.choice(odd) if chance.random() < ODD else Fate.PERMITTED for n in numbers}
        fates |= dict.fromkeys(self.held_later, Fate.HELD_LATER)
        return [Vehicle(n, self.first + n, fates[n]) for n in numbers]

    @property
    def held_later(self) -> range:
        """One in fifty, and the last of all: it is held while the network is cut or was a moment ago."""
        return range(self.vehicles - 1, 0, -50)

    def troubles(self) -> dict[str, dict[int, float]]:
        """Before which vehicle, and how many real seconds after it has come."""
        chance, many = random.Random(f"troubles {self.seed}"), self.vehicles  # noqa: S311  as above
        if not self.trouble:
            return {}
        nodes = chance.sample(range(1, many - 1), 2)
        return {
            "platform": {chance.randrange(many // 5, many // 3): chance.uniform(0, 0.5)},
            "network": {many // 2: 0.0},
            "node": {n: chance.uniform(0, 20 / self.faster) for n in nodes},
        }

    @property
    def hangs(self) -> set[int]:
        """While these drive under the boom the node looks away: its box is busy with something else."""
        chance = random.Random(f"hangs {self.seed}")  # noqa: S311  as above
        return set(chance.sample(range(self.vehicles), HANGS)) if self.trouble else set()


@dataclass
class Lane:
    """One lane's surroundings while the day lasts, and what came of each vehicle."""

    plan: Plan
    platform: Platform
    node: LaneNode
    barrier: Barrier
    sign: LedSign
    camera: HikvisionCamera
    relay: Relay
    office: Office
    journal: Path
    deaths_before: int
    through: list[int] = field(default_factory=list)
    turned: list[int] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)
    _beside: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def traffic(self) -> Traffic:
        return Traffic(self.barrier.floor, pace=STEP / METRES_A_SECOND / self.plan.faster)

    # Vehicles.

    async def pass_all(self, queue: list[Vehicle]) -> None:
        troubles, lengths = self.plan.troubles(), random.Random(f"lengths {self.plan.seed}")  # noqa: S311
        for vehicle in queue:
            for what, moments in troubles.items():
                if vehicle.n in moments:
                    self._begin(what, vehicle.n, moments[vehicle.n])
            if vehicle.fate is Fate.HELD_LATER:
                await self._is_held_now(vehicle)
            await self._come(vehicle, lengths.choice(LENGTHS))
        await asyncio.gather(*self._beside)

    async def _is_held_now(self, vehicle: Vehicle) -> None:
        """It comes once its lane was told: what if not is `conflict`, and tried elsewhere."""
        crossing = self.office.crossings[vehicle.n]
        await self.office.hold(vehicle)
        await until(lambda: not self._is_permitted(crossing))

    async def _come(self, vehicle: Vehicle, length: float) -> None:
        """Who is stopped without a node's death backs out and tries once more, then turns round."""
        refused = 0
        while refused < 2:
            deaths, pressed = self.node.deaths, self.barrier.presses[Output.OPEN]
            truck = await self.traffic.arrive((length,))
            await self._seen(vehicle.plate)
            if await self._let_through(pressed):
                await self._drive_on(vehicle, truck)
                self.through.append(vehicle.n)
                return
            refused += deaths == self.node.deaths
            await self.traffic.back_out(truck)
            await until(lambda: not self._says_wait)
        self.turned.append(vehicle.n)

    async def _drive_on(self, vehicle: Vehicle, truck: Truck) -> None:
        if vehicle.n not in self.plan.hangs:
            return await self.traffic.ram(truck)
        self.happened.append(f"the node hangs while vehicle {vehicle.n} drives on")
        self.node.stop_for_now()
        await self.traffic.ram(truck)
        self.node.go_on()

    async def _seen(self, plate: str) -> None:
        """The camera sends what it saw until somebody takes it."""
        seen = Sighting(plate=plate, pictures=False)
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    answer = await self.camera.push(seen)
                    if answer is not None and answer.is_success:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)

    async def _let_through(self, pressed: int) -> bool:
        """By the light, once the boom has gone up for this vehicle; the sign may say to wait for a person."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                raised = self.barrier.presses[Output.OPEN] > pressed and self.barrier.floor.is_up
                if raised and self.barrier.is_on(Output.GREEN):
                    return True
                if self._says_wait and self.barrier.presses[Output.OPEN] == pressed:
                    return False
                await asyncio.sleep(LOOK_S)

    @property
    def _says_wait(self) -> bool:
        """For a person, be it with the plate above."""
        return self.sign.shown[-2:] == LINES[Message.ATTEND]

    def _is_permitted(self, crossing: UUID) -> bool:
        """By what the node has on its disk."""
        told = rows(self.journal, "SELECT signed FROM answer WHERE crossing = ?", str(crossing))
        return any(message_of(msgspec.json.decode(one, type=Signed).body).permits for (one,) in told)  # type: ignore[union-attr]

    async def all_told(self) -> None:
        """The node knows every vehicle that was declared."""
        declared = {(str(crossing),) for crossing in self.office.crossings.values()}
        await until(lambda: declared <= set(rows(self.journal, "SELECT crossing FROM answer")))

    async def all_sent(self) -> None:
        await until(lambda: rows(self.journal, "SELECT count(*) FROM item WHERE state = 'waiting'") == [(0,)])

    # Troubles.

    def _begin(self, what: str, n: int, after: float) -> None:
        troubles: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "platform": self._platform_dies, "network": self._network_is_cut, "node": self._node_dies,
        }  # fmt: skip

        async def later() -> None:
            await asyncio.sleep(after)
            self.happened.append(f"{what} at vehicle {n} + {after:.2f} s")
            await troubles[what]()

        self._beside.append(asyncio.create_task(later()))

    async def _platform_dies(self) -> None:
        await asyncio.to_thread(self.platform.kill)
        self.platform.spawn()
        await asyncio.to_thread(self.platform.wait_until_well)

    async def _network_is_cut(self) -> None:
        self.relay.cut()
        await asyncio.sleep(CUT_S / self.plan.faster)
        self.relay.mend()

    async def _node_dies(self) -> None:
        self.node.kill()
        self.node.start()


async def until(so: Callable[[], bool], within: float = PATIENCE_S) -> None:
    async with asyncio.timeout(within):
        while not so():
            await asyncio.sleep(4 * LOOK_S)


def rows(journal: Path, query: str, *given: str) -> list[tuple[Any, ...]]:
    """What the node has written down, read beside it; nothing while it has no journal yet."""
    try:
        with sqlite3.connect(f"file:{journal}?mode=ro", uri=True, timeout=10) as db:
            return db.execute(query, given).fetchall()
    except sqlite3.OperationalError:
        return []


async def live(platform: Platform, folder: Path, plan: Plan) -> Outcome:
    """One run on a platform that serves already."""
    people = platform.ask("cuakhauso.sim.day_people", LANE)
    async with AsyncExitStack() as stack:
        barrier = await stack.enter_async_context(Barrier(WIRING, Floor(BOOM_TAKES / plan.faster)))
        sign = await stack.enter_async_context(LedSign())
        relay = await stack.enter_async_context(Relay(platform.port))
        push, file = free_port(), folder / "lane.toml"
        file.write_text(lane_file(folder, plan, barrier=barrier.port, sign=sign.port, push=push))
        camera = HikvisionCamera(f"http://127.0.0.1:{push}/push/{SECRET}")
        stack.push_async_callback(camera.close)
        office = Office(platform.address, people["tokens"])
        stack.push_async_callback(office.close)
        node = LaneNode(file)
        await asyncio.to_thread(node.enrol, f"http://127.0.0.1:{relay.port}", people["code"])
        lane = Lane(
            plan,
            platform,
            node,
            barrier,
            sign,
            camera,
            relay,
            office,
            folder / "journal.sqlite",
            platform.deaths,
        )
        queue = plan.queue()
        await office.prepare(queue)
        node.start()
        stack.callback(node.stop)
        await lane.all_told()
        await lane.pass_all(queue)
        await lane.all_sent()
        return await outcome(lane, queue)


def lane_file(folder: Path, plan: Plan, *, barrier: int, sign: int, push: int) -> str:
    return f"""
[node]
name = "real-day"
data = "{folder}"
booth = "127.0.0.1:{free_port()}"
push = "127.0.0.1:{push}"

[[lane]]
code = "{LANE}"

[lane.contacts]
driver = "modbus"
address = "tcp://127.0.0.1:{barrier}"
profile = "ADAM-6060"
inputs = {{ loop_before = 0, loop_under = 1, boom_up = 2, boom_down = 3 }}
counters = {{ loop_under = 1 }}
outputs = {{ open = 0, close = 1, green = 2, red = 3 }}
poll_ms = 10
options = {{ pulse_seconds = 0.2 }}

[[lane.camera]]
name = "front"
driver = "hikvision"
secret = "{SECRET}"

[lane.sign]
name = "sign"
address = "tcp://127.0.0.1:{sign}"
options = {{ encoding = "utf-8", lines = 3, columns = 24 }}

[lane.wait]
identify = 3
back_out = {2 / plan.faster}
clear = {1 / plan.faster}
settle = {5 / plan.faster}
"""
