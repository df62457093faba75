"""May this officer do this now? One function per act; each returns every reason against it.

The same functions guard the actions and draw the buttons. Observations (a passage, a weight, a read)
are not judged here: what happened is recorded.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from . import facts as f
from .against import Against as Against
from .against import Case as Case
from .against import _alive as _alive
from .against import _mine as _mine
from .against import _objection as _objection
from .examination_decisions import LOOKED_INTO, looked_at
from .facts import Actor, Fact
from .finishing import FINISHED, left_at
from .fold import RANKS
from .permit import Code, Objection, Permit, Question, may_pass, papers_against
from .procedure import procedure_of, step_of
from .standing import is_required, left_empty, status
from .stays import misfits
from .steps import BORDER_LAW, CUSTOMS_LAW, STEPS, TWO_WAY_PILOT, StepCode
from .unloading_decisions import rests_on
from .words import ActorKind, Agency, Kind, Party


@dataclass(frozen=True, slots=True)
class Other:
    """Another living crossing of the same vehicle, as it is told to officers."""

    plate: str
    number: str


PASSAGE_STEPS = frozenset(RANKS) - {StepCode.IN_YARD}


# --- confirm -------------------------------------------------------------------------------------


def against_confirming(case: Case, step: str) -> list[Objection]:
    """Every reason why this actor may not confirm this step now."""
    found = list(_against_step(case, step))
    if not found:
        found = [
            *_signature_grounds(case, StepCode(step)),
            *_fits_two_way(case, StepCode(step)),
            *looked_at(case, StepCode(step)),
            *_papers_in_order(case, StepCode(step)),
            *_passage_permitted(case, StepCode(step)),
        ]
    return found


def _against_step(case: Case, step: str) -> Iterator[Objection]:
    procedure = procedure_of(case.state)
    if procedure is None:
        yield _objection(Against.NOT_DECLARED, Party.BUSINESS)
        return
    if step != FINISHED or left_at(case.state, case.ref) is None:
        yield from _alive(case)
    if step not in STEPS or StepCode(step) not in procedure.steps:
        yield _objection(Against.NO_SUCH_STEP, _mine(case), step=step)
        return
    code = StepCode(step)
    rule = step_of(code, case.state, case.ref)
    if not rule.by_hand:
        yield _objection(Against.NOT_BY_HAND, rule.parties[0], rule.law, step=step)
        return
    if case.actor.agency not in rule.agencies:
        yield _objection(Against.WRONG_AGENCY, Party(rule.agencies[0]), rule.law, step=step)
    elif _is_said(case, code, case.actor.agency):
        yield _already(case, code)
    if case.posts and not set(rule.at or ("desk",)) & set(case.posts):
        yield _objection(Against.WRONG_POST, _mine(case), rule.law, step=step, at=", ".join(rule.at))
    if not _may_be_given(case, code):
        yield _objection(Against.STEP_NOT_REQUIRED, _mine(case), rule.law, step=step)


def _is_said(case: Case, code: StepCode, agency: Agency) -> bool:
    """Done by this agency or another. A word whose ground was taken back is said, yet nothing is done."""
    done = status(code, case.state, case.ref).done_at is not None
    return done or (case.state.confirmed(code, agency) is not None and code not in LOOKED_INTO)


def _already(case: Case, code: StepCode) -> Objection:
    done = status(code, case.state, case.ref)
    fact = done.facts[0] if done.facts else None
    at = fact.occurred_at if fact else done.done_at
    by = fact.actor.name if fact else ""
    return _objection(Against.ALREADY_DONE, _mine(case), step=code, at=at, by=by)


def _may_be_given(case: Case, code: StepCode) -> bool:
    """Required, or recorded when given, or the officer's look at a vehicle that leaves empty."""
    procedure = procedure_of(case.state)
    if code is StepCode.LOOKED_EMPTY:
        return not case.state.received and not left_empty(case.state)
    optional = procedure is not None and code in procedure.optional
    return optional or is_required(code, case.state, case.ref)


