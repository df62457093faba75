"""What a wait usually takes: half of them no longer than p50, nine of ten no longer than p90.

Pages count waits in two ways, and a number may be held against its like alone, so there are two measures.
`took` tells what one crossing's waits took; `usual` makes the figure out of many.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from .clock import attribute
from .facts import Fact
from .fold import State, walk
from .procedure import Leg, next_leg
from .progress import Wait, summary
from .reference import Reference
from .standing import status
from .steps import StepCode
from .words import Party

LEAST = 20  # fewer waits than this say nothing about the next one (A)


class Measure(StrEnum):
    """`clock`: a span of `clock.attribute`, never of two parties at once. `open`: a step that waits for a
    party, as lists count it from `Wait.since`: others may be at work meanwhile."""

    CLOCK = "clock"
    OPEN = "open"


class What(NamedTuple):
    """What was waited for: of one party, a step, a hold's reason or whatever the clock names. For an open
    step also at which stage: a health check before the gate is not the one behind it."""

    measure: Measure
    party: Party
    why: str
    stage: str = ""


class Took(NamedTuple):
    """How far a page counted before the wait was over, was counted anew, or was one at another stage."""

    what: What
    minutes: float


def clocked(party: Party, why: str) -> What:
    return What(Measure.CLOCK, party, why)


def open_step(party: Party, step: str, stage: str) -> What:
    return What(Measure.OPEN, party, step, stage)


@dataclass(frozen=True, slots=True)
class Usual:
    """In minutes, over `sample` waits."""

    p50: float
    p90: float
    sample: int

    @property
    def limit(self) -> int:
        """Minutes beyond which a wait is too long. Pages count whole minutes: the number that turns red must
        be larger than the p90 beside it."""
        return int(self.p90) + 1


def usual(minutes: Sequence[float]) -> Usual | None:
    """None is unknown: too few to say. Each figure is a wait that there was (nearest rank), to 0.1 min."""
    if len(minutes) < LEAST:
        return None
    ordered = sorted(minutes)
    return Usual(_at(ordered, 50), _at(ordered, 90), len(ordered))


def _at(ordered: Sequence[float], percent: int) -> float:
    return round(ordered[-(-percent * len(ordered) // 100) - 1], 1)


# Nobody could be at work then: late by nature.
NOBODYS = frozenset({Party.CLOSED_HOURS, Party.OTHER_SIDE, Party.SYSTEM, Party.UNATTRIBUTED})


def took(facts: Sequence[Fact], ref: Reference, until: datetime) -> Iterator[Took]:
    """Every wait of a crossing that is over, by both measures."""
    for span in attribute(facts, ref, until):
        if span.party not in NOBODYS:
            yield Took(clocked(span.party, span.why), _minutes(span.begins, span.ends))
    yield from _counted(facts, ref)


def _minutes(begins: datetime, ends: datetime) -> float:
    return (ends - begins).total_seconds() / 60


def _counted(facts: Iterable[Fact], ref: Reference) -> Iterator[Took]:
    """Steps that waited, at each stage up to where it was done or the vehicle went on to the next. What was
    given up, or waited over a closing, says nothing."""
    before: dict[tuple[Party, StepCode], Wait] = {}
    stage, leg = "", None
    for at, _, state in walk(facts):
        found = summary(state, ref)
        now = {(wait.party, wait.step): wait for wait in found.waits}
        for key, wait in before.items():
            if key in now:
                is_over = (now[key].since, found.stage) != (wait.since, stage)
            else:
                is_over = _is_done(wait, state, ref)
            if is_over and not shut(leg, ref, wait.since, at):
                yield Took(open_step(wait.party, wait.step, stage), _minutes(wait.since, at))
        before, stage, leg = now, found.stage, next_leg(state)


def _is_done(wait: Wait, state: State, ref: Reference) -> bool:
    stand = status(wait.step, state, ref)
    return stand.required and wait.party not in stand.waits_for


def shut(leg: Leg | None, ref: Reference, begins: datetime, ends: datetime) -> bool:
    """The checkpoint that comes next was closed at some moment in between: such a wait is late by nature."""
    if leg is None or leg.at not in ref.places_with_hours:
        return False
    edges = iter(ref.calendar.edges(begins, ends))
    return not ref.calendar.is_open(begins) or next(edges, None) is not None
