"""Every read of crossings. Each starts from `visible_to`, so that forgetting to check shows nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, Q, QuerySet
from django.db.models.expressions import RawSQL

from cuakhauso.core.chain import GENESIS, chained
from cuakhauso.core.clock import Span, attribute, whose
from cuakhauso.core.facts import Fact, to_json
from cuakhauso.core.fold import State, fold
from cuakhauso.core.permit import Objection, Permit, Question, may_pass
from cuakhauso.core.procedure import Leg, next_leg, procedure_of
from cuakhauso.core.progress import Stage
from cuakhauso.core.reference import Reference
from cuakhauso.core.words import Agency, CheckpointKind, Direction

from ..accounts.duties import Duty
from ..accounts.principal import Principal
from ..places.reference import reference
from ..shared import store
from ..shared.api import read_cursor
from ..shared.errors import FieldError, Invalid, NotFound
from ..shared.models import Crossing
from . import elsewhere
from .kept import Kept
from .visible import visible_to as visible_to

PAGE = 50
ALL_POSTS = (*CheckpointKind, "desk")


def works_at(reader: Principal, gate: str) -> bool:
    """Sees what is there for its office, and not as the business whose vehicle it is."""
    return any(role.duty is not Duty.DECLARANT for role in reader.roles_at(gate))


def keys_of(reader: Principal, gate: str, post: str = "") -> list[str]:
    """What this reader's worklist at a gate searches by: agency at each of its posts, or at one of them."""
    keys = []
    for role in reader.roles_at(gate):
        if role.agency is not None and role.duty in (Duty.OFFICER, Duty.DESK):
            posts = [at for at in role.posts or ALL_POSTS if post in ("", at)]
            keys += [f"{role.agency}@{at}" for at in posts]
    return sorted(set(keys))


def listed(
    reader: Principal,
    *,
    gate: str = "",
    stage: str | None = None,
    identifier: str = "",
    live: bool | None = None,
) -> QuerySet[Crossing]:
    """Crossings that fit all that is asked."""
    rows = visible_to(reader)
    if gate:
        rows = rows.filter(gate=gate)
    if stage is not None:
        rows = rows.filter(stage=stage)
    if live is not None:
        rows = rows.filter(ended_at__isnull=live)
    if identifier:
        wanted = "".join(sign for sign in identifier.upper() if sign.isalnum())
        rows = rows.filter(Q(plate=wanted) | Q(number=_dashed(wanted)))
    return rows


def page_by_id(rows: QuerySet[Crossing], cursor: str, limit: int) -> list[Crossing]:
    """Newest first: ids made by callers begin with the time (UUIDv7)."""
    if cursor:
        rows = rows.filter(id__lt=read_cursor(cursor)[1])
    return list(rows.order_by("-id")[:limit])


def page_by_wait(rows: QuerySet[Crossing], cursor: str, limit: int) -> list[Crossing]:
    """The longest wait first. `rows` carry `waiting_since`."""
    if cursor:
        since, last = read_cursor(cursor)
        rows = rows.filter(Q(waiting_since__gt=since) | Q(waiting_since=since, id__gt=last))
    return list(rows[:limit])


def live(reader: Principal, gate: str) -> QuerySet[Crossing]:
    return visible_to(reader).filter(gate=gate, ended_at=None)


def waiting_for(reader: Principal, gate: str, post: str = "") -> QuerySet[Crossing]:
    """Vehicles that wait for this reader here, the longest wait first."""
    keys = keys_of(reader, gate, post)
    agencies = [str(a) for a in reader.agencies_at(gate)]
    since = RawSQL(
        "(SELECT min((w->>3)::float) FROM jsonb_array_elements(waits) w WHERE w->>0 = ANY (%s))", [agencies]
    )
    mine = live(reader, gate).filter(wait_keys__overlap=keys)
    return mine.annotate(waiting_since=since).order_by("waiting_since", "id")


def held(reader: Principal, gate: str) -> QuerySet[Crossing]:
    return live(reader, gate).exclude(held_by=[]).order_by("present_since", "id")


def waiting_for_others(reader: Principal, gate: str, post: str = "") -> QuerySet[Crossing]:
    """Vehicles here that wait, but not for this reader."""
    keys = keys_of(reader, gate, post)
    here = live(reader, gate).exclude(stage=Stage.COMING)
    return here.exclude(wait_keys__overlap=keys).order_by("present_since", "id")


