"""What the lanes of a gate are told: for each crossing that is expected, one signed answer for every
checkpoint that lies ahead of it. Start at `told`.

An answer depends on the crossing's facts, the reference data, the day, whether its yard is full, and the
clock: while none of these changes, what was computed and signed once serves every node and every new stream.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils.translation import override
from msgspec import structs

from cuakhauso.core.answer import Answer, Because, Signed, text_of
from cuakhauso.core.declaration import Content
from cuakhauso.core.edges import ends
from cuakhauso.core.fold import State
from cuakhauso.core.permit import Objection, Permit, Question, expires, may_pass
from cuakhauso.core.procedure import Leg, legs_ahead
from cuakhauso.core.reference import HANOI, Reference
from cuakhauso.core.words import CheckpointKind, Direction, Kind

from ..crossings.kept import Kept
from ..crossings.queries import states
from ..places.reference import reference
from ..shared import prepared, store
from ..shared.models import Crossing
from ..web import refusals
from . import keys

LANGUAGES = tuple(code for code, _ in settings.LANGUAGES)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
TARES_KEPT = 3


class Point(NamedTuple):
    """A checkpoint and the way past it: what a lane is, to a permit."""

    checkpoint: CheckpointKind
    direction: Direction


@dataclass(frozen=True, slots=True)
class Told:
    """One answer as it travels. `mark` is the same for answers that differ only in when they were made."""

    crossing: UUID
    point: Point
    permits: bool
    ends: datetime | None
    mark: bytes
    signed: Signed


@dataclass(frozen=True, slots=True)
class Now:
    """What all answers of one look share. `changes` is when other reference data comes into force."""

    at: datetime
    day: date
    ref: Reference
    changes: datetime | None

    def key(self, row: Crossing) -> tuple[object, ...]:
        is_full = self.ref.free_bays.get(row.yard, 1) <= 0
        return (row.facts, self.ref.version, self.day, is_full)


def living(gate: str) -> list[UUID]:
    """Crossings that lanes may have to know, coming ones too."""
    return list(Crossing.objects.filter(gate=gate, ended_at=None).values_list("pk", flat=True))


_kept: Kept[tuple[tuple[object, ...], tuple[Told, ...]]] = Kept(20_000)


def told(gate: str, crossings: Sequence[UUID]) -> dict[UUID, tuple[Told, ...]]:
    """What the gate's lanes are told of these crossings now; those that no lane expects are left out."""
    now = moment(gate)
    rows = Crossing.objects.filter(pk__in=crossings, gate=gate, ended_at=None)
    known: dict[UUID, tuple[Told, ...]] = {}
    missing = []
    for row in rows:
        found = _kept.get(row.pk)
        if found is not None and found[0] == now.key(row) and _still_holds(found[1], now.at):
            known[row.pk] = found[1]
        else:
            missing.append(row)
    return known | _made(missing, now)


def moment(gate: str) -> Now:
    ref = reference(gate)
    at = store.now()
    day = at.astimezone(HANOI).date()
    tomorrow = reference(gate, day + timedelta(days=1), ref.version)
    changes = None if replace(tomorrow, free_bays=ref.free_bays) == ref else expires(day)
    return Now(at, day, ref, changes)


def _still_holds(answers: tuple[Told, ...], at: datetime) -> bool:
    return all(one.ends is None or at < one.ends for one in answers)


def _made(rows: list[Crossing], now: Now) -> dict[UUID, tuple[Told, ...]]:
    known, tares = states(rows), tares_of({row.plate for row in rows})
    made = {}
    for row in rows:
        state = known.get(row.pk)
        if state is None:
            continue  # written this moment: its own event brings it back
        answers = [answer_of(row, state, leg, now) for leg in legs_ahead(state)]
        weighed = [structs.replace(one, tares_kg=tares.get(row.plate, ())) for one in answers]
        made[row.pk] = tuple(signed(one) for one in weighed)
        _kept.put(row.pk, (now.key(row), made[row.pk]))
    return made


