"""Which steps a crossing needs, and which of them each checkpoint waits for (procedures.md 2).

`PROCEDURES[kind]` is the law of one kind: its steps in order and its legs. A leg is one movement
past a checkpoint; `needs` are the steps without which no permit is given there. Confirmations come in
any order; only legs and signatures have needs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from . import facts as f
from .declaration import Content
from .facts import Fact
from .fold import RANKS, State
from .reference import Reference
from .steps import STEPS, Step, StepCode
from .words import Agency, Channel, CheckpointKind, Direction, Kind, Order, Party, Place

S = StepCode
IN, OUT = Direction.IN, Direction.OUT


@dataclass(frozen=True, slots=True)
class Leg:
    """One movement: past which checkpoint, which way, from where to where, and what it needs."""

    at: CheckpointKind
    direction: Direction
    to: Place
    needs: tuple[StepCode, ...]
    states: StepCode


@dataclass(frozen=True, slots=True)
class Procedure:
    """`optional` steps are recorded when given; for those in `alone` border guard's word suffices where
    otherwise customs confirms too."""

    kind: Kind
    steps: tuple[StepCode, ...]
    legs: tuple[Leg, ...]
    optional: frozenset[StepCode] = frozenset()
    alone: frozenset[StepCode] = frozenset()

    @property
    def ends_with(self) -> StepCode:
        return self.legs[-1].states

    def leg(self, at: CheckpointKind, direction: Direction) -> Leg | None:
        return next((leg for leg in self.legs if (leg.at, leg.direction) == (at, direction)), None)

    def leg_of(self, step: StepCode) -> Leg | None:
        """The leg whose passage this step states, if it states one."""
        return next((leg for leg in self.legs if leg.states is step), None)


ENTRY = (S.DECLARED, S.REGISTRATION_ACCEPTED)
RECORDED_WHEN_GIVEN = frozenset({S.BOARD_FINISHED, S.BORDER_GUARD_COMPLETED})

_EXPORT_YARD = (
    S.DECLARED, S.REGISTRATION_ACCEPTED, S.ENTERED, S.HEALTH_CHECKED, S.LICENCE_CHECKED,
    S.PLANT_QUARANTINED, S.ANIMAL_QUARANTINED, S.CUSTOMS_CLEARED, S.WEIGHED, S.PAID,
)  # fmt: skip
_INLAND_YARD = (
    S.DECLARED, S.REGISTRATION_ACCEPTED, S.ENTERED, S.HEALTH_CHECKED, S.LICENCE_CHECKED, S.IN_YARD,
    S.PLANT_QUARANTINED, S.ANIMAL_QUARANTINED, S.CUSTOMS_CLEARED, S.WEIGHED, S.PAID,
)  # fmt: skip
_SOURCE_YARD = (
    S.DECLARED, S.REGISTRATION_ACCEPTED, S.ENTERED, S.HEALTH_CHECKED, S.LICENCE_CHECKED, S.IN_YARD,
    S.PLANT_QUARANTINED, S.ANIMAL_QUARANTINED, S.CUSTOMS_CLEARED, S.WEIGHED, S.TRANSSHIPMENT_SIGNED,
    S.TRANSSHIPPED, S.PAID,
)  # fmt: skip
_RECEIVING_YARD = (
    S.DECLARED, S.ENTERED, S.RECEIVED_GOODS, S.LOOKED_EMPTY, S.HEALTH_CHECKED, S.PLANT_QUARANTINED,
    S.ANIMAL_QUARANTINED, S.GOODS_RELEASED, S.PAID,
)  # fmt: skip
_RETURN = (S.DECLARED, S.ENTERED, S.LICENCE_CHECKED)

PROCEDURES: dict[Kind, Procedure] = {
    Kind.EXPORT: Procedure(
        Kind.EXPORT,
        (
            S.DECLARED, S.REGISTRATION_ACCEPTED, S.ENTERED, S.HEALTH_CHECKED, S.LICENCE_CHECKED,
            S.IN_YARD, S.PLANT_QUARANTINED, S.ANIMAL_QUARANTINED, S.CUSTOMS_CLEARED, S.WEIGHED, S.PAID,
            S.BOARD_FINISHED, S.BORDER_GUARD_COMPLETED, S.LEFT_YARD, S.LEFT_TO_OTHER_SIDE,
        ),
        (
            Leg(CheckpointKind.B1, OUT, Place.GATE_AREA, ENTRY, S.ENTERED),
            Leg(CheckpointKind.YARD, OUT, Place.BORDER_LINE, _EXPORT_YARD, S.LEFT_YARD),
            Leg(
                CheckpointKind.BORDER_LINE, OUT, Place.OTHER_SIDE,
                (*_EXPORT_YARD, S.LEFT_YARD), S.LEFT_TO_OTHER_SIDE,
            ),
        ),
        RECORDED_WHEN_GIVEN,
    ),
    Kind.IMPORT_TRANSSHIPMENT: Procedure(
        Kind.IMPORT_TRANSSHIPMENT,
        (
            S.DECLARED, S.REGISTRATION_ACCEPTED, S.ENTERED, S.HEALTH_CHECKED, S.LICENCE_CHECKED,
            S.IN_YARD, S.PLANT_QUARANTINED, S.ANIMAL_QUARANTINED, S.CUSTOMS_CLEARED, S.WEIGHED,
            S.TRANSSHIPMENT_SIGNED, S.TRANSSHIPPED, S.PAID, S.BOARD_FINISHED,
            S.BORDER_GUARD_COMPLETED, S.LEFT_YARD, S.LEFT_TO_OTHER_SIDE,
        ),
        (
            Leg(CheckpointKind.BORDER_LINE, IN, Place.GATE_AREA, ENTRY, S.ENTERED),
            Leg(CheckpointKind.YARD, OUT, Place.BORDER_LINE, _SOURCE_YARD, S.LEFT_YARD),
            Leg(
                CheckpointKind.BORDER_LINE, OUT, Place.OTHER_SIDE,
                (*_SOURCE_YARD, S.LEFT_YARD), S.LEFT_TO_OTHER_SIDE,
            ),
        ),
        RECORDED_WHEN_GIVEN,
    ),
    Kind.IMPORT_INLAND: Procedure(
        Kind.IMPORT_INLAND,
        (
            S.DECLARED, S.REGISTRATION_ACCEPTED, S.ENTERED, S.HEALTH_CHECKED, S.LICENCE_CHECKED,
            S.IN_YARD, S.PLANT_QUARANTINED, S.ANIMAL_QUARANTINED, S.CUSTOMS_CLEARED, S.WEIGHED, S.PAID,
            S.BOARD_FINISHED, S.BORDER_GUARD_COMPLETED, S.LEFT_YARD, S.LEFT_ZONE,
        ),
        (
            Leg(CheckpointKind.BORDER_LINE, IN, Place.GATE_AREA, ENTRY, S.ENTERED),
            Leg(CheckpointKind.YARD, IN, Place.NON_TARIFF_ZONE, _INLAND_YARD, S.LEFT_YARD),
            Leg(CheckpointKind.B2, IN, Place.ROAD, (*_INLAND_YARD, S.LEFT_YARD), S.LEFT_ZONE),
        ),
        RECORDED_WHEN_GIVEN,
    ),
    Kind.RECEIVING: Procedure(
        Kind.RECEIVING,
        (
            S.DECLARED, S.ENTERED, S.RECEIVED_GOODS, S.LOOKED_EMPTY, S.HEALTH_CHECKED,
            S.PLANT_QUARANTINED, S.ANIMAL_QUARANTINED, S.GOODS_RELEASED, S.PAID, S.LEFT_YARD, S.LEFT_ZONE,
        ),
        (
            Leg(CheckpointKind.B1, OUT, Place.GATE_AREA, (S.DECLARED,), S.ENTERED),
            Leg(CheckpointKind.YARD, IN, Place.NON_TARIFF_ZONE, _RECEIVING_YARD, S.LEFT_YARD),
            Leg(CheckpointKind.B2, IN, Place.ROAD, (*_RECEIVING_YARD, S.LEFT_YARD), S.LEFT_ZONE),
        ),
    ),
}  # fmt: skip

# A vehicle that comes home from the other side goes inland; a foreign one that was inland goes back.
RETURN_INLAND = Procedure(
    Kind.EMPTY_RETURN,
    (S.DECLARED, S.ENTERED, S.LICENCE_CHECKED, S.LEFT_ZONE),
    (
        Leg(CheckpointKind.BORDER_LINE, IN, Place.NON_TARIFF_ZONE, (S.DECLARED,), S.ENTERED),
        Leg(CheckpointKind.B2, IN, Place.ROAD, _RETURN, S.LEFT_ZONE),
    ),
    alone=frozenset({S.ENTERED}),
)
RETURN_ABROAD = Procedure(
    Kind.EMPTY_RETURN,
    (S.DECLARED, S.ENTERED, S.LICENCE_CHECKED, S.LEFT_TO_OTHER_SIDE),
    (
        Leg(CheckpointKind.B1, OUT, Place.GATE_AREA, (S.DECLARED,), S.ENTERED),
        Leg(CheckpointKind.BORDER_LINE, OUT, Place.OTHER_SIDE, _RETURN, S.LEFT_TO_OTHER_SIDE),
    ),
    alone=frozenset({S.ENTERED, S.LEFT_TO_OTHER_SIDE}),
)


def procedure_of(state: State) -> Procedure | None:
    """None for a vehicle that is not declared: then no procedure applies and nothing is permitted."""
    return _procedure_for(state.content)


def _procedure_for(content: Content | None) -> Procedure | None:
    if content is None:
        return None
    if content.kind is Kind.EMPTY_RETURN:
        return RETURN_INLAND if content.vehicle.plate.country == "VN" else RETURN_ABROAD
    return PROCEDURES[content.kind]


BY_BORDER_GUARD_ALONE = {code: replace(step, agencies=(Agency.BORDER_GUARD,)) for code, step in STEPS.items()}


def step_of(code: StepCode, state: State) -> Step:
    """The step as this crossing's procedure has it: an empty vehicle needs border guard's word alone."""
    procedure = procedure_of(state)
    return BY_BORDER_GUARD_ALONE[code] if procedure and code in procedure.alone else STEPS[code]


# --- is a step required --------------------------------------------------------------------------


def _always(state: State, ref: Reference) -> bool:
    return True


def chapters(state: State) -> set[str]:
    """HS chapters of the goods on board: declared, or received from another vehicle."""
    declared = {item.hs[:2] for item in state.content.items} if state.content else set()
    taken = (fact.data for fact in state.received)
    return declared | {c for data in taken if isinstance(data, f.Received) for c in data.chapters}


def _quarantined_by(agency: Agency) -> Callable[[State, Reference], bool]:
    def required(state: State, ref: Reference) -> bool:
        return agency in ref.quarantined_by(chapters(state))

    return required


def _has_scale(state: State, ref: Reference) -> bool:
    """The place has a scale: the yard it goes to, or the gate's B1."""
    yard = state.content.yard if state.content else ""
    return yard in ref.scales or CheckpointKind.B1 in ref.scales


