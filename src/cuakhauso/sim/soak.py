"""A lane's day on which everything fails in turn: the centre is killed, the network is cut, the node dies.

`run(seed)` drives a queue of vehicles through one lane in a world with its own clock, over the node's real
engine, journal and book, against a centre that signs and takes items in as the platform does. At the end
every vehicle must have passed once, be known at the centre once, and nothing have opened without a permit.
"""

import hashlib
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cuakhauso.core.answer import (
    GENESIS,
    Answer,
    Beat,
    Because,
    Gone,
    Message,
    Signed,
    chained,
    signed_bytes,
    text_of,
)
from cuakhauso.core.declaration import Plate
from cuakhauso.core.words import CheckpointKind, Direction, Kind, Party, Place
from cuakhauso.lane import words as w
from cuakhauso.lane.contracts import Subject
from cuakhauso.lane.engine import Engine, Post
from cuakhauso.lane.journal import Item, Journal

from .gate import Truck, World, queue, reads_of

BEGIN = datetime(2026, 5, 4, 1, tzinfo=UTC)
NODE = UUID(int=0xA0DE)
POST = Post(
    "B1-1", CheckpointKind.B1, Direction.OUT,
    w.Settings(code="B1-1", leads_to=Place.GATE_AREA, reads=frozenset(Subject)), timedelta(hours=4),
)  # fmt: skip
BEAT_EVERY = timedelta(seconds=2)
SYNC_EVERY = timedelta(seconds=1)


def crossing_of(n: int) -> UUID:
    return UUID(int=0xC0 << 100 | n)


def plate_of(n: int) -> Plate:
    number = f"{12 + n // 90_000}C{10_000 + n % 90_000}"
    return Plate(country="VN", number=number, shown=f"{number[:3]}-{number[3:6]}.{number[6:]}", province="12")


def answer_of(n: int, at: datetime, *, against: tuple[Because, ...] = (), facts: int = 3) -> Answer:
    return Answer(
        gate="CKHN", checkpoint=POST.checkpoint, direction=POST.direction, leads_to=Place.GATE_AREA,
        crossing=crossing_of(n), number=f"20260504-{n:05}-0", kind=Kind.EXPORT, facts=facts, as_of=at,
        plate=plate_of(n), against=against,
    )  # fmt: skip


HELD = Because(
    code="hold_live", party=Party.BORDER_GUARD, words={"vi": "Đang giữ", "en": "Held", "zh-hans": "扣留"}
)


