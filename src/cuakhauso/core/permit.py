"""One permit: may this vehicle pass here, now? The barrier, the officer's button, the driver's phone and
the business's page all show this answer. No one writes a second version of it.

`may_pass` collects every objection, in the order of procedures.md 4. No objection, and only then, is a
permit. Whatever is not known is an objection.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from . import facts as f
from .binding import stops
from .declaration import Content, Plate
from .examinations import asked_anew, open_at_customs, refusals
from .fold import State
from .pairing import Pair, pairs
from .papers import papers
from .question import Code as Code
from .question import Objection as Objection
from .question import Permit as Permit
from .question import Question as Question
from .reference import Reference
from .seals import not_intact, seals_on
from .standing import has_ended, status
from .stays import stay_ends, stay_hours
from .steps import (
    BORDER_LAW,
    CUSTOMS_LAW,
    FEE_LAW,
    LOOK_LAWS,
    PLATFORM_RULE,
    TRADE_LAW,
    TRANSPORT_LAW,
    StepCode,
)
from .unloading import subject_of, unsettled
from .weights import is_over
from .words import Agency, CheckpointKind, Order, Party, Place

PERMIT_LASTS = timedelta(minutes=15)
AGENCIES = frozenset(str(agency) for agency in Agency)
Rule = Callable[[Question], Iterator[Objection]]


def declared(q: Question) -> Iterator[Objection]:
    """No declaration, no passage (Công văn 57/UBND-KGVX)."""
    if q.state.withdrawn:
        yield Objection(Code.DECLARATION_WITHDRAWN, Party.BUSINESS, law=PLATFORM_RULE)
    elif q.state.content is None and q.state.count:
        yield Objection(Code.UNDECLARED, Party.BUSINESS, "temporary_yard", PLATFORM_RULE)


def identities_agree(q: Question) -> Iterator[Objection]:
    """What was read equals what was declared: tractor, trailer, container and seal belong together."""
    content = q.state.content
    if content is None:
        return
    for subject, fact in sorted(q.state.read.items()):
        data = fact.data
        if not isinstance(data, f.Identified) or ("identity_mismatch", subject) in q.state.settled:
            continue
        if not is_announced(q.state, content, data):
            should = painted(q.state, content).get(subject, ())
            details = {"subject": subject, "read": data.painted, "declared": ", ".join(should)}
            yield Objection(Code.IDENTITY_MISMATCH, Party.BORDER_GUARD, q.checkpoint, BORDER_LAW, details)


def bound_once(q: Question) -> Iterator[Objection]:
    """Trailer, container and seal are in one living declaration, or an officer has settled it."""
    for thing, pair in stops(q.state):
        details = {"subject": thing.subject, "value": thing.value, "pair": pair}
        yield Objection(Code.BOUND_ELSEWHERE, Party.BUSINESS, q.checkpoint, BORDER_LAW, details)


def is_announced(state: State, content: Content, read: f.Identified) -> bool:
    """To the last sign, and in the province where both say one: 粤A12345 is not 桂A12345."""
    if read.subject in (numbers := plates(state, content)):
        return any(
            read.value == plate.number and (not plate.province or read.province in ("", plate.province))
            for plate in numbers[read.subject]
        )
    return read.value in painted(state, content).get(read.subject, ())


def painted(state: State, content: Content) -> dict[str, tuple[str, ...]]:
    """What is to be read on this vehicle now: a dedicated tractor that took over counts, seals that customs
    opened do not, those put on since do."""
    found = {subject: tuple(one.painted for one in some) for subject, some in plates(state, content).items()}
    return {**found, "container": content.vehicle.containers, "seal": seals_on(state)}


def plates(state: State, content: Content) -> dict[str, tuple[Plate, ...]]:
    return {"plate": (plate_of(state, content),), "trailer": content.vehicle.trailers}


def plate_of(state: State, content: Content) -> Plate:
    """The tractor that stands before this vehicle now."""
    over = state.handed_over.data if state.handed_over else None
    return over.plate if isinstance(over, f.HandedOver) else content.vehicle.plate


def expected_here(q: Question) -> Iterator[Objection]:
    """The procedure leads past this checkpoint, this way, at this gate."""
    if q.state.content is None:
        return
    if q.state.content.gate != q.gate or q.leg is None:
        details = {"gate": q.state.content.gate, "direction": q.direction}
        yield Objection(Code.NOT_EXPECTED_HERE, Party.DRIVER, q.checkpoint, BORDER_LAW, details)


def steps_done(q: Question) -> Iterator[Objection]:
    """Every required step that the permit here needs is done, by each agency that must do it."""
    for code in q.leg.needs if q.leg else ():
        if code is StepCode.PAID and q.state.charges:
            continue
        stand = status(code, q.state, q.ref)
        if not stand.is_open:
            continue
        if code is StepCode.TRANSSHIPPED and (left := _left_over(q.state)):
            yield from left
            continue
        place = stand.step.at[0] if stand.step.at else ""
        for party in _who(code, stand.waits_for):
            details = {"step": code, **_why_again(q.state, code, party)}
            yield Objection(Code.STEP_OPEN, party, place, stand.step.law, details)


def _why_again(state: State, code: StepCode, party: Party) -> dict[str, Any]:
    """Customs, a quarantine or health has said it, and then opened the question itself."""
    anew = asked_anew(state, code, Agency(party)) if party in AGENCIES else None
    if anew is None:
        return {}
    word, cause = anew
    return {"said_at": word.occurred_at, "because": cause.kind, "because_at": cause.occurred_at}


def _who(code: StepCode, waiting: tuple[Party, ...]) -> tuple[Party, ...]:
    return waiting[:1] if code is StepCode.IN_YARD else waiting


def _left_over(state: State) -> list[Objection]:
    groups = state.content.groups if state.content else ()
    return [
        Objection(
            Code.GOODS_REMAINING, Party.YARD, CheckpointKind.YARD, CUSTOMS_LAW,
            {"customs_number": group.customs_number, "group": i, "packages": state.remaining(i)},
        )
        for i, group in enumerate(groups)
        if state.remaining(i) > 0
    ]  # fmt: skip


def unloading_agrees(q: Question) -> Iterator[Objection]:
    """What somebody counted on the vehicle is what the platform computes, or customs has settled it."""
    if q.leg is None or q.leg.states is StepCode.ENTERED:
        return
    for line in unsettled(q.state):
        details = {"subject": subject_of(line), "packages": line.packages, "left": line.computed}
        yield Objection(Code.UNLOADING_DIFFERS, Party.CUSTOMS, q.checkpoint, CUSTOMS_LAW, details)


def no_live_hold(q: Question) -> Iterator[Objection]:
    """A live hold stops the vehicle everywhere, except towards the place where it must report."""
    for fact in q.state.live_holds:
        data = fact.data
        if not isinstance(data, f.Held) or data.report_to in _leads_towards(q):
            continue
        details = {
            "reason": data.reason, "words": fact.note, "since": fact.occurred_at, "hold": fact.id,
            "to_do": data.to_do, "minutes": data.minutes,
        }  # fmt: skip
        party = Party(fact.actor.agency) if fact.actor.agency else Party.SYSTEM
        yield Objection(Code.HOLD_LIVE, party, data.report_to or "", data.law, details)


def _leads_towards(q: Question) -> tuple[Place, ...]:
    """Places to which this passage is the way: through the gate one comes to the yard."""
    if q.checkpoint is CheckpointKind.TEMPORARY_YARD:
        return (Place.TEMPORARY_YARD,)
    if q.leg is None:
        return ()
    return (Place.GATE_AREA, Place.YARD) if q.leg.to is Place.GATE_AREA else (q.leg.to,)


def paid(q: Question) -> Iterator[Objection]:
    """What was charged is paid, order by order."""
    if q.leg is None or StepCode.PAID not in q.leg.needs:
        return
    if not status(StepCode.PAID, q.state, q.ref).required:
        return
    for order in Order:
        if (owed := q.state.owes(order)) > 0:
            yield Objection(Code.UNPAID, Party.BUSINESS, "", FEE_LAW, {"order": order, "amount": owed})


def documents_valid(q: Question) -> Iterator[Objection]:
    """No paper of the vehicle has run out or is still to begin (domain.md 4.6)."""
    for stand in papers(q.state, q.ref) if q.state.content else ():
        if stand.has_run_out(q.at):
            details = {"document": stand.kind, "since": stand.valid_to}
            yield Objection(Code.DOCUMENT_EXPIRED, Party.BUSINESS, "", TRANSPORT_LAW, details)
        if stand.not_yet(q.at):
            details = {"document": stand.kind, "since": stand.valid_from}
            yield Objection(Code.DOCUMENT_NOT_YET, Party.BUSINESS, "", TRANSPORT_LAW, details)


def documents_in_order(q: Question) -> Iterator[Objection]:
    """Where the licence must have been looked at, so must the papers with it."""
    if q.leg is not None and StepCode.LICENCE_CHECKED in q.leg.needs:
        yield from papers_against(q.state, q.ref)


def papers_against(state: State, ref: Reference) -> Iterator[Objection]:
    """What an officer found not in order; where the Board says that it stops, what is missing or unseen."""
    for stand in papers(state, ref) if state.content else ():
        details = {"document": stand.kind, "found": stand.looked.look.found if stand.looked else ""}
        law = stand.law or TRANSPORT_LAW
        if stand.is_bad:
            yield Objection(Code.DOCUMENT_REFUSED, Party.BUSINESS, "", law, details)
        elif stand.stops and not stand.is_there:
            yield Objection(Code.DOCUMENT_MISSING, Party.BUSINESS, "", law, details)
        elif stand.stops and stand.looked is None:
            yield Objection(Code.DOCUMENT_NOT_SEEN, Party.TRANSPORT_LICENCE, "", law, details)


def within_stay(q: Question) -> Iterator[Objection]:
    """A foreign vehicle leaves within its stay limit, or an officer has settled it (domain.md 4.6)."""
    if q.leg is None or q.leg.states is StepCode.ENTERED or (Code.OVERSTAY, "") in q.state.settled:
        return
    limit = stay_ends(q.state, q.ref)
    if limit is not None and q.at > limit:
        details = {"limit": limit, "hours": stay_hours(q.state, q.ref)}
        yield Objection(Code.OVERSTAY, Party.BORDER_GUARD, q.checkpoint, TRANSPORT_LAW, details)


def within_weight(q: Question) -> Iterator[Objection]:
    """The weight measured does not exceed the permitted gross weight by more than the tolerance."""
    limit = q.state.content.vehicle.max_gross_kg if q.state.content else None
    data = q.state.weighed.data if q.state.weighed else None
    if limit is None or not isinstance(data, f.Weighed) or (Code.OVERWEIGHT, "") in q.state.settled:
        return
    if is_over(data.gross_kg, limit, q.ref.weight_tolerance_percent):
        details = {
            "measured": data.gross_kg,
            "limit": limit,
            "tolerance": q.ref.weight_tolerance_percent,
        }
        yield Objection(Code.OVERWEIGHT, Party.BUSINESS, q.checkpoint, TRANSPORT_LAW, details)


def seals_intact(q: Question) -> Iterator[Objection]:
    """No seal was found damaged, or customs has settled it."""
    for seal in not_intact(q.state):
        details = {"subject": seal.number, "since": seal.checked_at}
        yield Objection(Code.SEAL_NOT_INTACT, Party.CUSTOMS, q.checkpoint, CUSTOMS_LAW, details)


def _pairs_that_bind(q: Question) -> Iterator[Pair]:
    """Not on the way in: customs compares in the yard. Not on the way back: nothing leaves."""
    if q.leg is not None and q.leg.states is not StepCode.ENTERED and q.state.turned is None:
        yield from pairs(q.state, q.ref)


def legs_of_regime_agree(q: Question) -> Iterator[Objection]:
    """What leaves is no more than what came by the first leg."""
    for pair in _pairs_that_bind(q):
        if pair.took > pair.left and ("pair_quantity", pair.customs_number) not in q.state.settled:
            details = {"subject": pair.customs_number, "packages": pair.took, "left": pair.left}
            yield Objection(Code.PAIR_QUANTITY, Party.CUSTOMS, q.checkpoint, TRADE_LAW, details)


def in_time_for_regime(q: Question) -> Iterator[Objection]:
    """The goods of a first leg leave within their regime's days, or customs has settled it."""
    for pair in _pairs_that_bind(q):
        if pair.due and q.at > pair.due and ("pair_overdue", pair.customs_number) not in q.state.settled:
            details = {"subject": pair.customs_number, "due": pair.due}
            yield Objection(Code.PAIR_OVERDUE, Party.CUSTOMS, q.checkpoint, TRADE_LAW, details)


