"""The floor of one lane: a boom, three loops, and vehicles that roll over them. No network, no sockets.

Metres run from the driver's side to behind the barrier. A loop is on while anything is over it; what the
loops, limit switches and counters say follows from where things are, and from nothing else.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic

from cuakhauso.lane.contracts import Signal

LOOPS = {Signal.LOOP_BEFORE: (0.0, 2.0), Signal.LOOP_UNDER: (4.0, 6.0), Signal.LOOP_AFTER: (8.0, 10.0)}
BOOM_AT = 5.0
BEHIND = 11.0  # a tail that is past this has left


class Jam(StrEnum):
    """How a barrier can fail to move."""

    LOCKED = "locked"  # takes the command and does nothing
    STUCK = "stuck"  # stays where it is, limit switches and all


@dataclass(slots=True)
class Vehicle:
    """Parts are lengths of body and of air by turns: `(6, 1.2, 9)` is a tractor, a gap, and a trailer."""

    parts: tuple[float, ...] = (6.0,)
    front: float = -2.0

    @property
    def length(self) -> float:
        return sum(self.parts)

    def bodies(self) -> Iterator[tuple[float, float]]:
        front = self.front
        for index, part in enumerate(self.parts):
            if index % 2 == 0:
                yield front - part, front
            front -= part

    def covers(self, start: float, end: float) -> bool:
        return any(tail < end and head > start for tail, head in self.bodies())


@dataclass(slots=True)
class Floor:
    """`boom_seconds` is one way. `closes_itself`: the boom is lowered when the loop under it frees."""

    boom_seconds: float = 0.2
    closes_itself: bool = False
    clock: Callable[[], float] = monotonic
    vehicles: list[Vehicle] = field(default_factory=list)
    jam: Jam | None = None
    emergency: bool = False
    key: bool = False
    held_open: bool = False
    hits: int = 0
    counts: dict[Signal, int] = field(default_factory=lambda: dict.fromkeys(Signal, 0))

    _height: float = field(default=0.0, init=False)
    _up: bool = field(default=False, init=False)
    _forced: bool = field(default=False, init=False)
    _since: float = field(default=0.0, init=False)
    _was: dict[Signal, bool] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._since = self.clock()
        self._was = self._signals()

    @property
    def is_up(self) -> bool:
        self.settle()
        return self._height == 1

    # --- what is done to it --------------------------------------------------------------------

    def open(self) -> None:
        self._steer(up=True)

    def lower(self) -> None:
        """The controller's own protection comes first, then whoever holds "open" closed."""
        if not (self._is_covered(Signal.LOOP_UNDER) or self.emergency or self.held_open):
            self._steer(up=False)

    def turn_key(self, *, up: bool) -> None:
        """A person with the key moves the boom, whatever the contacts say."""
        self.key = True
        self._steer(up=up)

    def raise_alarm(self, on: bool = True) -> None:
        """The emergency contact is hard-wired: it opens, and holds open."""
        self.emergency = on
        if on:
            self._steer(up=True)
        self.settle()

    def roll(self, vehicle: Vehicle, metres: float) -> None:
        self.settle()
        was_under = self._is_covered(Signal.LOOP_UNDER)
        vehicle.front += metres
        if self._height < 1 and vehicle.covers(BOOM_AT - 0.1, BOOM_AT + 0.1):
            self._struck()
        if self.closes_itself and was_under:
            self.lower()
        self.settle()

    def clear(self) -> None:
        self.vehicles[:] = [each for each in self.vehicles if each.front - each.length < BEHIND]
        self.settle()

    # --- what it shows -------------------------------------------------------------------------

    def signals(self) -> dict[Signal, bool]:
        self.settle()
        return dict(self._was)

    def settle(self) -> None:
        """Takes the boom to where it is by now, and counts every contact that has closed since."""
        now = self.clock()
        self._move_boom(now - self._since)
        self._since = now
        signals = self._signals()
        for signal, is_on in signals.items():
            if is_on and not self._was.get(signal):
                self.counts[signal] += 1
        self._was = signals

    def _steer(self, *, up: bool) -> None:
        self.settle()
        if self.jam is None:
            self._up = up
            self._forced = False

    def _move_boom(self, seconds: float) -> None:
        if self.jam is Jam.STUCK:
            return
        if not self._up and self._height > 0 and self._is_covered(Signal.LOOP_UNDER):
            self._up = True
        way = seconds / self.boom_seconds
        self._height = min(1.0, self._height + way) if self._up else max(0.0, self._height - way)

    def _struck(self) -> None:
        if not self._forced:
            self.hits += 1
        self._forced = True

    def _is_covered(self, loop: Signal) -> bool:
        start, end = LOOPS[loop]
        return any(vehicle.covers(start, end) for vehicle in self.vehicles)

    def _signals(self) -> dict[Signal, bool]:
        return {
            **{loop: self._is_covered(loop) for loop in LOOPS},
            Signal.BOOM_UP: self._height == 1,
            Signal.BOOM_DOWN: self._height == 0 and not self._forced,
            Signal.KEY_MANUAL: self.key,
            Signal.EMERGENCY: self.emergency,
            Signal.FORCED: self._forced,
        }
