"""A lane for whoever tries the platform: `cuakhauso demo-lane`. A real node with barrier and cameras that are
simulated, and vehicles that come one after the other; the booth's page shows what is read of each.

Start at `live`. The front camera pushes what it read with its picture, as Hikvision's do; the one behind only
shows, and we read it. Both pictures are drawn (`devices/vehicles_drawn.py`).
"""

import asyncio
import random
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import httpx

from cuakhauso.lane.contracts import Output, Signal
from cuakhauso.lane.people import hashed

from .demo_visits import Desk, NotTaken, Visit, visits
from .devices import vehicles_drawn as drawn
from .devices.barrier import Barrier
from .devices.cameras import HikvisionCamera, Sighting
from .devices.lane_floor import Floor
from .devices.led_sign import LedSign
from .devices.traffic import STEP, Traffic
from .devices.video import MjpegServer
from .gate import BOOM_TAKES, METRES_A_SECOND
from .processes import LaneNode, free_port
from .real_day import WIRING, rows

LANE = "CKHN-B1-OUT"
OFFICER, PIN = "canbo", "417263"
FRAMES, FPS = 6, 5  # different pictures of one vehicle, shown in turn
LONG_BOX, SHORT = (6.0, 1.2, 9.0), (7.0,)
KNOWN_WITHIN_S = 20.0

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """One vehicle's pictures."""

    front: tuple[bytes, ...]
    rear: tuple[bytes, ...]

    @classmethod
    def of(cls, visit: Visit) -> "Shown":
        """A second of work, for another thread."""
        chance = visit.painted.chance
        sides = (drawn.front(visit.painted), drawn.rear(visit.painted))
        taken = [
            tuple(
                drawn.jpeg(drawn.photographed(side, chance, light=visit.light)) for _ in range(FRAMES)
            )
            for side in sides
        ]  # fmt: skip
        return cls(*taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`booth`: where its page is served. `vehicles` that come; None: for ever. `patience`: seconds that a
    driver waits before the boom; then he backs out. `gap`: seconds between two vehicles."""

    booth: str
    vehicles: int | None = None
    patience: float = 60.0
    gap: float = 6.0
    say: Tell = print


@dataclass(slots=True)
class DemoLane:
    barrier: Barrier
    camera: HikvisionCamera
    view: MjpegServer
    rear: MjpegServer
    desk: Desk
    journal: Path
    told: Told

    async def visited(self, visit: Visit) -> bool:
        """Whether it went through."""
        crossing = await self.desk.prepare(visit)
        shown = await asyncio.to_thread(Shown.of, visit)
        await self._is_expected(crossing)
        traffic = Traffic(self.barrier.floor, pace=STEP / METRES_A_SECOND)
        pressed, began = self.barrier.presses[Output.OPEN], time.monotonic()
        # Cameras are set so that they have read before the loop is reached; ours needs the vehicle on it.
        await self._push(visit, shown)
        self.view.jpegs, self.rear.jpegs = list(shown.front), list(shown.rear)
        vehicle = await traffic.arrive(LONG_BOX if visit.painted.trailer else SHORT)
        is_let = await self._is_let_through(pressed)
        self._told(visit, is_let, time.monotonic() - began)
        await (traffic.ram if is_let else traffic.back_out)(vehicle)
        self.view.jpegs = self.rear.jpegs = _nobody()
        await asyncio.sleep(self.told.gap)
        return is_let

    async def _is_expected(self, crossing: str) -> None:
        """The node was told of it, or is away."""
        end = time.monotonic() + KNOWN_WITHIN_S
        while crossing and time.monotonic() < end:
            if rows(self.journal, "SELECT 1 FROM answer WHERE crossing = ?", crossing):
                return
            await asyncio.sleep(0.5)

    async def _push(self, visit: Visit, shown: Shown) -> None:
        picture = shown.front[0]
        seen = Sighting(plate=visit.told, shows={"vehicle": picture})
        with suppress(httpx.TransportError):  # the node is away: the vehicle stands there unread
            await self.camera.push(seen)

    async def _is_let_through(self, pressed: int) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.told.patience):
                while not (self.barrier.presses[Output.OPEN] > pressed and self.barrier.floor.is_up):
                    await asyncio.sleep(0.1)
                return True
        return False

    def _told(self, visit: Visit, is_let: bool, seconds: float) -> None:
        one = visit.painted
        texts = " ".join(filter(None, (one.plate, one.trailer, one.container)))
        end = f"went through after {seconds:.0f} s" if is_let else f"backed out after {seconds:.0f} s"
        self.told.say(f"  {visit.how:<10}  {texts:<40}  {end}")


def _nobody() -> list[bytes]:
    chance = random.Random(0)  # noqa: S311  noise
    return [drawn.jpeg(drawn.photographed(drawn.ground(), chance))]


async def live(folder: Path, address: str, code: str, tokens: dict[str, str], told: Told) -> int:
    """How many went through; until Ctrl-C otherwise. `code` enrols the node, where it is not yet."""
    folder.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        barrier = await stack.enter_async_context(Barrier(WIRING, Floor(BOOM_TAKES)))
        stack.enter_context(_counting_on(barrier.floor, folder / "counted"))
        sign = await stack.enter_async_context(LedSign())
        view = await stack.enter_async_context(_shows_nobody())
        rear = await stack.enter_async_context(_shows_nobody())
        push, secret, file = free_port(), secrets.token_hex(8), folder / "lane.toml"
        at = Addresses(told.booth, push, secret, barrier.port, sign.port, view.url, rear.url)
        file.write_text(lane_file(folder, at))
        camera = HikvisionCamera(f"http://127.0.0.1:{push}/push/{secret}")
        stack.push_async_callback(camera.close)
        node = LaneNode(file)
        if code:
            await asyncio.to_thread(node.enrol, address, code)
        node.start()
        stack.callback(node.stop)
        desk = Desk(address, tokens)
        stack.push_async_callback(desk.client.aclose)
        told.say(f"\nThe booth's page: http://{told.booth}/  (sign in as {OFFICER}, PIN {PIN})\n")
        lane = DemoLane(barrier, camera, view, rear, desk, folder / "journal.sqlite", told)
        coming = asyncio.create_task(_one_after_the_other(lane))
        for order in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(order, coming.cancel)
        with suppress(asyncio.CancelledError):
            return await coming
        return 0


def _shows_nobody() -> MjpegServer:
    server = MjpegServer(fps=FPS)
    server.jpegs = _nobody()
    return server


@contextmanager
def _counting_on(floor: Floor, kept: Path) -> Iterator[None]:
    """An I/O module keeps its counts while the node is away; one that began again would tell the node that
    it has missed somebody, and a person would have to look."""
    if kept.exists():
        floor.counts[Signal.LOOP_UNDER] = int(kept.read_text())
    try:
        yield
    finally:
        kept.write_text(str(floor.counts[Signal.LOOP_UNDER]))


async def _one_after_the_other(lane: DemoLane) -> int:
    through = 0
    for n, visit in enumerate(visits(random.Random())):  # noqa: S311  other vehicles each time
        if n == lane.told.vehicles:
            break
        try:
            through += await lane.visited(visit)
        except (httpx.HTTPError, NotTaken) as error:
            lane.told.say(f"  not declared: {error}")
            await asyncio.sleep(lane.told.gap)
    return through


class Addresses(NamedTuple):
    booth: str
    push: int
    secret: str
    barrier: int
    sign: int
    view: str
    rear: str


def lane_file(folder: Path, at: Addresses) -> str:
    return f"""
[node]
name = "demo"
data = "{folder}"
booth = "{at.booth}"
push = "127.0.0.1:{at.push}"

[[lane]]
code = "{LANE}"
reads = ["plate", "trailer", "container"]

[lane.contacts]
driver = "modbus"
address = "tcp://127.0.0.1:{at.barrier}"
profile = "ADAM-6060"
inputs = {{ loop_before = 0, loop_under = 1, boom_up = 2, boom_down = 3 }}
counters = {{ loop_under = 1 }}
outputs = {{ open = 0, close = 1, green = 2, red = 3 }}
options = {{ pulse_seconds = 0.2 }}

[[lane.camera]]
name = "front"
driver = "hikvision"
secret = "{at.secret}"
recognise = true

[[lane.camera]]
name = "rear"
driver = "live"
address = "{at.rear}"
subject = "container"
recognise = true

[lane.sign]
name = "sign"
address = "tcp://127.0.0.1:{at.sign}"
options = {{ encoding = "utf-8", lines = 3, columns = 24 }}

[lane.view]
name = "view"
address = "{at.view}"

[[person]]
id = "{OFFICER}"
name = "Hoàng Văn Mẫu"
pin = "{hashed(PIN)}"
"""