def _signature_grounds(case: Case, code: StepCode) -> Iterator[Objection]:
    """The four conditions of signing a transshipment (domain.md 2.4), all told at once."""
    for ground in STEPS[code].rests_on:
        for party in status(ground, case.state, case.ref).waits_for:
            yield _objection(Against.NEED_OPEN, party, STEPS[ground].law, step=ground)
    if code is not StepCode.TRANSSHIPMENT_SIGNED:
        return
    if case.state.content and not case.state.content.vehicle.transport_licence:
        yield _objection(Against.LICENCE_NOT_REGISTERED, Party.BUSINESS, CUSTOMS_LAW)
    if not any(case.state.receiving_entered.values()):
        yield _objection(Against.NO_RECEIVING_VEHICLE, Party.BUSINESS, CUSTOMS_LAW)


def _passage_permitted(case: Case, code: StepCode) -> Iterator[Objection]:
    """To confirm that a vehicle passes is to let it pass: the permit of that checkpoint decides. One that
    has passed already (a lane or the other agency said so) is confirmed after hours too."""
    procedure = procedure_of(case.state)
    leg = procedure.leg_of(code) if procedure else None
    if leg is None or case.state.content is None:
        return
    question = Question(case.state, leg.at, leg.direction, case.at, case.ref, case.state.content.gate)
    answer = may_pass(question)
    if not isinstance(answer, Permit):
        passed = case.state.rank >= RANKS[code]
        yield from (o for o in answer if not (passed and o.code == Code.PLACE_CLOSED))


def _papers_in_order(case: Case, code: StepCode) -> Iterator[Objection]:
    """The licence is in order once the papers are that go with it."""
    if code is StepCode.LICENCE_CHECKED:
        yield from papers_against(case.state, case.ref)


def _fits_two_way(case: Case, code: StepCode) -> Iterator[Objection]:
    """Both register only what the pilot allows, and only while it is in force (domain.md 4.6)."""
    if code is not StepCode.TWO_WAY_REGISTERED or case.state.content is None:
        return
    if case.ref.two_way_stay_hours is None:
        yield _objection(Against.TWO_WAY_NOT_IN_FORCE, Party.BOARD, TWO_WAY_PILOT)
    for misfit in misfits(case.state.content):
        yield _objection(Against(misfit), Party.BUSINESS, TWO_WAY_PILOT)


# --- hold and lift -------------------------------------------------------------------------------


def against_holding(case: Case, reason: str) -> list[Objection]:
    """Any agency at the gate may hold, with a reason (procedures.md 3)."""
    found = list(_alive(case))
    if not reason.strip():
        found.append(_objection(Against.REASON_REQUIRED, _mine(case)))
    if case.actor.agency is None:
        found.append(_objection(Against.WRONG_AGENCY, Party.SYSTEM))
    return found


def against_lifting(case: Case, hold: UUID, words: str) -> list[Objection]:
    """Only the agency that placed a hold lifts it, with words."""
    fact = case.state.holds.get(hold)
    found: list[Objection] = []
    if fact is None:
        found.append(_objection(Against.NO_SUCH_HOLD, _mine(case)))
    elif fact.actor.agency is not case.actor.agency:
        party = Party(fact.actor.agency) if fact.actor.agency else Party.SYSTEM
        found.append(_objection(Against.NOT_YOUR_HOLD, party))
    if not words.strip():
        found.append(_objection(Against.WORDS_REQUIRED, _mine(case)))
    return found


# --- undo ----------------------------------------------------------------------------------------