def goods_conform(q: Question) -> Iterator[Objection]:
    """Customs found the goods as declared, or has settled what it found. That word is customs' alone."""
    if q.leg is None or StepCode.CUSTOMS_CLEARED not in q.leg.needs:
        return
    for code, number in open_at_customs(q.state):
        if code in (Code.EXAMINATION_DEVIATES, Code.EXAMINATION_REFUSED):
            yield Objection(code, Party.CUSTOMS, q.checkpoint, CUSTOMS_LAW, {"subject": number})


def quarantine_passed(q: Question) -> Iterator[Objection]:
    """What a quarantine or health refused goes back by the way it came, and nowhere else (domain.md 2.8)."""
    for fact in refusals(q.state) if q.state.turned is None else ():
        assert fact.actor.agency is not None
        law, details = LOOK_LAWS[fact.actor.agency], {"since": fact.occurred_at, "words": fact.note}
        yield Objection(Code.QUARANTINE_REFUSED, Party(fact.actor.agency), q.checkpoint, law, details)


def place_open(q: Question) -> Iterator[Objection]:
    """The checkpoint is within its opening hours and not closed by the hour."""
    if q.checkpoint in q.ref.places_with_hours and not q.ref.calendar.is_open(q.at):
        closure = q.ref.calendar.closure_at(q.at)
        party = Party.OTHER_SIDE if closure and closure.other_side else Party.CLOSED_HOURS
        details = {
            "opens": q.ref.calendar.opens_next(q.at),
            "reason": closure.reason if closure else "",
        }
        yield Objection(Code.PLACE_CLOSED, party, q.checkpoint, BORDER_LAW, details)