def coming(reader: Principal, gate: str) -> QuerySet[Crossing]:
    return live(reader, gate).filter(stage=Stage.COMING).order_by("expected_at", "id")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many vehicles stand on each tab of a worklist."""

    mine: int
    others: int
    held: int
    coming: int


def counts(reader: Principal, gate: str, post: str = "") -> Counts:
    """One look at the living crossings of a gate."""
    mine = Q(wait_keys__overlap=keys_of(reader, gate, post))
    coming = Q(stage=Stage.COMING)
    found = live(reader, gate).aggregate(
        mine=Count("pk", filter=mine),
        others=Count("pk", filter=~mine & ~coming),
        held=Count("pk", filter=~Q(held_by=[])),
        coming=Count("pk", filter=coming),
    )
    return Counts(**found)


_states: Kept[State] = Kept(4_000)


def states(rows: Sequence[Crossing]) -> dict[UUID, State]:
    """The state of each row as of the facts that the row counts. A state never changes, so it is kept."""
    known = {row.pk: found for row in rows if (found := _states.get((row.pk, row.facts))) is not None}
    missing = {row.pk: row.facts for row in rows if row.pk not in known}
    for crossing, facts in store.facts_of_many(list(missing)).items():
        upto = facts[: missing[crossing]]
        known[crossing] = _states.put((crossing, len(upto)), fold(upto))
    return known


def found_by(reader: Principal, text: str, gate: str = "") -> list[Crossing]:
    """Crossings by part of a plate, container, customs number or our own; four last signs are enough.

    Living crossings first; a full identifier also finds those that have ended.
    """
    wanted = "".join(sign for sign in text.upper() if sign.isalnum())[-24:]
    if len(wanted) < 4:
        return []
    mine = visible_to(reader).filter(gate=gate) if gate else visible_to(reader)
    part = wanted[:11] if len(wanted) == 12 and wanted.isdigit() else wanted  # a customs declaration
    ends_so = RawSQL(
        "EXISTS (SELECT 1 FROM unnest(identifiers) i WHERE i LIKE %s)", [f"%{part}%"], BooleanField()
    )
    living = mine.filter(ended_at=None).filter(ends_so).order_by("-present_since")[:20]
    if living:
        return list(living)
    ended = mine.filter(Q(plate=wanted) | Q(number=_dashed(wanted))).order_by("-declared_at")
    return list(ended[:20])


def found_by_code(reader: Principal, crossing: UUID, gate: str) -> list[Crossing]:
    """The crossing of a scanned code; a driver who was sent to another gate still shows that of the first."""
    mine = visible_to(reader).filter(gate=gate) if gate else visible_to(reader)
    here = list(mine.filter(pk=crossing))
    going_on = list(mine.filter(ended_at=None, links__contains=[crossing])) if not here else []
    known = states(going_on)
    return here or [row for row in going_on if _goes_on_from(known.get(row.pk), crossing)]


def _goes_on_from(state: State | None, crossing: UUID) -> bool:
    return state is not None and state.came_from is not None and state.came_from.other == crossing


def _dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:13]}-{digits[13:]}"


@dataclass(frozen=True, slots=True)
class Answer:
    """The one answer about a vehicle at a checkpoint, the same for everybody who asks."""

    leg: Leg | None
    permit: Permit | None
    objections: tuple[Objection, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """One crossing with everything that pages and the API say about it."""

    crossing: Crossing
    facts: Sequence[Fact]
    state: State
    ref: Reference
    at: datetime
    answer: Answer

    @property
    def spans(self) -> list[Span]:
        return attribute(self.facts, self.ref, self.at)

    @property
    def whose(self) -> str:
        return whose(self.state, self.at, self.ref).party


def whole(reader: Principal, crossing: UUID, at: datetime | None = None) -> Whole:
    """Raises `NotFound` for what the reader may not see."""
    row = _visible(reader, crossing)
    facts = store.facts_of(crossing)
    state = fold(facts)
    moment = at or store.now()
    ref = reference(row.gate)
    return Whole(row, facts, state, ref, moment, _named(answer(state, moment, ref), row, reader))


def _named(answer: Answer, row: Crossing, reader: Principal) -> Answer:
    return replace(answer, objections=elsewhere.named(answer.objections, row.pk, reader))


def _visible(reader: Principal, crossing: UUID) -> Crossing:
    row = visible_to(reader).filter(pk=crossing).first()
    if row is None:
        raise NotFound
    return row


def facts(reader: Principal, crossing: UUID) -> list[Fact]:
    return store.facts_of(_visible(reader, crossing).id)


def chain(reader: Principal, crossing: UUID) -> dict[str, Any]:
    """The chain with every body in its canonical form, the way the hashes were made."""
    row = _visible(reader, crossing)
    links, head = [], GENESIS
    for seq, fact in enumerate(store.facts_of(row.id), 1):
        head = chained(head, fact)
        links.append({"seq": seq, "id": fact.id, "hash": head.hex(), "body": to_json(fact).decode()})
    return {
        "crossing": row.id,
        "algorithm": "SHA-256(previous hash + body)",
        "genesis": GENESIS.hex(),
        "head": bytes(row.head).hex(),
        "links": links,
    }


MOST_AHEAD = timedelta(days=60)


def may_pass_at(
    reader: Principal,
    crossing: UUID,
    *,
    checkpoint: CheckpointKind | None,
    direction: Direction | None,
    at: datetime | None,
) -> Answer:
    """The answer for one checkpoint and way; with no checkpoint named, for the one that comes next."""
    row = _visible(reader, crossing)
    moment, now = at or store.now(), store.now()
    if abs(moment - now) > MOST_AHEAD:
        raise Invalid([FieldError("at", "out_of_range")])
    if checkpoint is not None and direction is None:
        raise Invalid([FieldError("direction", "required")])
    state = fold(store.facts_of(row.id))
    return _named(answer(state, moment, reference(row.gate), checkpoint, direction), row, reader)


def answer(
    state: State,
    at: datetime,
    ref: Reference,
    checkpoint: CheckpointKind | None = None,
    direction: Direction | None = None,
) -> Answer:
    """May it pass this checkpoint; or, with none named, the one that comes next, and the last one once it is
    past that."""
    procedure = procedure_of(state)
    leg = next_leg(state) or (procedure.legs[-1] if procedure else None)
    if checkpoint is None:
        undeclared = state.undeclared is not None and state.content is None
        checkpoint = CheckpointKind.TEMPORARY_YARD if undeclared else (leg.at if leg else CheckpointKind.B1)
        direction = leg.direction if leg else Direction.IN
    said = may_pass(Question(state, checkpoint, direction or Direction.IN, at, ref, state.gate))
    if isinstance(said, Permit):
        return Answer(leg, said, ())
    return Answer(leg, None, tuple(said))


def my_steps(whole: Whole, reader: Principal) -> list[str]:
    """Steps that this reader's agencies could confirm, as far as they are still open."""
    agencies = set(reader.agencies_at(whole.crossing.gate))
    return [step for party, step, _, _ in whole.crossing.waits if party in {str(Agency(a)) for a in agencies}]