def signed(answer: Answer) -> Told:
    timeless = text_of(structs.replace(answer, as_of=NEVER))
    return Told(
        crossing=answer.crossing,
        point=Point(answer.checkpoint, answer.direction),
        permits=answer.permits,
        ends=answer.ends,
        mark=hashlib.blake2s(timeless.encode(), digest_size=16).digest(),
        signed=keys.sign(answer),
    )


def answer_of(row: Crossing, state: State, leg: Leg, now: Now) -> Answer:
    """May it pass here, and what a lane needs to recognise and to weigh it."""
    assert state.content is not None
    question = Question(state, leg.at, leg.direction, now.at, now.ref, row.gate)
    found = may_pass(question)
    against = () if isinstance(found, Permit) else tuple(because(one, now) for one in found)
    edges = [edge for edge in (ends(question), now.changes) if edge is not None]
    vehicle = state.content.vehicle
    return Answer(
        gate=row.gate, checkpoint=leg.at, direction=leg.direction, leads_to=leg.to, crossing=row.pk,
        number=row.number, kind=state.kind, facts=row.facts, as_of=now.at, plate=vehicle.plate,
        trailers=vehicle.trailers, containers=vehicle.containers, seals=vehicle.seals, goods=row.goods,
        against=against, ends=min(edges, default=None), max_gross_kg=vehicle.max_gross_kg,
        expected_gross_kg=expected_gross_kg(state, state.content),
        tolerance_percent=now.ref.weight_tolerance_percent,
    )  # fmt: skip


def expected_gross_kg(state: State, content: Content) -> int | None:
    """Own weight and goods as declared; unknown once goods have changed vehicles."""
    own = content.vehicle.own_weight_kg
    if own is None or state.transshipped or state.received or state.disposed:
        return None
    return own + round(content.goods_weight_kg)


# --- why not, in the words of every language -------------------------------------------------------


def because(objection: Objection, now: Now) -> Because:
    return Because(
        code=str(objection.code), party=objection.party, place=str(objection.place), law=objection.law,
        words=dict(_sentences(_Said(repr(objection), objection), now.day, now.ref.version)),
    )  # fmt: skip


class _Said:
    """An objection that is equal to another if it says the same: its details are no key by themselves."""

    def __init__(self, text: str, objection: Objection) -> None:
        self.text, self.objection = text, objection

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Said) and self.text == other.text


@lru_cache(maxsize=20_000)
def _sentences(said: _Said, day: date, version: int) -> tuple[tuple[str, str], ...]:
    """A sentence names moments by the day on which it is said, and reasons as the Board has named them."""
    found = []
    for language in LANGUAGES:
        with override(language):
            found.append((language, refusals.objection_sentence(said.objection)))
    return tuple(found)


# --- empty weights ---------------------------------------------------------------------------------

TARES = """
SELECT c.plate, (w.body->'data'->>'gross_kg')::int
FROM shared_crossing c JOIN shared_factrow w ON w.crossing_id = c.id
WHERE c.plate = ANY (%s) AND c.kind = ANY (%s) AND w.kind = 'weighed' AND (w.body->'data'->>'stable')::bool
  AND NOT EXISTS (
    SELECT 1 FROM shared_factrow g
    WHERE g.crossing_id = c.id AND g.kind = 'received' AND g.occurred_at <= w.occurred_at)
  AND NOT EXISTS (
    SELECT 1 FROM shared_factrow u
    WHERE u.crossing_id = c.id AND u.kind = 'undone' AND u.body->>'undoes' = w.id::text)
ORDER BY w.occurred_at DESC
"""


def tares_of(plates: set[str]) -> dict[str, tuple[int, ...]]:
    """Earlier weights of these plates with nothing on board, the newest first: coming to fetch goods, or
    returning without."""
    if not plates:
        return {}
    found: dict[str, list[int]] = defaultdict(list)
    for plate, kg in prepared.rows(TARES, [sorted(plates), [Kind.RECEIVING, Kind.EMPTY_RETURN]]):
        found[plate].append(kg)
    return {plate: tuple(weights[:TARES_KEPT]) for plate, weights in found.items()}