def _goes_to_a_yard(state: State, ref: Reference) -> bool:
    return bool(ref.yards)


def left_empty(state: State) -> bool:
    """A receiving vehicle that got nothing and was looked at by an officer (A)."""
    looked = state.confirmed(S.LOOKED_EMPTY, Agency.BORDER_GUARD)
    return not state.received and looked is not None


def _not_left_empty(state: State, ref: Reference) -> bool:
    return state.kind is not Kind.RECEIVING or not left_empty(state)


def _never(state: State, ref: Reference) -> bool:
    return False


REQUIRED: dict[StepCode, Callable[[State, Reference], bool]] = {
    S.PLANT_QUARANTINED: _quarantined_by(Agency.PLANT_QUARANTINE),
    S.ANIMAL_QUARANTINED: _quarantined_by(Agency.ANIMAL_QUARANTINE),
    S.WEIGHED: _has_scale,
    S.IN_YARD: _goes_to_a_yard,
    S.RECEIVED_GOODS: _not_left_empty,
    S.HEALTH_CHECKED: _not_left_empty,
    S.GOODS_RELEASED: _not_left_empty,
    S.PAID: _not_left_empty,
    S.LOOKED_EMPTY: _never,
}


# --- is a step done ------------------------------------------------------------------------------


class Done(NamedTuple):
    """When a step was done, and by which fact where one fact did it."""

    at: datetime
    fact: Fact | None


