"""A lane's day on which everything fails in turn: the centre is killed, the network is cut, the node dies,
and its clock is an hour off.

`run(seed)` drives a queue of vehicles through one lane in a world with its own clock, over the node's real
engine, journal and book, against a centre that signs and takes items in as the platform does. At the end
every vehicle with a permit must have passed once, be known at the centre once, and nothing have opened
without a permit. `sim/real_day.py` is the same day with real processes.
"""

import hashlib
import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from cuakhauso.lane import words as w
from cuakhauso.lane.contracts import Output, Read
from cuakhauso.lane.engine import Engine
from cuakhauso.lane.journal import Item, Journal

from .centre import BEGIN, NODE, POST, Centre, answer_of, crossing_of, moment_of, plate_of
from .gate import Truck, World, queue, reads_of

BEAT_EVERY = timedelta(seconds=2)
SYNC_EVERY = timedelta(seconds=1)
HOUR = timedelta(hours=1)
ENDED_EVERY = 25  # after so many vehicles comes one whose permit has just ended
LATE = 100_000  # the numbers of those


class Ids:
    """UUIDs in order, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.seed, self.n = seed, 0

    def __call__(self) -> UUID:
        self.n += 1
        return UUID(bytes=hashlib.sha256(f"{self.seed} {self.n}".encode()).digest()[:16], version=4)


@dataclass
class Outcome:
    """What a day came to."""

    passed: Counter[str]
    recorded: Counter[UUID | None]
    irregular: list[Item]
    unread: int
    openings: int
    permitted: int
    waiting: int
    lane_time: timedelta
    kills: int
    deaths_of_centre: int
    phases: Counter[str]
    given_up: Counter[str]
    opened_too_late: int
    most_off: timedelta


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
    clock: "Wrong" = field(init=False)
    through_at: dict[str, datetime] = field(default_factory=dict)
    opened_too_late: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311  a test's chance, the same every time
        self.ids = Ids(self.seed)
        self.clock = wrong_clock(self.seed) if self.trouble else Wrong()
        told = [answer_of(n, BEGIN) for n in range(self.trucks)]
        told += [answer_of(LATE + n, BEGIN, ends=ends_of(n)) for n in ending(self.trucks)]
        self.centre = Centre({answer.crossing: answer for answer in told})
        self.world = queue(self._queue(), BEGIN)
        self.moments = self._troubles() if self.trouble else {}
        self.start_node()

    def _queue(self) -> list[Truck]:
        """One whose permit ends stands among the others; not let through, it goes away again."""
        coming = []
        for n in range(self.trucks):
            coming.append(self._truck(n))
            if n in ending(self.trucks):
                seen = reads_of(BEGIN, plate_of(LATE + n).shown)
                coming.append(Truck(str(crossing_of(LATE + n)), seen, gives_up_after=20))
        return coming

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

    @property
    def shown(self) -> datetime:
        """What the node's clock shows."""
        return self.world.now + self.clock.ahead

    def start_node(self) -> None:
        journal = Journal(self.folder / "journal.sqlite")
        if self.kills and self.kills == self.clock.restarts:
            self.clock.ahead = self.clock.afterwards
            with journal.step():
                journal.begin_clock({})
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
                    self.pulse(effect.output)
                    self.hear(w.Answered(self.shown, effect.output))
                case w.Lights():
                    self.world.green = effect.green
                case w.LookAgain() if self.world.before:
                    self.world.before.told = False
                case _:
                    pass

    def pulse(self, output: Output) -> None:
        assert self.engine is not None
        ticket = self.engine.lanes[POST.code].ticket
        if output is Output.OPEN and ticket is not None and ticket.crossing is not None:
            answer = self.engine.book.index(POST.where).by_crossing.get(ticket.crossing)
            ended = answer is not None and answer.ends is not None and self.world.now >= answer.ends
            self.opened_too_late += ended
        self.world.pulse(output)

    def read(self, read: Read) -> None:
        self.hear(w.Heard(self.shown, replace(read, at=self.shown)))

    def _dies(self, where: str) -> bool:
        """One of the two deaths is between what is written down and what is done: at that opening, or at the
        next one where the centre's word was what opened."""
        dying = self.moments.get(where, set())
        if not dying or self.world.opened < min(dying):
            return False
        dying.clear()
        self.kill_node()
        return True

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
            self.engine.measured(self.shown, self.world.now, self.shown)
            self.engine.begin_stream(self.centre.stream)
            self.beaten = BEGIN
        now = self.world.now
        if self.centre.outgoing or now - self.beaten >= BEAT_EVERY:
            self.beaten = now
            for signed in list(self.centre.tell(now)):
                for effects in self.engine.hear_centre(signed, self.shown).values():
                    for effect in effects:
                        if isinstance(effect, w.Pulse):
                            self.pulse(effect.output)
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
        due = [n for n in self.moments.get("node", ()) if n <= passed]
        if due and self.dies_in is None and self.engine is not None:  # one death after the other
            self.moments["node"].discard(due[0])
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
        gone = len(self.world.through) + len(self.world.given_up)
        if gone < self.trucks + len(ending(self.trucks)) or self.engine is None:
            return False
        return self.wired and not self.engine.journal.waiting(1)

    def live(self) -> Outcome:
        most = BEGIN + timedelta(seconds=60 * self.trucks + 7200)
        while not self.is_over and self.world.now < most:
            self.world.move(self.read)
            self.hear(w.Sensed(self.shown, self.world.inputs))
            self._see_who_left()
            self.talk()
            self.fail()
        return self.outcome()

    def _see_who_left(self) -> None:
        for name in self.world.through[len(self.through_at) :]:
            self.through_at[name] = self.world.now

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
            unread=sum(not i.body["reads"] for i in self.centre.passages),
            openings=sum(i.body["state"] == "requested" for i in openings),
            permitted=len(decisions),
            waiting=len(self.engine.journal.waiting()) if self.engine else -1,
            lane_time=self.world.now - BEGIN,
            kills=self.kills,
            deaths_of_centre=self.deaths_of_centre,
            phases=Counter(i.body["to"] for i in items if i.kind == "transition"),
            given_up=Counter(self.world.given_up),
            opened_too_late=self.opened_too_late,
            most_off=max((self._off_by(item) for item in self.centre.passages), default=timedelta()),
        )

    def _off_by(self, passage: Item) -> timedelta:
        """How far from the truth the centre takes it to have happened."""
        left = self.through_at.get(str(passage.body["crossing"]))
        return abs(moment_of(passage) - left) if left else timedelta.max


def run(seed: int, folder: Path, *, trucks: int = 500, trouble: bool = True) -> Outcome:
    return Day(seed, trucks, folder, trouble).live()


# --- clocks ----------------------------------------------------------------------------------------


@dataclass
class Wrong:
    """How far the node's clock is `ahead`; with death number `restarts` its machine restarts (0: never), and
    the clock is off by `afterwards`: mostly somebody has set it right."""

    ahead: timedelta = timedelta()
    restarts: int = 0
    afterwards: timedelta = timedelta()


def wrong_clock(seed: int) -> Wrong:
    chance = random.Random(f"clock {seed}")  # noqa: S311  a test's chance
    begins, restarts = chance.choice([timedelta(), HOUR, -HOUR]), chance.choice([0, 1, 2])
    return Wrong(begins, restarts, chance.choice([timedelta(), timedelta(), HOUR, -HOUR]))


def ending(trucks: int) -> range:
    return range(ENDED_EVERY - 1, trucks, ENDED_EVERY)


def ends_of(n: int) -> datetime:
    """Before it comes, as no vehicle takes less than four seconds; but less than an hour ago."""
    return BEGIN + max(timedelta(seconds=4 * n), timedelta(seconds=14 * n) - HOUR / 2)
