"""Which steps a crossing needs, and which of them each checkpoint waits for (procedures.md 2).

`PROCEDURES[kind]` is the law of one kind: its steps in order and its legs. A leg is one movement
past a checkpoint; `needs` are the steps without which no permit is given there. Confirmations come in
any order; only legs and signatures have needs.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from .declaration import Content
from .fold import RANKS, State
from .reference import Reference
from .regimes import added_steps
from .special_fold import goes_back_abroad
from .steps import STEPS, Step, StepCode
from .words import Agency, CheckpointKind, Direction, Kind, Place, Regime, Stay

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


HEALTH_MODE = (S.DRIVER_TESTED, S.VEHICLE_DISINFECTED, S.HANDED_OVER)

# (A) A vehicle that turns around leaves by where it came from. What was charged stays owed (`Reference`);
# nothing else keeps it here but a hold.
_TURN_NEEDS = (S.PAID,)
TURN_INLAND = (
    Leg(CheckpointKind.B2, IN, Place.ROAD, _TURN_NEEDS, S.TURNED_BACK),
    Leg(CheckpointKind.B1, IN, Place.ROAD, _TURN_NEEDS, S.TURNED_BACK),
)
TURN_ABROAD = (Leg(CheckpointKind.BORDER_LINE, OUT, Place.OTHER_SIDE, _TURN_NEEDS, S.TURNED_BACK),)


def procedure_of(state: State) -> Procedure | None:
    """None for a vehicle that is not declared: then no procedure applies and nothing is permitted."""
    found = procedure_for(state.content)
    if found is None:
        return None
    if state.turned is not None:
        return turning(found.kind, goes_back_abroad(state.content))
    asked = (S.TURN_ANSWERED,) if state.turn_asked else ()
    proposed = (S.CORRECTION_ANSWERED,) if state.proposal else ()
    return _with_questions(found, (*asked, *proposed))


def procedure_for(content: Content | None) -> Procedure | None:
    if content is None:
        return None
    return procedure(content.kind, content.regime, content.stay, content.vehicle.plate.country == "VN")


@lru_cache
def procedure(kind: Kind, regime: Regime, stay: Stay = Stay.ORDINARY, is_ours: bool = True) -> Procedure:
    """The law of a kind, with what its regime, the two-way pilot and the health mode add. Steps of the
    health mode are in every procedure; they are required only while it is on (`standing.REQUIRED`)."""
    returns = RETURN_INLAND if is_ours else RETURN_ABROAD
    base = returns if kind is Kind.EMPTY_RETURN else PROCEDURES[kind]
    first = ((S.TWO_WAY_REGISTERED,) if stay is Stay.TWO_WAY else ()) + HEALTH_MODE
    before_the_yard = added_steps(kind, regime)
    steps = _put(base.steps, first, S.ENTERED)
    steps = _put(steps, before_the_yard, S.PAID if S.PAID in steps else base.ends_with)
    legs = tuple(
        replace(leg, needs=(*leg.needs, *first, *(before_the_yard if i else ())))
        for i, leg in enumerate(base.legs)
    )
    return replace(base, steps=steps, legs=legs)


def _put(steps: tuple[StepCode, ...], added: tuple[StepCode, ...], before: StepCode) -> tuple[StepCode, ...]:
    at = steps.index(before)
    return (*steps[:at], *added, *steps[at:])


@lru_cache
def turning(kind: Kind, abroad: bool) -> Procedure:
    """What is left to do for a vehicle that turned around."""
    return Procedure(kind, (S.PAID, S.TURNED_BACK), TURN_ABROAD if abroad else TURN_INLAND)


@lru_cache
def _with_questions(found: Procedure, asked: tuple[StepCode, ...]) -> Procedure:
    """The business asked for something: somebody must answer, and nothing else waits for it (A)."""
    return replace(found, steps=(*asked, *found.steps)) if asked else found


BY_BORDER_GUARD_ALONE = {code: replace(step, agencies=(Agency.BORDER_GUARD,)) for code, step in STEPS.items()}


def step_of(code: StepCode, state: State, ref: Reference) -> Step:
    """The step as this crossing's procedure has it, at the places where this gate does it: an empty vehicle
    needs border guard's word alone."""
    procedure = procedure_of(state)
    step = BY_BORDER_GUARD_ALONE[code] if procedure and code in procedure.alone else STEPS[code]
    return _placed(step, ref.step_places[code]) if code in ref.step_places else step


@lru_cache(maxsize=256)
def _placed(step: Step, at: tuple[CheckpointKind, ...]) -> Step:
    return replace(step, at=at)


# --- where on its way ----------------------------------------------------------------------------


def legs_ahead(state: State) -> tuple[Leg, ...]:
    """The movements that still lie before the vehicle, by where it is; none for one that is not declared."""
    procedure = procedure_of(state)
    legs = procedure.legs if procedure else ()
    return tuple(leg for leg in legs if RANKS[leg.states] > state.rank)


ANYWHERE = tuple(
    {
        (leg.at, leg.direction): leg
        for procedure in (RETURN_ABROAD, RETURN_INLAND, *PROCEDURES.values())
        for leg in procedure.legs
    }.values()
)


def may_turn_up_at(state: State) -> tuple[Leg, ...]:
    """Where a lane must know it. One whose declaration was withdrawn is still where its way led; one that
    never had any is known everywhere, so that it is refused by name wherever it tries."""
    if state.content is not None:
        return legs_ahead(state)
    procedure = procedure_for(state.announced)
    if procedure is not None:
        return tuple(leg for leg in procedure.legs if RANKS[leg.states] > state.rank)
    return ANYWHERE if state.undeclared is not None else ()


def next_leg(state: State) -> Leg | None:
    """The movement that comes next."""
    return next(iter(legs_ahead(state)), None)


def stands_at(state: State) -> tuple[CheckpointKind, ...]:
    """Checkpoints where the vehicle is, or to which it is on its way."""
    procedure = procedure_of(state)
    leg = next_leg(state)
    if procedure is None or leg is None:
        return ()
    if state.rank == 1 and leg.at is CheckpointKind.YARD:
        return (procedure.legs[0].at, leg.at)
    return tuple(other.at for other in procedure.legs if other.states is leg.states)


def posts(step: Step, state: State) -> tuple[CheckpointKind, ...]:
    """Where a step waits now: where the vehicle stands or goes next. If it can be done only behind the
    vehicle, there: what was not said when it passed is still to be said, by whoever stands there."""
    here = stands_at(state)
    if found := tuple(point for point in step.at if point in here):
        return found
    procedure = procedure_of(state)
    passed = {leg.at for leg in procedure.legs if RANKS[leg.states] <= state.rank} if procedure else set()
    return tuple(point for point in step.at if point in passed)