def _by_declaration(state: State, ref: Reference) -> Done | None:
    return Done(state.declared.occurred_at, state.declared) if state.content and state.declared else None


def _by_weight(state: State, ref: Reference) -> Done | None:
    return Done(state.weighed.occurred_at, state.weighed) if state.weighed else None


def channels(state: State) -> list[Channel | None]:
    """Customs' channel of each declaration on board; unknown is `None`."""
    groups = state.content.groups if state.content else ()
    return [state.channels.get(group.key) if group.key else None for group in groups]


def _by_customs(state: State, ref: Reference) -> Done | None:
    """Green counts as done with the registration (A); yellow, red and unknown wait for customs."""
    cleared = state.confirmed(S.CUSTOMS_CLEARED, Agency.CUSTOMS)
    if cleared is not None:
        return Done(cleared.occurred_at, cleared)
    accepted = state.confirmed(S.REGISTRATION_ACCEPTED, Agency.CUSTOMS)
    known = channels(state)
    all_green = bool(known) and all(channel is Channel.GREEN for channel in known)
    return Done(accepted.occurred_at, accepted) if accepted and all_green else None


def _by_transshipment(state: State, ref: Reference) -> Done | None:
    """Every declared package transshipped, stored or sent back; nothing declared is nothing done."""
    groups = state.content.groups if state.content else ()
    given = [*state.transshipped, *state.disposed]
    counted = bool(groups) and all(group.packages > 0 for group in groups)
    if not counted or not given or any(state.remaining(i) > 0 for i in range(len(groups))):
        return None
    last = max(given, key=lambda fact: (fact.occurred_at, fact.id))
    return Done(last.occurred_at, last)