UNDOABLE = (
    f.Confirmed,
    f.ChannelSet,
    f.Weighed,
    f.Identified,
    f.Settled,
    f.Transshipped,
    f.Disposed,
    f.Paid,
    f.SealPut,
    f.SealBroken,
    f.SealChecked,
    f.TurnedAround,
    f.TurnRefused,
    f.HandedOver,
    f.TakenOut,
    *f.ExaminationData.__args__,
    f.Parked,
    f.BayLeft,
    f.BayKept,
    f.TransferPlanned,
    f.TransferBegan,
    f.DocumentsChecked,
    f.CorrectionAsked,
    f.StruckOff,
    f.UnloadedInPart,
)


def against_undoing(case: Case, facts: list[Fact], target: UUID, words: str) -> list[Objection]:
    """An agency takes back only its own statements, with a reason, while the crossing lives."""
    fact = next((fact for fact in facts if fact.id == target), None)
    found = [] if fact and _may_come_late(fact.data) else list(_alive(case))
    if fact is None:
        return [*found, _objection(Against.NO_SUCH_FACT, _mine(case))]
    if not _speaks_for(case.actor, fact.actor):
        party = Party(fact.actor.agency) if fact.actor.agency else Party.SYSTEM
        found.append(_objection(Against.NOT_YOUR_FACT, party))
    moved = isinstance(fact.data, f.TurnedAround) and fact.data.gate
    if not isinstance(fact.data, UNDOABLE) or moved:
        found.append(_objection(Against.NOT_UNDOABLE, _mine(case)))
    if isinstance(fact.data, f.UnloadedInPart):
        found += rests_on(case, target)
    if target in f.voided(facts):
        found.append(_objection(Against.ALREADY_UNDONE, _mine(case)))
    if not words.strip():
        found.append(_objection(Against.WORDS_REQUIRED, _mine(case)))
    return found


def _may_come_late(data: f.AnyData) -> bool:
    """Goods are taken out of store, and declarations finished, long after the vehicle has gone; what was
    struck off by mistake is over by that very word."""
    finished = isinstance(data, f.Confirmed) and data.step == FINISHED
    return finished or isinstance(data, f.TakenOut | f.StruckOff)


def _speaks_for(actor: Actor, author: Actor) -> bool:
    """Of the same agency; without one, of the same organisation, or the very same device or partner."""
    if (actor.agency, actor.organisation) != (author.agency, author.organisation):
        return False
    return actor.agency is not None or bool(actor.organisation) or actor.id == author.id


# --- strike off ----------------------------------------------------------------------------------

STOPPERS = (Agency.BORDER_GUARD, Agency.CUSTOMS)


def against_striking_off(case: Case, words: str) -> list[Objection]:
    """Border guard or customs, of a crossing that lives, with words."""
    found = list(_alive(case))
    if case.actor.agency not in STOPPERS:
        found.append(_objection(Against.WRONG_AGENCY, Party.BORDER_GUARD, BORDER_LAW))
    if not words.strip():
        found.append(_objection(Against.WORDS_REQUIRED, Party.BORDER_GUARD))
    return found


def against_living_again(case: Case, others: Iterable[Other]) -> list[Objection]:
    """A vehicle that was struck off by mistake goes on, unless it is in another living crossing by now."""
    return [
        _objection(Against.PLATE_UNDER_WAY, _mine(case), plate=other.plate, number=other.number)
        for other in others
    ]


# --- goods ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Transfer:
    """Packages of one goods group that shall go to a receiving vehicle."""

    group: int
    packages: int
    receiving: UUID


def against_transshipping(case: Case, transfer: Transfer) -> list[Objection]:
    """Goods change vehicles once the transshipment is signed, onto a linked vehicle that has entered."""
    found = list(_alive(case))
    if case.state.kind is not Kind.IMPORT_TRANSSHIPMENT:
        return [*found, _objection(Against.NO_SUCH_STEP, _mine(case), step=StepCode.TRANSSHIPPED)]
    if status(StepCode.TRANSSHIPMENT_SIGNED, case.state, case.ref).is_open:
        found.append(_objection(Against.NOT_SIGNED, Party.CUSTOMS, CUSTOMS_LAW))
    if transfer.receiving not in case.state.links:
        found.append(_objection(Against.NOT_LINKED, Party.BUSINESS))
    elif not case.state.receiving_entered.get(transfer.receiving):
        found.append(_objection(Against.NOT_ENTERED, Party.BORDER_GUARD, BORDER_LAW))
    return [*found, *_enough_left(case, transfer.group, transfer.packages)]


