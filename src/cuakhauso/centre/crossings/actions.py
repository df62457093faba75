"""Everything that changes a crossing: one function per act that an officer, a device or a desk can name.

Decisions (confirm, hold, lift, undo, pay …) are judged by `core.decisions` and refused with every reason.
Observations (arrive, weigh, identify, pass) are always taken in. Sending the same fact id again changes
nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import uuid_utils.compat as uuid7
from django.db import transaction

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core import identifiers as ids
from cuakhauso.core.charges import MissingRate, charge, difference
from cuakhauso.core.facts import Actor, Fact, at_a_possible_time
from cuakhauso.core.permit import Objection, Permit, Question, may_pass
from cuakhauso.core.reference import HANOI
from cuakhauso.core.steps import PLATFORM_RULE, STEPS
from cuakhauso.core.words import Agency, Channel, CheckpointKind, Direction, Order, Party, Place

from ..accounts.duties import Duty
from ..accounts.principal import Principal
from ..places.models import HoldReason
from ..places.reference import references
from ..shared import audit, store
from ..shared.errors import FieldError, IdReused, Invalid, MissingTariff, NotAllowed, NotFound, Refused
from ..shared.locks import lock_plates
from ..shared.models import Crossing
from ..shared.store import Story

MOST_LATE = timedelta(days=7)
GOODS_MOVERS = (Agency.YARD, Agency.CUSTOMS)
STOPPERS = (Agency.BORDER_GUARD, Agency.CUSTOMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who says something, since when it is so, and under which id. Common to every act."""

    by: Principal
    id: UUID | None = None
    occurred_at: datetime | None = None
    note: str = ""
    checkpoint: str = ""

    @property
    def fact_id(self) -> UUID:
        return self.id or UUID(str(uuid7.uuid7()))


Judge = Callable[[d.Case, Story], Sequence[Objection]]


def _act(
    crossing: UUID,
    said: Said,
    data: Callable[[Story], f.AnyData],
    judge: Judge,
    *,
    prefer: Iterable[Agency] = (),
    undoes: UUID | None = None,
) -> Story:
    """Lock, judge, append, project, publish. A refusal is kept in the audit trail."""
    now = store.now()
    at = _moment(said.occurred_at, now)
    reader = references()

    def decide(story: Story) -> list[Fact]:
        actor = _actor(said.by, story, prefer)
        if _said_before(story, said, actor, data, undoes):
            return []
        case = d.Case(story.state, actor, at, reader(story.gate), _posts(said.by, story.gate, actor))
        if against := list(judge(case, story)):
            raise Refused(against)
        return [_fact(story.id, data(story), said, actor, at, now, undoes)]

    try:
        return store.act(crossing, decide, reader)
    except Refused as error:
        actor = said.by.actor(prefer=prefer)
        audit.record("refused", f"crossing:{crossing}", actor=actor, why=[o.code for o in error.objections])
        raise


def _said_before(
    story: Story, said: Said, actor: Actor, data: Callable[[Story], f.AnyData], undoes: UUID | None = None
) -> bool:
    """Whether this very thing was said under this id already, by the same organisation: a device that sends
    its journal again may have a new token by then. Raises `IdReused` where it was another."""
    known = next((fact for fact in story.facts if fact.id == said.id), None)
    if known is None:
        return False
    by = (known.actor.agency, known.actor.organisation)
    same = (*by, known.data, known.note, known.undoes) == (
        actor.agency, actor.organisation, data(story), said.note.strip(), undoes,
    )  # fmt: skip
    if not same or said.occurred_at not in (None, known.stated_at or known.occurred_at):
        raise IdReused
    return True


def _moment(occurred_at: datetime | None, now: datetime) -> datetime:
    if occurred_at is None:
        return now
    if now - occurred_at > MOST_LATE:
        raise Invalid([FieldError("occurred_at", "too_long_ago", {"days": MOST_LATE.days})])
    return at_a_possible_time(occurred_at, now)


def _actor(by: Principal, story: Story, prefer: Iterable[Agency]) -> Actor:
    """Somebody with a role at this gate, or the business itself; to all others it does not exist."""
    if not by.roles_at(story.gate):
        raise NotFound
    businesses = {str(b) for b in by.businesses}
    content = story.state.content
    if by.agencies_at(story.gate) or by.has(Duty.DEVICE, Duty.DESK, Duty.SUPPORT):
        return by.actor(story.gate, prefer)
    if content is not None and content.declarant in businesses:
        return by.actor(story.gate, prefer)
    raise NotFound