def _by_receiving(state: State, ref: Reference) -> Done | None:
    return Done(state.received[-1].occurred_at, state.received[-1]) if state.received else None


def _by_release(state: State, ref: Reference) -> Done | None:
    """Customs' word on every goods group received, each of them under a customs declaration."""
    taken = [fact.data for fact in state.received if isinstance(fact.data, f.Received)]
    said = all(d.customs_number and state.released.get((d.source, d.group)) for d in taken)
    return Done(state.received[-1].occurred_at, None) if taken and said else None


def _by_payment(state: State, ref: Reference) -> Done | None:
    """Charged, and nothing owed on any order; not yet charged is not paid."""
    if not state.charges or any(state.owes(order) > 0 for order in Order):
        return None
    last = [*state.charges, *state.payments][-1]
    return Done(last.occurred_at, last)


DONE: dict[StepCode, Callable[[State, Reference], Done | None]] = {
    S.DECLARED: _by_declaration,
    S.WEIGHED: _by_weight,
    S.CUSTOMS_CLEARED: _by_customs,
    S.TRANSSHIPPED: _by_transshipment,
    S.RECEIVED_GOODS: _by_receiving,
    S.GOODS_RELEASED: _by_release,
    S.PAID: _by_payment,
}


@dataclass(frozen=True, slots=True)
class StepStatus:
    """Three states, never a flag: not required, waiting (for `waits_for`), or done at `done_at`."""

    step: Step
    required: bool
    done_at: datetime | None
    facts: tuple[Fact, ...]
    waits_for: tuple[Party, ...]

    @property
    def is_open(self) -> bool:
        return self.required and self.done_at is None