def against_disposing(case: Case, group: int, packages: int) -> list[Objection]:
    """Only customs stores goods or sends them back."""
    found = list(_alive(case))
    if case.actor.agency is not Agency.CUSTOMS:
        found.append(_objection(Against.WRONG_AGENCY, Party.CUSTOMS, CUSTOMS_LAW))
    return [*found, *_enough_left(case, group, packages)]


def _enough_left(case: Case, group: int, packages: int) -> Iterator[Objection]:
    groups = case.state.content.groups if case.state.content else ()
    if not 0 <= group < len(groups):
        yield _objection(Against.NO_SUCH_GROUP, _mine(case), group=group)
    elif not 0 < packages <= case.state.remaining(group):
        left = case.state.remaining(group)
        yield _objection(Against.TOO_MANY_PACKAGES, _mine(case), packages=packages, left=left)


# --- customs' word, payment, identity ------------------------------------------------------------


def against_setting_channel(case: Case, customs_number: str) -> list[Objection]:
    """The channel is customs' word on a declaration that this vehicle carries."""
    found = list(_alive(case))
    if case.actor.agency is not Agency.CUSTOMS:
        found.append(_objection(Against.WRONG_AGENCY, Party.CUSTOMS, CUSTOMS_LAW))
    carried = {g.key for g in case.state.content.groups} if case.state.content else set()
    if not customs_number or customs_number[:11] not in carried:
        found.append(_objection(Against.NO_SUCH_GROUP, Party.BUSINESS, CUSTOMS_LAW, group=customs_number))
    return found


def against_paying(case: Case, order: str, amount: int) -> list[Objection]:
    """Exactly what is owed on an order is paid; the desk does not take part payments."""
    owed = {str(o): case.state.owes(o) for o in case.state.charged}.get(order, 0)
    if owed <= 0:
        return [_objection(Against.NOTHING_OWED, Party.BOARD, order=order)]
    return (
        [] if amount == owed else [_objection(Against.WRONG_AMOUNT, Party.BUSINESS, owed=owed, amount=amount)]
    )


SETTLED_BY: dict[str, tuple[Agency, ...]] = {
    Code.IDENTITY_MISMATCH: STOPPERS,
    Code.BOUND_ELSEWHERE: STOPPERS,
    Code.OVERSTAY: STOPPERS,
    Code.OVERWEIGHT: STOPPERS,
    Code.SEAL_NOT_INTACT: (Agency.CUSTOMS,),
    Code.PAIR_QUANTITY: (Agency.CUSTOMS,),
    Code.PAIR_OVERDUE: (Agency.CUSTOMS,),
    Code.EXAMINATION_DEVIATES: (Agency.CUSTOMS,),
    Code.UNLOADING_DIFFERS: (Agency.CUSTOMS,),
}


def against_settling(case: Case, objection: str, words: str) -> list[Objection]:
    """Border guard settles what an officer has seen with his own eyes; customs that, and its own matters."""
    found = list(_alive(case))
    may = SETTLED_BY.get(objection, STOPPERS)
    if case.actor.agency not in may or case.actor.kind is not ActorKind.PERSON:
        found.append(_objection(Against.WRONG_AGENCY, Party(may[0]), BORDER_LAW))
    if objection not in SETTLED_BY:
        found.append(_objection(Against.NOT_UNDOABLE, _mine(case)))
    if not words.strip():
        found.append(_objection(Against.WORDS_REQUIRED, _mine(case)))
    return found