def yard_has_room(q: Question) -> Iterator[Objection]:
    """The yard it is entered for has a free bay, where the Board has set a number of bays."""
    if q.leg is None or q.leg.states is not StepCode.ENTERED or q.state.content is None:
        return
    yard = q.state.content.yard
    if q.ref.free_bays.get(yard, 1) <= 0 and q.state.rank == 0:
        yield Objection(Code.YARD_FULL, Party.YARD, yard, PLATFORM_RULE, {"yard": yard})


def its_turn(q: Question) -> Iterator[Objection]:
    """A queued vehicle passes once it is called."""
    if q.state.queued_since is not None and q.state.called_at is None and q.state.rank == 0:
        details = {"since": q.state.queued_since}
        yield Objection(Code.CALLED_OTHERS_FIRST, Party.QUEUE, q.checkpoint, PLATFORM_RULE, details)


def known(q: Question) -> Iterator[Objection]:
    """Without a fact there is nothing to judge by; a crossing that was struck off is over."""
    if q.state.count == 0 or (
        q.state.content is None and q.state.undeclared is None and not q.state.withdrawn
    ):
        yield Objection(Code.UNKNOWN_STATE, Party.SYSTEM, q.checkpoint)
    if q.state.struck_off is not None:
        yield Objection(Code.STRUCK_OFF, Party.BUSINESS, q.checkpoint)
    elif has_ended(q.state, q.ref):
        yield Objection(Code.CROSSING_ENDED, Party.BUSINESS, q.checkpoint)