class Ids:
    """UUIDs in order, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.seed, self.n = seed, 0

    def __call__(self) -> UUID:
        self.n += 1
        return UUID(bytes=hashlib.sha256(f"{self.seed} {self.n}".encode()).digest()[:16], version=4)


@dataclass
class Centre:
    """What the platform is to a node. What it has taken in survives; who is connected does not."""

    key: Ed25519PrivateKey
    expected: dict[UUID, Answer]
    items: dict[UUID, Item] = field(default_factory=dict)
    stream: UUID | None = None
    chain: bytes = GENESIS
    count: int = 0
    outgoing: list[Message] = field(default_factory=list)

    def connect(self, stream: UUID) -> None:
        self.stream, self.chain, self.count = stream, GENESIS, 0
        self.outgoing = list(self.expected.values())

    def die(self) -> None:
        self.stream, self.chain, self.count, self.outgoing = None, GENESIS, 0, []

    def tell(self, at: datetime) -> Iterator[Signed]:
        """What has changed since, then a beat."""
        assert self.stream is not None
        for message in self.outgoing:
            signed = self.sign(message)
            self.chain, self.count = chained(self.chain, signed), self.count + 1
            yield signed
        self.outgoing = []
        beat = Beat(node=NODE, stream=self.stream, count=self.count, chain=self.chain.hex(), as_of=at)
        yield self.sign(beat)

    def sign(self, message: Message) -> Signed:
        body = text_of(message)
        return Signed(body=body, key="k1", signature=self.key.sign(signed_bytes(body)).hex())

    def take(self, batch: list[Item], at: datetime) -> list[UUID]:
        for item in batch:
            if item.id in self.items:
                continue
            self.items[item.id] = item
            if item.kind == "passage" and item.body["crossing"]:
                self._passed(UUID(item.body["crossing"]), at)
        return [item.id for item in batch]

    def _passed(self, crossing: UUID, at: datetime) -> None:
        if self.expected.pop(crossing, None):
            gone = Gone(crossing=crossing, checkpoint=POST.checkpoint, direction=POST.direction, as_of=at)
            self.outgoing.append(gone)

    def hold(self, crossing: UUID, at: datetime) -> None:
        if known := self.expected.get(crossing):
            held = {name: getattr(known, name) for name in known.__struct_fields__}
            self.expected[crossing] = Answer(
                **{**held, "facts": known.facts + 1, "as_of": at, "against": (HELD,)}
            )
            self.outgoing.append(self.expected[crossing])

    @property
    def passages(self) -> list[Item]:
        return [item for item in self.items.values() if item.kind == "passage"]


@dataclass
class Outcome:
    """What a day came to."""

    passed: Counter[str]
    recorded: Counter[UUID | None]
    irregular: list[Item]
    openings: int
    permitted: int
    waiting: int
    lane_time: timedelta
    kills: int
    deaths_of_centre: int
    phases: Counter[str]


@dataclass
class Day:
    """One run. `trouble`: whether anything fails."""

    seed: int
    trucks: int
    folder: Path
    trouble: bool
    chance: random.Random = field(init=False)
    world: World = field(init=False)
    centre: Centre = field(init=False)
    engine: Engine | None = None
    cut_until: datetime = BEGIN
    node_back: datetime | None = None
    synced: datetime = BEGIN
    beaten: datetime = BEGIN
    connected: bool = False
    kills: int = 0
    dies_in: int | None = None
    centre_back: datetime = BEGIN
    deaths_of_centre: int = 0
    moments: dict[str, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311  a test's chance, the same every time
        self.ids = Ids(self.seed)
        key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"soak").digest())
        self.centre = Centre(key, {crossing_of(n): answer_of(n, BEGIN) for n in range(self.trucks)})
        self.world = queue((self._truck(n) for n in range(self.trucks)), BEGIN)
        self.moments = self._troubles() if self.trouble else {}
        self.start_node()

    def _truck(self, n: int) -> Truck:
        length = self.chance.choice([7.0, 12.0, 16.0, 18.5])
        return Truck(str(crossing_of(n)), reads_of(BEGIN, plate_of(n).shown), length=length)

    def _troubles(self) -> dict[str, set[int]]:
        """After how many vehicles: the centre dies and the network is cut in the middle, the node twice."""
        middle = self.trucks // 2
        first, second = sorted(self.chance.sample(range(1, self.trucks - 5), 2))
        found = {"cut": {middle}, "lost_answer": {middle // 2, middle + middle // 2}, "node": {first}}
        found["centre"] = {middle + self.chance.randrange(2, 5)}
        between = "before_pulse" if self.chance.random() < 0.3 else "node"
        found.setdefault(between, set()).add(second)
        return found

    # The node.

    def start_node(self) -> None:
        journal = Journal(self.folder / "journal.sqlite")
        self.engine = Engine.begin(journal, NODE, {"k1": self.centre.key.public_key()}, [POST], self.ids)
        self.connected, self.node_back = False, None

    def kill_node(self) -> None:
        """Whatever was not committed is gone; the I/O module's watchdog turns the light to red."""
        assert self.engine is not None
        self.engine.journal._db.close()
        self.engine, self.world.green = None, False
        self.kills += 1
        self.node_back = self.world.now + timedelta(seconds=self.chance.uniform(1, 60))

    def kill_centre(self) -> None:
        """What it has taken in stays; its stream, and what it was about to say, are gone."""
        self.centre.die()
        self.deaths_of_centre += 1
        self.centre_back = self.world.now + timedelta(seconds=self.chance.uniform(1, 120))

    def hear(self, event: w.Event) -> None:
        if self.engine is None:
            return
        for effect in self.engine.hear(POST.code, event):
            match effect:
                case w.Pulse():
                    if self._dies("before_pulse"):
                        return
                    self.world.pulse(effect.output)
                    self.hear(w.Answered(self.world.now, effect.output))
                case w.Lights():
                    self.world.green = effect.green
                case w.LookAgain() if self.world.before:
                    self.world.before.told = False
                case _:
                    pass

    def _dies(self, where: str) -> bool:
        """One of the two deaths is between what is written down and what is done."""
        dying = self.moments.get(where, set())
        if self.world.opened in dying:
            dying.discard(self.world.opened)
            self.kill_node()
            return True
        return False

    # The wires.

    @property
    def wired(self) -> bool:
        away_until = max(self.cut_until, self.centre_back)
        return self.engine is not None and self.world.now >= away_until

    def talk(self) -> None:
        if not self.wired or self.engine is None:
            self.connected = False
            return
        if not self.connected:
            self.connected = True
            self.centre.connect(self.ids())
            assert self.centre.stream is not None
            self.engine.begin_stream(self.centre.stream)
            self.beaten = BEGIN
        now = self.world.now
        if self.centre.outgoing or now - self.beaten >= BEAT_EVERY:
            self.beaten = now
            for signed in list(self.centre.tell(now)):
                for effects in self.engine.hear_centre(signed, now).values():
                    for effect in effects:
                        if isinstance(effect, w.Pulse):
                            self.world.pulse(effect.output)
                        elif isinstance(effect, w.Lights):
                            self.world.green = effect.green
        if now - self.synced >= SYNC_EVERY:
            self.synced = now
            self._send(self.engine)

    def _send(self, engine: Engine) -> None:
        batch = engine.journal.waiting()
        if not batch:
            return
        accepted = self.centre.take(batch, self.world.now)
        if len(self.world.through) in self.moments.get("lost_answer", set()):
            self.moments["lost_answer"].discard(len(self.world.through))
            return
        with engine.journal.step() as journal:
            journal.settle(accepted, [])

    # The day.

    def fail(self) -> None:
        passed = len(self.world.through)
        if passed in self.moments.get("cut", set()):
            self.moments["cut"].discard(passed)
            self.cut_until = self.world.now + timedelta(minutes=10)
        if passed in self.moments.get("centre", set()):
            self.moments["centre"].discard(passed)
            self.kill_centre()
        if passed in self.moments.get("node", set()):
            self.moments["node"].discard(passed)
            self.dies_in = self.chance.randrange(60)
        if self.dies_in is not None and self.engine is not None:
            self.dies_in -= 1
            if self.dies_in < 0:
                self.dies_in = None
                self.kill_node()
        if self.node_back is not None and self.world.now >= self.node_back:
            self.start_node()

    @property
    def is_over(self) -> bool:
        if len(self.world.through) + len(self.world.given_up) < self.trucks or self.engine is None:
            return False
        return self.wired and not self.engine.journal.waiting(1)

    def live(self) -> Outcome:
        most = BEGIN + timedelta(seconds=60 * self.trucks + 7200)
        while not self.is_over and self.world.now < most:
            self.world.move(lambda read: self.hear(w.Heard(self.world.now, read)))
            self.hear(w.Sensed(self.world.now, self.world.inputs))
            self.talk()
            self.fail()
        return self.outcome()

    def outcome(self) -> Outcome:
        items = list(self.centre.items.values())
        openings = [i for i in items if i.kind == "command" and i.body["command"] == "open"]
        decisions = [i for i in items if i.kind == "decision" and i.body["permits"]]
        return Outcome(
            passed=Counter(self.world.through),
            recorded=Counter(
                UUID(i.body["crossing"]) if i.body["crossing"] else None for i in self.centre.passages
            ),
            irregular=[i for i in self.centre.passages if i.body["irregular"]],
            openings=sum(i.body["state"] == "requested" for i in openings),
            permitted=len(decisions),
            waiting=len(self.engine.journal.waiting()) if self.engine else -1,
            lane_time=self.world.now - BEGIN,
            kills=self.kills,
            deaths_of_centre=self.deaths_of_centre,
            phases=Counter(i.body["to"] for i in items if i.kind == "transition"),
        )


def run(seed: int, folder: Path, *, trucks: int = 500, trouble: bool = True) -> Outcome:
    return Day(seed, trucks, folder, trouble).live()
