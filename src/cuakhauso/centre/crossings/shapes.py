"""What the open API says about a crossing: in lists, after an act, and in full."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from cuakhauso.core import facts as f
from cuakhauso.core.behalf import declarant_of, for_whom
from cuakhauso.core.clock import Span, per_party
from cuakhauso.core.facts import Fact, voided
from cuakhauso.core.permit import Objection
from cuakhauso.core.standing import StepStatus, statuses
from cuakhauso.core.usual import Usual

from ..places.reference import reference
from ..shared import problems, store
from ..shared.api import ObjectionOut, Out
from ..shared.models import Crossing, FactRow
from ..shared.projection import columns
from ..shared.store import Story
from . import usual
from .queries import Answer, Whole


class UsualOut(Out):
    """How long such waits were in the last 30 days at this gate, with this kind of crossing at this stage,
    counted from `since` until the step was done or the vehicle went on to the next stage: half of the
    `sample` no longer than `p50_minutes`, nine of ten no longer than `p90_minutes`. Waits while the gate was
    closed are not among them."""

    p50_minutes: float
    p90_minutes: float
    sample: int


class WaitOut(Out):
    """A step that waits for one party, at which checkpoints it is done, and since when it could be. `usual`
    is none where too little is known."""

    party: str
    step: str
    at: list[str]
    since: datetime
    usual: UsualOut | None = None


class CrossingOut(Out):
    """A crossing as lists show it, and as every act answers. All of it is computed from its facts."""

    id: UUID
    gate: str
    kind: str
    regime: str
    number: str
    declarant: str
    plate: str
    plate_shown: str
    country: str
    trailers: list[str]
    goods: str
    weight_kg: int | None
    yard: str
    place: str
    bay: str
    bay_since: datetime | None
    bay_kept: str
    stage: str
    waits: list[WaitOut]
    held_by: list[str]
    owed: int
    links: list[UUID]
    expected_at: datetime | None
    declared_at: datetime | None
    present_since: datetime | None
    last_at: datetime | None
    ended_at: datetime | None
    facts: int

    @classmethod
    def of_row(cls, row: Crossing) -> Self:
        known = {name: getattr(row, name) for name in CACHED}
        found = waits(row.gate, row.kind, row.stage, row.waits)
        return cls(id=row.id, facts=row.facts, waits=found, **known)

    @classmethod
    def of_story(cls, story: Story) -> Self:
        """After an act: from what was just written, without asking the database about it again."""
        row = story.row or columns(story.state, reference(story.gate))
        known = {name: row[name] for name in CACHED}
        found = waits(row["gate"], row["kind"], row["stage"], row["waits"])
        return cls(id=story.id, facts=len(story.facts), waits=found, **known)


CACHED = tuple(name for name in CrossingOut.model_fields if name not in ("id", "facts", "waits"))


def waits(gate: str, kind: str, stage: str, rows: list[list[Any]]) -> list[WaitOut]:
    return [
        WaitOut(
            party=party,
            step=step,
            at=at,
            since=datetime.fromtimestamp(since, UTC),
            usual=_usual(usual.of_step(gate, kind, party, step, stage)),
        )
        for party, step, at, since in rows
    ]


def _usual(found: Usual | None) -> UsualOut | None:
    return UsualOut(p50_minutes=found.p50, p90_minutes=found.p90, sample=found.sample) if found else None


class ActorOut(Out):
    kind: str
    id: str
    agency: str | None
    name: str
    organisation: str


class FactOut(Out):
    """One fact as recorded. `data` holds what its `kind` says; `taken_back` by a later `undone` fact;
    `on_behalf_of` is the business that somebody else acted for."""

    id: UUID
    crossing: UUID
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    stated_at: datetime | None
    actor: ActorOut
    source: str
    checkpoint: str
    note: str
    undoes: UUID | None
    irregular: list[str]
    photos: list[str]
    taken_back: bool
    on_behalf_of: str
    data: dict[str, Any]

    @classmethod
    def of(cls, fact: Fact, void: set[UUID], declarant: str = "") -> Self:
        data = f.plain(fact.data)
        data.pop("kind", None)
        return cls(
            id=fact.id, crossing=fact.crossing, kind=fact.kind, occurred_at=fact.occurred_at,
            recorded_at=fact.recorded_at, stated_at=fact.stated_at, actor=actor(fact), source=fact.source,
            checkpoint=fact.checkpoint, note=fact.note, undoes=fact.undoes, irregular=list(fact.irregular),
            photos=list(fact.photos), taken_back=fact.id in void, on_behalf_of=for_whom(fact, declarant),
            data=data,
        )  # fmt: skip


def actor(fact: Fact) -> ActorOut:
    who = fact.actor
    return ActorOut(kind=who.kind, id=who.id, agency=who.agency, name=who.name, organisation=who.organisation)


def facts(found: list[Fact]) -> list[FactOut]:
    void, declarant = voided(found), declarant_of(found)
    return [FactOut.of(fact, void, declarant) for fact in f.in_order(found)]


def facts_of_rows(rows: Sequence[FactRow]) -> list[FactOut]:
    """These facts alone, in their order; whether each was taken back is read from its crossing."""
    stories = store.facts_of_many(list({row.crossing_id for row in rows}))
    known = {one.id: one for story in stories.values() for one in facts(story)}
    return [known[row.pk] for row in rows]


class ByOut(Out):
    """Who did a step, by which fact."""

    fact: UUID
    agency: str | None
    name: str
    at: datetime
    note: str


class StepOut(Out):
    """Three states: not required, waiting for `waits_for`, or done at `done_at`."""

    code: str
    required: bool
    done_at: datetime | None
    waits_for: list[str]
    at: list[str]
    law: str
    by: list[ByOut]

    @classmethod
    def of(cls, stand: StepStatus) -> Self:
        return cls(
            code=stand.step.code,
            required=stand.required,
            done_at=stand.done_at,
            waits_for=list(stand.waits_for),
            at=list(stand.step.at),
            law=stand.step.law,
            by=[_by(fact) for fact in stand.facts],
        )


def _by(fact: Fact) -> ByOut:
    return ByOut(
        fact=fact.id,
        agency=fact.actor.agency,
        name=fact.actor.name,
        at=fact.occurred_at,
        note=fact.note,
    )


class HoldOut(Out):
    """A live hold. Its `id` is what a lift names."""

    id: UUID
    agency: str | None
    reason: str
    words: str
    law: str
    report_to: str | None
    to_do: str
    minutes: int | None
    customs_number: str
    since: datetime

    @classmethod
    def of(cls, fact: Fact) -> Self:
        held = fact.data
        assert isinstance(held, f.Held)
        return cls(
            id=fact.id, agency=fact.actor.agency, reason=held.reason, words=fact.note, law=held.law,
            report_to=held.report_to, to_do=held.to_do, minutes=held.minutes,
            customs_number=held.customs_number, since=fact.occurred_at,
        )  # fmt: skip


class ChargeLineOut(Out):
    rule: str
    base: int
    percent: int
    amount: int
    law: str
    detail: str


class ChargeOut(Out):
    """What was charged on one order, and when."""

    order: str
    amount: int
    at: datetime
    lines: list[ChargeLineOut]

    @classmethod
    def of(cls, fact: Fact) -> Self:
        said = fact.data
        assert isinstance(said, f.Charged)
        lines = [ChargeLineOut(**{**{"detail": ""}, **f.plain(line)}) for line in said.lines]
        return cls(order=said.order, amount=said.amount, at=fact.occurred_at, lines=lines)


class OrderOut(Out):
    """One order: charged, paid and still owed, in VND."""

    order: str
    charged: int
    paid: int
    owed: int


class SpanOut(Out):
    """Time that belongs to one party: from `begins` up to, not including, `ends`."""

    party: str
    why: str
    begins: datetime
    ends: datetime
    seconds: float

    @classmethod
    def of(cls, span: Span) -> Self:
        return cls(
            party=span.party,
            why=span.why,
            begins=span.begins,
            ends=span.ends,
            seconds=span.length.total_seconds(),
        )


class PermitOut(Out):
    plate: str
    trailers: list[str]
    containers: list[str]
    checkpoint: str
    direction: str
    valid_from: datetime
    until: datetime
    facts: int


class AnswerOut(Out):
    """The one answer to "may it pass here?": a permit, or every objection. Never both, never neither. Where a
    permit needs customs' clearance, that is customs' own word, recorded here and never replaced."""

    permitted: bool
    permit: PermitOut | None
    objections: list[ObjectionOut]

    @classmethod
    def of(cls, answer: Answer) -> Self:
        permit = answer.permit
        return cls(
            permitted=permit is not None,
            permit=None if permit is None else PermitOut(
                plate=permit.plate, trailers=list(permit.trailers), containers=list(permit.containers),
                checkpoint=permit.checkpoint, direction=permit.direction, valid_from=permit.valid_from,
                until=permit.until, facts=permit.facts,
            ),
            objections=[_objection(one) for one in answer.objections],
        )  # fmt: skip


def _objection(one: Objection) -> ObjectionOut:
    return ObjectionOut(**problems.objection(one))


class WholeOut(Out):
    """Everything about one crossing. `answer` is for the next checkpoint; this second is `whose`."""

    crossing: CrossingOut
    steps: list[StepOut]
    channels: dict[str, str]
    holds: list[HoldOut]
    charges: list[ChargeOut]
    orders: list[OrderOut]
    answer: AnswerOut
    whose: str
    spans: list[SpanOut]
    seconds: dict[str, float]

    @classmethod
    def of(cls, whole: Whole) -> Self:
        state, spans = whole.state, whole.spans
        return cls(
            crossing=CrossingOut.of_row(whole.crossing),
            steps=[StepOut.of(stand) for stand in statuses(state, whole.ref)],
            channels={number: str(channel) for number, channel in state.channels.items()},
            holds=[HoldOut.of(fact) for fact in state.live_holds],
            charges=[ChargeOut.of(fact) for fact in state.charges],
            orders=[
                OrderOut(order=order, charged=charged, paid=state.paid.get(order, 0), owed=state.owes(order))
                for order, charged in state.charged.items()
            ],
            answer=AnswerOut.of(whole.answer),
            whose=whole.whose,
            spans=[SpanOut.of(span) for span in spans],
            seconds={str(p): length.total_seconds() for p, length in per_party(spans).items()},
        )


class LinkOut(Out):
    """One link of the chain: `hash` is SHA-256 over the hash before it and the bytes of `body`."""

    seq: int
    id: UUID
    hash: str
    body: str


class ChainOut(Out):
    """What anybody needs to check that no fact of this crossing was changed, added or taken out."""

    crossing: UUID
    algorithm: str
    genesis: str
    head: str
    links: list[LinkOut]