RULES: tuple[Rule, ...] = (
    declared,
    identities_agree,
    bound_once,
    expected_here,
    steps_done,
    unloading_agrees,
    no_live_hold,
    paid,
    documents_valid,
    documents_in_order,
    within_stay,
    within_weight,
    seals_intact,
    legs_of_regime_agree,
    in_time_for_regime,
    goods_conform,
    quarantine_passed,
    place_open,
    yard_has_room,
    its_turn,
    known,
)


def may_pass(q: Question) -> Permit | list[Objection]:
    """A permit, or every objection. The only door: nothing else may open a barrier."""
    if q.checkpoint is CheckpointKind.TEMPORARY_YARD:
        return _to_temporary_yard(q)
    against = [objection for rule in RULES for objection in rule(q)]
    if against or q.state.content is None:
        return against or [Objection(Code.UNKNOWN_STATE, Party.SYSTEM, q.checkpoint)]
    vehicle = q.state.content.vehicle
    return Permit(
        plate=plate_of(q.state, q.state.content).number,
        trailers=tuple(t.number for t in vehicle.trailers),
        containers=vehicle.containers,
        checkpoint=q.checkpoint,
        direction=q.direction,
        valid_from=q.at,
        until=q.at + PERMIT_LASTS,
        facts=q.state.count,
    )


def _to_temporary_yard(q: Question) -> Permit | list[Objection]:
    """The one way of an undeclared vehicle, and of no other; a hold stops it there too."""
    undeclared = q.state.undeclared
    if undeclared is None or q.state.content is not None or undeclared.gate != q.gate:
        return [Objection(Code.NOT_EXPECTED_HERE, Party.DRIVER, q.checkpoint, PLATFORM_RULE)]
    if against := [*no_live_hold(q), *known(q)]:
        return against
    return Permit(
        plate=undeclared.plate, trailers=(), containers=(), checkpoint=q.checkpoint,
        direction=q.direction, valid_from=q.at, until=q.at + PERMIT_LASTS, facts=q.state.count,
    )  # fmt: skip