def _posts(by: Principal, gate: str, actor: Actor) -> tuple[str, ...]:
    """Where this actor stands; empty when any of its roles covers the whole gate."""
    roles = [role for role in by.roles_at(gate) if role.agency is actor.agency]
    if any(not role.posts for role in roles):
        return ()
    return tuple(dict.fromkeys(post for role in roles for post in role.posts))


def _fact(
    crossing: UUID,
    data: f.AnyData,
    said: Said,
    actor: Actor,
    at: datetime,
    now: datetime,
    undoes: UUID | None,
) -> Fact:
    stated = said.occurred_at if said.occurred_at is not None and said.occurred_at != at else None
    return Fact(
        id=said.fact_id, crossing=crossing, occurred_at=at, recorded_at=now, actor=actor,
        source=said.by.source, data=data, checkpoint=said.checkpoint, note=said.note.strip(), undoes=undoes,
        stated_at=stated, v=f.FORM_VERSION,
    )  # fmt: skip


# --- decisions -----------------------------------------------------------------------------------


def confirm(crossing: UUID, step: str, said: Said, *, result: str = "") -> Story:
    """An agency states that a step happened. Passage steps need the permit of their checkpoint."""
    agencies = STEPS[step].agencies if step in STEPS else ()  # type: ignore[index]
    return _act(
        crossing,
        said,
        lambda story: f.Confirmed(step=step, result=result),
        lambda case, story: d.against_confirming(case, step),
        prefer=agencies,
    )


def hold(
    crossing: UUID,
    reason: str,
    said: Said,
    *,
    report_to: Place | None = None,
    to_do: str = "",
    minutes: int | None = None,
    customs_number: str = "",
) -> Story:
    """Stop the vehicle, with a coded reason."""
    row = HoldReason.objects.filter(pk=reason).first()
    if reason and row is None:
        raise Invalid([FieldError("reason", "reason_unknown", {"value": reason})])
    held = f.Held(
        reason=reason, law=row.law if row else "", report_to=report_to, to_do=to_do,
        minutes=minutes if minutes is not None else (row.minutes if row else None),
        customs_number=customs_number,
    )  # fmt: skip
    prefer = (Agency(row.agency),) if row and row.agency else ()
    return _act(
        crossing, said, lambda story: held, lambda case, story: d.against_holding(case, reason), prefer=prefer
    )


def lift(crossing: UUID, hold: UUID, said: Said) -> Story:
    """Release a hold, with words. Only the agency that placed it."""
    return _act(
        crossing,
        said,
        lambda story: f.Lifted(hold=hold),
        lambda case, story: d.against_lifting(case, hold, said.note),
        prefer=list(Agency),
    )


def undo(crossing: UUID, fact: UUID, said: Said) -> Story:
    """Take back one's own agency's statement, with a reason."""
    return _act(
        crossing,
        said,
        lambda story: f.Undone(),
        lambda case, story: d.against_undoing(case, story.facts, fact, said.note),
        undoes=fact,
    )


def set_channel(crossing: UUID, customs_number: str, channel: Channel, said: Said) -> Story:
    """Customs' channel for one declaration that the vehicle carries."""
    return _act(
        crossing,
        said,
        lambda story: f.ChannelSet(customs_number=customs_number[:11], channel=channel),
        lambda case, story: d.against_setting_channel(case, customs_number),
        prefer=(Agency.CUSTOMS,),
    )


def transship(crossing: UUID, transfer: d.Transfer, said: Said) -> Story:
    """Packages of one goods group go to a linked receiving vehicle."""

    def data(story: Story) -> f.Transshipped:
        link = story.state.links.get(transfer.receiving)
        groups = story.state.content.groups if story.state.content else ()
        return f.Transshipped(
            receiving=transfer.receiving,
            plate=link.plate if link else "",
            group=transfer.group,
            customs_number=groups[transfer.group].customs_number if transfer.group < len(groups) else "",
            packages=transfer.packages,
        )

    return _act(
        crossing,
        said,
        data,
        lambda case, story: [*_only(case, GOODS_MOVERS), *d.against_transshipping(case, transfer)],
        prefer=GOODS_MOVERS,
    )


