"""A lane's surroundings in a world with a clock of its own: boom, loops, vehicles that drive on. No sockets.

For tests of the machine and of what a node does when everything around it fails: an hour of lane time takes
milliseconds. The devices' real protocols are in `sim/devices/`.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cuakhauso.lane.contracts import Inputs, Output, Read, Signal, Subject

STEP = timedelta(milliseconds=250)
BOOM_TAKES = 1.5
METRES_A_SECOND = 2.5


@dataclass(slots=True)
class Truck:
    """`front` is how far its front is past the first loop, in metres; it stops before a boom that is not up.
    `reads` is what cameras make of it once it stands."""

    name: str
    reads: tuple[Read, ...]
    length: float = 16.0
    front: float = -6.0
    gives_up_after: float | None = None
    waited: float = 0.0
    ignores_boom: bool = False
    told: bool = False
    backs: bool = False

    @property
    def rear(self) -> float:
        return self.front - self.length


LOOP_BEFORE = (0.0, 2.0)
STOPS_AT = 3.5
LOOP_UNDER = (4.5, 6.5)
GONE_AT = 9.0


def reads_of(at: datetime, plate: str, trailer: str = "", container: str = "") -> tuple[Read, ...]:
    told = ((Subject.PLATE, plate), (Subject.TRAILER, trailer), (Subject.CONTAINER, container))
    return tuple(
        Read(at=at, source=f"camera-{subject}", subject=subject, text=text, confidence=0.97)
        for subject, text in told
        if text
    )


@dataclass(slots=True)
class World:
    """Everything of a lane that is not the node."""

    now: datetime
    boom: float = 0.0  # 0 down, 1 up
    wants_up: bool = False
    before: Truck | None = None
    under: list[Truck] = field(default_factory=list)
    coming: deque[Truck] = field(default_factory=deque)
    through: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    count: int = 0
    counts: bool = True
    was_under: bool = False
    opened: int = 0
    locked: bool = False
    green: bool = False

    def pulse(self, output: Output) -> None:
        if output is Output.OPEN:
            self.opened += 1
            self.wants_up = not self.locked
        elif output is Output.CLOSE:
            self.wants_up = False

    @property
    def inputs(self) -> Inputs:
        on = {
            Signal.LOOP_BEFORE: self._covers(LOOP_BEFORE),
            Signal.LOOP_UNDER: self._covers(LOOP_UNDER),
            Signal.BOOM_UP: self.boom >= 1.0,
            Signal.BOOM_DOWN: self.boom <= 0.0,
        }
        return Inputs(on=on, counts={Signal.LOOP_UNDER: self.count} if self.counts else {})

    def _covers(self, loop: tuple[float, float]) -> bool:
        return any(truck.rear < loop[1] and truck.front > loop[0] for truck in self._trucks)

    @property
    def _trucks(self) -> list[Truck]:
        return [*self.under, *([self.before] if self.before else [])]

    def move(self, hear: Callable[[Read], None], step: timedelta = STEP) -> None:
        """One step of time. The boom never comes down on a loop that is covered: that is the hardware's."""
        self.now += step
        seconds = step.total_seconds()
        covered = self._covers(LOOP_UNDER)
        target = 1.0 if self.wants_up or (covered and self.boom > 0) else 0.0
        change = seconds / BOOM_TAKES
        self.boom = min(target, self.boom + change) if target > self.boom else max(target, self.boom - change)
        self._next()
        for truck in self._trucks:
            self._drive(truck, seconds, hear)
        covered = self._covers(LOOP_UNDER)
        self.count += covered and not self.was_under
        self.was_under = covered

    def _next(self) -> None:
        if self.before is None and self.coming and not any(t.rear < LOOP_BEFORE[1] for t in self.under):
            self.before = self.coming.popleft()

    def _drive(self, truck: Truck, seconds: float, hear: Callable[[Read], None]) -> None:
        if truck.front >= 0 and not truck.told:
            truck.told = True
            for read in truck.reads:
                hear(_now(read, self.now))
        if truck.backs:
            self._back(truck, seconds)
        elif truck.front < STOPS_AT or truck.ignores_boom or self._may_go(truck):
            self._forward(truck, seconds)
        else:
            self._wait(truck, seconds)

    def _may_go(self, truck: Truck) -> bool:
        """Drivers go by the light; who is under the boom goes on."""
        return truck in self.under or (self.boom >= 1.0 and self.green)

    def _wait(self, truck: Truck, seconds: float) -> None:
        truck.waited += seconds
        if truck.gives_up_after is not None and truck.waited >= truck.gives_up_after:
            truck.backs = True

    def _back(self, truck: Truck, seconds: float) -> None:
        truck.front -= METRES_A_SECOND * seconds
        if truck.front < LOOP_BEFORE[0]:
            self.given_up.append(truck.name)
            self.before = None

    def _forward(self, truck: Truck, seconds: float) -> None:
        truck.front += METRES_A_SECOND * seconds
        if truck is self.before and truck.front > LOOP_UNDER[0]:
            self.before = None
            self.under.append(truck)
        if truck.rear > GONE_AT:
            self.under.remove(truck)
            self.through.append(truck.name)


def _now(read: Read, at: datetime) -> Read:
    return Read(
        at=at, source=read.source, subject=read.subject, text=read.text, confidence=read.confidence,
        session=read.session, country=read.country,
    )  # fmt: skip


def queue(trucks: Iterable[Truck], now: datetime) -> World:
    return World(now, coming=deque(trucks))
