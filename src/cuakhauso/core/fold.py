"""From facts to state. The same facts give the same state whatever order they arrived in.

`fold(facts)` is the whole promise. `walk(facts)` yields the state after each moment, for the clock.
A state knows what happened, never what is allowed: that is `permit.py`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from . import facts as f
from .aboard import WITHOUT_GOODS, gave_all_away, remaining
from .binding_fold import BINDING_HANDLERS
from .clearance_fold import CLEARANCE_HANDLERS, hold_to_the_clearance
from .correction_fold import CORRECTION_HANDLERS, put_in_force
from .examination_fold import EXAMINATION_HANDLERS, all_well
from .facts import Fact, in_order, voided
from .fee_fold import FEE_HANDLERS, Owing
from .guard_fold import GUARD_HANDLERS
from .paper_fold import PAPER_HANDLERS
from .road_fold import ROAD_HANDLERS
from .special_fold import SPECIAL_HANDLERS, goes_back_abroad
from .steps import DESK_STEPS, STEPS, Step, StepCode
from .taken_back import emptied, once, still_standing
from .words import Agency, CheckpointKind, Kind, Place
from .yard_fold import YARD_HANDLERS, out_of_the_bay, transfer_done

RANKS = {
    StepCode.ENTERED: 1,
    StepCode.IN_YARD: 2,
    StepCode.LEFT_YARD: 3,
    StepCode.LEFT_TO_OTHER_SIDE: 4,
    StepCode.LEFT_ZONE: 4,
    StepCode.TURNED_BACK: 5,
}
TO_THE_BORDER = frozenset({Kind.EXPORT, Kind.IMPORT_TRANSSHIPMENT})


@dataclass(slots=True)
class State(Owing):
    """What a crossing's facts say. Read it, never change it: `fold` alone writes here.

    `content` is the announcement in force; none for a vehicle that is not, or no longer, declared.
    """

    count: int = 0
    last_at: datetime | None = None
    withdrawn_at: datetime | None = None
    undeclared: f.RegisteredUndeclared | None = None
    holds: dict[UUID, Fact] = field(default_factory=dict)
    lifted: set[UUID] = field(default_factory=set)
    weighed: Fact | None = None
    weighed_empty: Fact | None = None
    place: Place = Place.UNKNOWN
    place_since: datetime | None = None
    queued_since: datetime | None = None
    called_at: datetime | None = None
    transshipped: list[Fact] = field(default_factory=list)
    received: list[Fact] = field(default_factory=list)
    links: dict[UUID, f.Linked] = field(default_factory=dict)
    receiving_entered: dict[UUID, bool] = field(default_factory=dict)
    released: dict[tuple[UUID, int], bool] = field(default_factory=dict)
    learned: dict[UUID | tuple[UUID, int], datetime] = field(default_factory=dict)
    outages: dict[str, Fact] = field(default_factory=dict)
    passages: list[Fact] = field(default_factory=list)
    struck_off: Fact | None = None

    @property
    def number(self) -> str:
        return self._declared_data.number if self.declared else ""

    @property
    def kind(self) -> Kind | None:
        return self.content.kind if self.content else None

    @property
    def gate(self) -> str:
        if self.declared:
            return self._declared_data.content.gate
        return self.undeclared.gate if self.undeclared else ""

    def confirmed(self, step: str, agency: Agency) -> Fact | None:
        return self.confirmations.get((step, agency))

    @property
    def live_holds(self) -> list[Fact]:
        """In the order in which they were placed."""
        return in_order(self.holds.values())

    def remaining(self, group: int) -> int:
        """Packages of a goods group not yet transshipped, stored or sent back."""
        return remaining(self.content, [*self.transshipped, *self.disposed], group)

    @property
    def is_empty(self) -> bool:
        """Nothing on board. Of a vehicle that is not declared nothing is known."""
        if self.content is None or self.received:
            return False
        return self.kind in WITHOUT_GOODS or gave_all_away(self.content, [*self.transshipped, *self.disposed])


def fold(facts: Iterable[Fact]) -> State:
    """The state that these facts give, whatever order they come in; twice the same fact is once."""
    state = State()
    for fact in still_standing(once(facts)):
        _apply(state, fact)
    return state


def walk(facts: Iterable[Fact]) -> Iterator[tuple[datetime, datetime | None, State]]:
    """Each moment at which something happened, the next such moment, and the state in between as it was
    seen then (what was later taken back still stood). Read a state before asking for the next one."""
    ordered = in_order(once(facts))
    state, void = State(), set[UUID]()
    for index, fact in enumerate(ordered):
        if fact.undoes is None:
            _apply(state, emptied(fact) if fact.id in void else fact)
        else:
            seen = ordered[: index + 1]
            state, void = fold(seen), voided(seen)
        following = ordered[index + 1].occurred_at if index + 1 < len(ordered) else None
        if following != fact.occurred_at:
            yield fact.occurred_at, following, state


def _apply(state: State, fact: Fact) -> None:
    state.count += 1
    state.last_at = fact.occurred_at
    HANDLERS[type(fact.data)](state, fact, fact.data)
    hold_to_the_clearance(state, fact)


def _present(state: State, fact: Fact) -> None:
    if state.present_since is None:
        state.present_since = fact.occurred_at


def _move(state: State, fact: Fact, place: Place) -> None:
    if place is not state.place:
        if state.place is Place.YARD:
            out_of_the_bay(state)
        state.place, state.place_since = place, fact.occurred_at
    _present(state, fact)


def _declared(state: State, fact: Fact, data: f.Declared) -> None:
    current = state.declared.data if state.declared else None
    if isinstance(current, f.Declared) and current.number == data.number and current.version > data.version:
        return
    put_in_force(state, fact, data)


def _withdrawn(state: State, fact: Fact, data: f.Withdrawn) -> None:
    """Withdrawing what another declaration has replaced withdraws nothing."""
    if state.declared is None or state.number == data.number:
        state.withdrawn, state.withdrawn_at, state.content = True, fact.occurred_at, None


def _undeclared(state: State, fact: Fact, data: f.RegisteredUndeclared) -> None:
    state.undeclared = data
    _present(state, fact)


def _queued(state: State, fact: Fact, data: f.Queued) -> None:
    state.queued_since, state.called_at = fact.occurred_at, None
    _present(state, fact)


def _called(state: State, fact: Fact, data: f.Called) -> None:
    state.called_at = fact.occurred_at


def _arrived(state: State, fact: Fact, data: f.Arrived) -> None:
    _move(state, fact, data.place)


def _confirmed(state: State, fact: Fact, data: f.Confirmed) -> None:
    if fact.actor.agency is None:
        return
    state.confirmations.setdefault((data.step, fact.actor.agency), fact)
    state.opened_again.pop((data.step, fact.actor.agency), None)
    all_well(state, data.step, fact.actor.agency)
    step = STEPS.get(StepCode(data.step)) if data.step in STEPS else None
    if step is None or step.code in DESK_STEPS or fact.actor.agency not in step.agencies:
        return
    _present(state, fact)
    if step.moves_to is not None:
        _advance(state, fact, step)


def _advance(state: State, fact: Fact, step: Step) -> None:
    """A confirmation states a passage, maybe late: it never moves a vehicle back on its way."""
    rank = RANKS[step.code]
    if rank > state.rank and step.moves_to is not None:
        to_border = step.code is StepCode.LEFT_YARD and state.kind in TO_THE_BORDER
        abroad = step.code is StepCode.TURNED_BACK and goes_back_abroad(state.announced)
        state.rank = rank
        _move(state, fact, Place.OTHER_SIDE if abroad else Place.BORDER_LINE if to_border else step.moves_to)


def _held(state: State, fact: Fact, data: f.Held) -> None:
    if fact.id not in state.lifted:
        state.holds[fact.id] = fact


def _lifted(state: State, fact: Fact, data: f.Lifted) -> None:
    state.lifted.add(data.hold)
    state.holds.pop(data.hold, None)


def _weighed(state: State, fact: Fact, data: f.Weighed) -> None:
    if data.stable:
        state.weighed = fact
        state.settled.discard(("overweight", ""))
        if state.is_empty:
            state.weighed_empty = fact
    _present(state, fact)


def _identified(state: State, fact: Fact, data: f.Identified) -> None:
    state.read[data.subject] = fact
    state.settled.discard(("identity_mismatch", data.subject))
    _present(state, fact)


def _settled(state: State, fact: Fact, data: f.Settled) -> None:
    state.settled.add((data.objection, data.subject))


def _passed(state: State, fact: Fact, data: f.Passed) -> None:
    state.passages.append(fact)
    state.rank = _rank_after(state, data)
    _move(state, fact, data.to)


def _rank_after(state: State, passage: f.Passed) -> int:
    """How far along its way a vehicle is that passed here."""
    if state.turned and passage.to in (Place.ROAD, Place.OTHER_SIDE):
        return RANKS[StepCode.TURNED_BACK]
    if passage.to is Place.YARD:
        return RANKS[StepCode.IN_YARD]
    backed_out = passage.at is CheckpointKind.B1 and passage.to is Place.ROAD
    if backed_out or passage.to in (Place.TEMPORARY_YARD, Place.BUFFER):
        return 0
    if passage.at is CheckpointKind.YARD:
        return RANKS[StepCode.LEFT_YARD]
    leaves = passage.to in (Place.OTHER_SIDE, Place.ROAD)
    return RANKS[StepCode.LEFT_ZONE] if leaves else RANKS[StepCode.ENTERED]


def _transshipped(state: State, fact: Fact, data: f.Transshipped) -> None:
    state.transshipped.append(fact)
    transfer_done(state, data)


def _linked(state: State, fact: Fact, data: f.Linked) -> None:
    state.links[data.other] = data


def _is_news(state: State, of: UUID | tuple[UUID, int], fact: Fact) -> bool:
    """Whether no later echo on the same thing is known. Each tells how a linked vehicle stands by all that is
    recorded of it: the one recorded last is right, however long ago it became so."""
    if state.learned.get(of, fact.recorded_at) > fact.recorded_at:
        return False
    state.learned[of] = fact.recorded_at
    return True


def _receiving_entered(state: State, fact: Fact, data: f.ReceivingEntered) -> None:
    """A signature rests on a receiving vehicle that is in; with the last one taken back it opens again."""
    if not _is_news(state, data.receiving, fact):
        return
    state.receiving_entered[data.receiving] = data.entered
    if not any(state.receiving_entered.values()):
        state.confirmations.pop((StepCode.TRANSSHIPMENT_SIGNED, Agency.CUSTOMS), None)


def _goods_released(state: State, fact: Fact, data: f.GoodsReleased) -> None:
    of = (data.source, data.group)
    if _is_news(state, of, fact):
        state.released[of] = data.released


def _outage_began(state: State, fact: Fact, data: f.OutageBegan) -> None:
    state.outages[data.what] = fact


def _outage_ended(state: State, fact: Fact, data: f.OutageEnded) -> None:
    state.outages.pop(data.what, None)


def _struck_off(state: State, fact: Fact, data: f.StruckOff) -> None:
    state.struck_off = fact


def _nothing(state: State, fact: Fact, data: f.Data) -> None:
    """Recorded and shown; it changes no state of its own."""


HANDLERS: dict[type[f.Data], Callable[[State, Fact, Any], None]] = {
    f.Declared: _declared,
    f.Withdrawn: _withdrawn,
    f.RegisteredUndeclared: _undeclared,
    f.Queued: _queued,
    f.Called: _called,
    f.Arrived: _arrived,
    f.Confirmed: _confirmed,
    f.Held: _held,
    f.Lifted: _lifted,
    f.Weighed: _weighed,
    f.Identified: _identified,
    f.Settled: _settled,
    f.Passed: _passed,
    f.Transshipped: _transshipped,
    f.Received: lambda state, fact, _: state.received.append(fact),
    f.Linked: _linked,
    f.ReceivingEntered: _receiving_entered,
    f.GoodsReleased: _goods_released,
    f.Disposed: lambda state, fact, _: state.disposed.append(fact),
    **FEE_HANDLERS,
    f.OutageBegan: _outage_began,
    f.OutageEnded: _outage_ended,
    f.OpenedAgainst: _nothing,
    f.StruckOff: _struck_off,
    f.Undone: _nothing,
    **SPECIAL_HANDLERS,
    **CORRECTION_HANDLERS,
    **EXAMINATION_HANDLERS,
    **CLEARANCE_HANDLERS,
    **YARD_HANDLERS,
    **PAPER_HANDLERS,
    **ROAD_HANDLERS,
    **GUARD_HANDLERS,
    **BINDING_HANDLERS,
}