def _only(case: d.Case, agencies: tuple[Agency, ...]) -> list[Objection]:
    if case.actor.agency in agencies:
        return []
    return [Objection(d.Against.WRONG_AGENCY, Party(agencies[0]), details={"step": ""})]


def dispose(crossing: UUID, group: int, packages: int, how: str, said: Said) -> Story:
    """Customs records goods as stored or sent back."""
    return _act(
        crossing,
        said,
        lambda story: f.Disposed(group=group, packages=packages, how=how),
        lambda case, story: d.against_disposing(case, group, packages),
        prefer=(Agency.CUSTOMS,),
    )


def settle(crossing: UUID, objection: str, subject: str, said: Said) -> Story:
    """An officer looked and settles what stood against the vehicle, with words."""
    return _act(
        crossing,
        said,
        lambda story: f.Settled(objection=objection, subject=subject),
        lambda case, story: d.against_settling(case, objection, said.note),
        prefer=STOPPERS,
    )


def ask_correction(crossing: UUID, fields: Sequence[str], said: Said) -> Story:
    """An officer asks the business to correct named fields, with words."""

    def judge(case: d.Case, story: Story) -> list[Objection]:
        missing = [] if said.note.strip() else [Objection(d.Against.WORDS_REQUIRED, Party.BUSINESS)]
        stranger = [] if case.actor.agency else [Objection(d.Against.WRONG_AGENCY, Party.CUSTOMS)]
        return [*stranger, *missing]

    return _act(crossing, said, lambda story: f.CorrectionAsked(fields=tuple(fields)), judge)


def strike_off(crossing: UUID, said: Said) -> Story:
    """Take a vehicle off: it will not pass. Border guard and customs, with words."""

    def judge(case: d.Case, story: Story) -> list[Objection]:
        words = [] if said.note.strip() else [Objection(d.Against.WORDS_REQUIRED, Party.BORDER_GUARD)]
        return [*_only(case, STOPPERS), *words]

    return _act(crossing, said, lambda story: f.StruckOff(reason=said.note.strip()), judge, prefer=STOPPERS)


# --- money ---------------------------------------------------------------------------------------


def recompute_charge(crossing: UUID, said: Said) -> Story:
    """Charge what is due and not yet charged. Raises `MissingTariff` where the Board's row is empty."""
    now = store.now()
    reader = references()

    def decide(story: Story) -> list[Fact]:
        actor = _actor(said.by, story, (Agency.BOARD,))
        if actor.agency not in (Agency.BOARD, Agency.TAX):
            raise NotAllowed
        due = charge(story.state, reader(story.gate), now.astimezone(HANOI).date())
        if isinstance(due, MissingRate):
            raise MissingTariff(
                weight_class=due.weight_class, regime=due.regime, goods_class=due.goods_class, kind=due.kind
            )
        new = difference(story.state, due) if due else None
        return [_fact(story.id, new, said, actor, now, now, None)] if new else []

    return store.act(crossing, decide, reader)


def pay(crossing: UUID, order: Order, amount: int, said: Said, *, method: str, receipt: str) -> Story:
    """Money for one order, received at the Board's desk or by a payment partner."""
    paid = f.Paid(order=order, amount=amount, method=method, receipt=receipt)

    def judge(case: d.Case, story: Story) -> list[Objection]:
        desk = said.by.has(Duty.DESK) or case.actor.agency is Agency.BOARD
        stranger = [] if desk else [Objection(d.Against.WRONG_AGENCY, Party.BOARD)]
        return [*stranger, *d.against_paying(case, order, amount)]

    return _act(crossing, said, lambda story: paid, judge, prefer=(Agency.BOARD,))


# --- observations: always taken in ---------------------------------------------------------------


def arrive(crossing: UUID, place: Place, said: Said) -> Story:
    """The vehicle was seen to arrive at a place."""
    return _observe(crossing, f.Arrived(place=place), said)