PARTIES = {agency: Party(agency) for agency in Agency}


def status(code: StepCode, state: State, ref: Reference) -> StepStatus:
    """Where a step of this crossing stands."""
    step = step_of(code, state)
    required = is_required(code, state, ref)
    if code in DONE:
        done = DONE[code](state, ref)
        facts = (done.fact,) if done and done.fact else ()
        waits = () if done else _movers(code, state)
        return StepStatus(step, required, done.at if done else None, facts, waits)
    words = [(agency, state.confirmed(code, agency)) for agency in step.agencies]
    given = tuple(fact for _, fact in words if fact is not None)
    missing = tuple(PARTIES[agency] for agency, fact in words if fact is None)
    complete = bool(given) if step.any_agency else not missing
    done_at = max(fact.occurred_at for fact in given) if complete else None
    return StepStatus(step, required, done_at, given, () if complete else missing)


def _movers(code: StepCode, state: State) -> tuple[Party, ...]:
    """A fee that nobody has computed yet is the Board's move, not the business's."""
    uncharged = code is StepCode.PAID and not state.charges
    return (Party.BOARD,) if uncharged else STEPS[code].parties


def is_required(code: StepCode, state: State, ref: Reference) -> bool:
    procedure = procedure_of(state)
    if procedure is None or code not in procedure.steps or code in procedure.optional:
        return False
    return REQUIRED.get(code, _always)(state, ref)


def statuses(state: State, ref: Reference) -> Iterator[StepStatus]:
    """Every step of the crossing's procedure, in its order."""
    procedure = procedure_of(state)
    for code in procedure.steps if procedure else ():
        yield status(code, state, ref)


def has_ended(state: State, ref: Reference) -> bool:
    return ended_at(state, ref) is not None


def ended_at(state: State, ref: Reference) -> datetime | None:
    """When it left, also if the declaration was withdrawn since, or was struck off. A withdrawn declaration
    ends a crossing that never arrived."""
    if state.struck_off is not None:
        return state.struck_off.occurred_at
    if state.withdrawn and state.present_since is None:
        return state.withdrawn_at
    procedure = _procedure_for(state.announced)
    return status(procedure.ends_with, state, ref).done_at if procedure else None


def next_leg(state: State) -> Leg | None:
    """The movement that comes next, by where the vehicle is."""
    procedure = procedure_of(state)
    if procedure is None:
        return None
    return next((leg for leg in procedure.legs if RANKS[leg.states] > state.rank), None)


def stands_at(state: State) -> tuple[CheckpointKind, ...]:
    """Checkpoints where the vehicle is, or to which it is on its way."""
    procedure = procedure_of(state)
    leg = next_leg(state)
    if procedure is None or leg is None:
        return ()
    if state.rank == 1 and leg.at is CheckpointKind.YARD:
        return (procedure.legs[0].at, leg.at)
    return (leg.at,)


def posts(step: Step, state: State) -> tuple[CheckpointKind, ...]:
    """Where a step waits now: where the vehicle stands or goes next. If it can be done only behind the
    vehicle, there: what was not said when it passed is still to be said, by whoever stands there."""
    here = stands_at(state)
    if found := tuple(point for point in step.at if point in here):
        return found
    procedure = procedure_of(state)
    passed = {leg.at for leg in procedure.legs if RANKS[leg.states] <= state.rank} if procedure else set()
    return tuple(point for point in step.at if point in passed)
