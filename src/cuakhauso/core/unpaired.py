"""What still waits for its other half: goods to give and vehicles to take them, both legs of a regime, a
foreign vehicle that went inland and has not gone back.

By a crossing's own facts alone. That a foreign vehicle came back is another crossing of the same plate:
whoever lists it looks for that one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .finishing import left_at
from .fold import State
from .pairing import entered_at, open_until, still_here
from .reference import Reference
from .regimes import RegimeLeg, leg_of
from .standing import ended_at, status
from .stays import is_two_way, stay_began, stay_ends
from .steps import StepCode
from .words import Kind, Party


class Half(StrEnum):
    """What is here; the other half is missing."""

    FIRST_LEG = "first_leg"
    SOURCE = "source"
    RECEIVING = "receiving"
    SECOND_LEG = "second_leg"
    TWO_WAY = "two_way"
    INLAND = "inland"


# Who looks after it once its time is over.
OVERDUE = {
    Half.FIRST_LEG: Party.CUSTOMS,
    Half.SOURCE: Party.BORDER_GUARD,
    Half.TWO_WAY: Party.BORDER_GUARD,
    Half.INLAND: Party.BORDER_GUARD,
}


@dataclass(frozen=True, slots=True)
class Unpaired:
    """Since when it waits, until when it may (none: no limit is known), and whose move it is till then."""

    half: Half
    since: datetime
    until: datetime | None
    mover: Party

    def is_over(self, at: datetime) -> bool:
        return self.until is not None and self.until < at

    def whose(self, at: datetime) -> Party:
        return OVERDUE.get(self.half, self.mover) if self.is_over(at) else self.mover


def unpaired(state: State, ref: Reference) -> list[Unpaired]:
    """Each half of this crossing that waits, those that nothing but its own facts can end first."""
    if state.turned or state.struck_off or state.withdrawn or state.content is None:
        return []
    return [one for rule in RULES for one in rule(state, ref)]


def _first_leg(state: State, ref: Reference) -> Iterator[Unpaired]:
    """Goods that came under a regime and have not all gone again, also long after their vehicle left."""
    content, entered = state.announced, entered_at(state)
    if content is None or entered is None or leg_of(content) is not RegimeLeg.FIRST:
        return
    if any(still_here(state, group.key) > 0 for group in content.groups if group.key):
        yield Unpaired(Half.FIRST_LEG, entered, open_until(state, ref), Party.BUSINESS)


def _source(state: State, ref: Reference) -> Iterator[Unpaired]:
    """A vehicle that is here with goods which no other has taken yet."""
    entered = entered_at(state)
    if state.kind is not Kind.IMPORT_TRANSSHIPMENT or entered is None or ended_at(state, ref):
        return
    if status(StepCode.TRANSSHIPPED, state, ref).is_open:
        yield Unpaired(Half.SOURCE, entered, stay_ends(state, ref), _mover_of_goods(state, ref))


def _mover_of_goods(state: State, ref: Reference) -> Party:
    if not any(state.receiving_entered.values()):
        return Party.BUSINESS
    signing = status(StepCode.TRANSSHIPMENT_SIGNED, state, ref)
    return signing.waits_for[0] if signing.is_open and signing.waits_for else Party.YARD


def _receiving(state: State, ref: Reference) -> Iterator[Unpaired]:
    """A vehicle that is here to take goods, and has none yet."""
    entered = entered_at(state)
    if state.kind is not Kind.RECEIVING or entered is None or ended_at(state, ref):
        return
    if status(StepCode.RECEIVED_GOODS, state, ref).is_open:
        yield Unpaired(Half.RECEIVING, entered, None, Party.YARD if state.links else Party.BUSINESS)


def _second_leg(state: State, ref: Reference) -> Iterator[Unpaired]:
    """Goods that go again, and nobody has found yet how they came."""
    content, declared = state.content, state.declared
    if content is None or declared is None or ended_at(state, ref):
        return
    if status(StepCode.FIRST_LEG_MATCHED, state, ref).is_open:
        named = all(group.first_number for group in content.groups)
        yield Unpaired(
            Half.SECOND_LEG, declared.occurred_at, None, Party.CUSTOMS if named else Party.BUSINESS
        )  # fmt: skip


def _two_way(state: State, ref: Reference) -> Iterator[Unpaired]:
    """A vehicle of the two-way pilot that has delivered, and stays for its load home."""
    ends = stay_ends(state, ref)
    if state.kind is not Kind.IMPORT_TRANSSHIPMENT or ends is None or ended_at(state, ref):
        return
    given = status(StepCode.TRANSSHIPPED, state, ref).done_at
    if given is not None and is_two_way(state, ref):
        yield Unpaired(Half.TWO_WAY, given, ends, Party.BUSINESS)


def _inland(state: State, ref: Reference) -> Iterator[Unpaired]:
    """A foreign vehicle that goes inland must be back within its stay."""
    began = stay_began(state)
    if state.kind is Kind.IMPORT_INLAND and began is not None and left_at(state, ref) is not None:
        yield Unpaired(Half.INLAND, began, stay_ends(state, ref), Party.BUSINESS)


RULES = (_first_leg, _source, _receiving, _second_leg, _two_way, _inland)