def weigh(crossing: UUID, gross_kg: int, stable: bool, said: Said, *, ticket: str = "") -> Story:
    """A weighbridge reading. An unstable one is kept, and does not count as weighed."""
    return _observe(crossing, f.Weighed(gross_kg=gross_kg, stable=stable, ticket=ticket), said)


def identify(crossing: UUID, subject: str, value: str, confidence: int | None, said: Said) -> Story:
    """A plate, trailer, container or seal as a camera, a scanner or an officer read it."""
    read = f.Identified(subject=subject, value=_as_declared(subject, value), confidence=confidence)
    return _observe(crossing, read, said)


READERS: dict[str, Callable[[str], str]] = {
    "plate": lambda text: ids.parse_plate(text).normalised,
    "trailer": lambda text: ids.parse_trailer_plate(text).normalised,
    "container": ids.parse_container,
}


def _as_declared(subject: str, value: str) -> str:
    """In the form in which declared ones are kept. What cannot be read so stays as it was seen."""
    try:
        return READERS[subject](value) if subject in READERS else ids.clean(value)
    except ids.Invalid:
        return ids.clean(value)


def _observe(crossing: UUID, data: f.AnyData, said: Said) -> Story:
    def judge(case: d.Case, story: Story) -> list[Objection]:
        if case.actor.agency is None and not said.by.has(Duty.DEVICE):
            raise NotAllowed
        return []

    return _act(crossing, said, lambda story: data, judge)


def observe_passage(crossing: UUID, at: CheckpointKind, direction: Direction, to: Place, said: Said) -> Story:
    """A passage is always recorded; where no permit stood, with the objections that it went against."""
    now = store.now()
    moment = _moment(said.occurred_at, now)
    reader = references()
    passed = f.Passed(at=at, direction=direction, to=to)

    def decide(story: Story) -> list[Fact]:
        actor = _actor(said.by, story, STOPPERS)
        if _said_before(story, said, actor, lambda story: passed):
            return []
        if actor.agency is None and not said.by.has(Duty.DEVICE):
            raise NotAllowed
        answer = may_pass(Question(story.state, at, direction, moment, reader(story.gate), story.gate))
        against = () if isinstance(answer, Permit) else tuple(dict.fromkeys(o.code for o in answer))
        fact = _fact(story.id, passed, said, actor, moment, now, None)
        values = {name: getattr(fact, name) for name in fact.__struct_fields__}
        return [Fact(**{**values, "irregular": against})]

    return store.act(crossing, decide, reader)


# --- the undeclared desk -------------------------------------------------------------------------


@transaction.atomic
def register_undeclared(gate: str, plate: str, said: Said, *, country: str = "") -> Story:
    """Stop a vehicle without a declaration at B1 or B2 and send it to the temporary yard (domain.md 2.7).

    A vehicle that turns out to be declared, or was registered already, is answered with its own story.
    """
    now = store.now()
    actor = said.by.actor(gate, STOPPERS)
    if actor.agency not in STOPPERS or not said.by.roles_at(gate):
        raise NotAllowed
    parsed = _parsed_plate(plate, country)
    lock_plates([parsed.normalised])
    known = Crossing.objects.filter(plate=parsed.normalised, ended_at=None).first()
    if known is not None:
        if known.gate != gate:
            raise Refused([_declared_elsewhere(known)])
        return store.lock(known.id)[known.id]
    crossing = UUID(str(uuid7.uuid7()))
    stopped = f.RegisteredUndeclared(
        gate=gate, country=parsed.country, plate=parsed.normalised, shown=parsed.shown
    )
    facts = [
        _fact(crossing, stopped, said, actor, now, now, None),
        _fact(
            crossing, f.Arrived(place=Place.TEMPORARY_YARD), Said(by=said.by, checkpoint=said.checkpoint),
            actor, now, now, None,
        ),
    ]  # fmt: skip
    return store.begin({crossing: facts}, references())[crossing]


def _declared_elsewhere(known: Crossing) -> Objection:
    details = {"gate": known.gate, "number": known.number}
    return Objection("declared_at_another_gate", Party.DRIVER, "", PLATFORM_RULE, details)


def _parsed_plate(plate: str, country: str) -> ids.Plate:
    try:
        return ids.parse_plate(plate, country or None)
    except ids.Invalid as bad:
        raise Invalid([FieldError("plate", bad.code, dict(bad.params))]) from bad
