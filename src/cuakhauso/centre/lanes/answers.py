"""What the lanes of a gate are told: for each crossing that is expected, one signed answer for every
checkpoint that lies ahead of it; for a vehicle that nobody declared, for every one. Start at `told`.

An answer depends on the crossing's facts, the reference data, the day, whether its yard is full, and the
clock: while none of these changes, what was computed and signed once serves every node and every new stream.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils.translation import override
from msgspec import structs

from cuakhauso.core.answer import Answer, Because, Signed, text_of
from cuakhauso.core.declaration import Plate
from cuakhauso.core.edges import ends
from cuakhauso.core.fold import State
from cuakhauso.core.papers import expires
from cuakhauso.core.permit import Objection, Permit, Question, may_pass, plate_of
from cuakhauso.core.procedure import Leg, may_turn_up_at
from cuakhauso.core.reference import HANOI, Reference
from cuakhauso.core.seals import seals_on
from cuakhauso.core.weights import goods_kg, goods_tolerance_kg, rig_of
from cuakhauso.core.words import CheckpointKind, Direction

from ..crossings import elsewhere
from ..crossings.kept import Kept
from ..crossings.queries import states
from ..places.reference import reference
from ..shared import prepared, store
from ..shared.models import Crossing
from ..web import refusals
from . import keys

LANGUAGES = tuple(code for code, _ in settings.LANGUAGES)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
TARES_KEPT = 5


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
    known = states(rows)
    rigs = {crossing: rig_of(state.announced.vehicle) for crossing, state in known.items() if state.announced}
    tares = tares_of(set(rigs.values()))
    shared = elsewhere.of([crossing for crossing, state in known.items() if state.also_bound])
    made = {}
    for row in rows:
        state = known.get(row.pk)
        if state is None:
            continue  # written this moment: its own event brings it back
        weighed = tares.get(rigs.get(row.pk, ""), ())
        others = shared.get(row.pk, {})
        answers = [answer_of(row, state, leg, now, others) for leg in may_turn_up_at(state)]
        made[row.pk] = tuple(signed(structs.replace(one, tares_kg=weighed)) for one in answers)
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


def answer_of(
    row: Crossing, state: State, leg: Leg, now: Now, others: elsewhere.Others | None = None
) -> Answer:
    """May it pass here, and what a lane needs to recognise and to weigh it. Who sits at a lane may know of
    the `others` that bind the same things."""
    question = Question(state, leg.at, leg.direction, now.at, now.ref, row.gate)
    found = may_pass(question)
    objections = () if isinstance(found, Permit) else elsewhere.with_names(found, others or {})
    against = tuple(because(one, now) for one in objections)
    edges = [edge for edge in (ends(question), now.changes) if edge is not None]
    return Answer(
        gate=row.gate, checkpoint=leg.at, direction=leg.direction, leads_to=leg.to, crossing=row.pk,
        number=row.number, kind=state.kind, facts=row.facts, as_of=now.at, goods=row.goods,
        against=against, ends=min(edges, default=None),
        **_recognised_by(state), **_weighed_by(state, now.ref),
    )  # fmt: skip


def _recognised_by(state: State) -> dict[str, Any]:
    """Of a vehicle that nobody has declared, its plate alone."""
    if state.announced is not None:
        vehicle = state.announced.vehicle
        return {
            "plate": plate_of(state, state.announced), "trailers": vehicle.trailers,
            "containers": vehicle.containers, "seals": seals_on(state),
        }  # fmt: skip
    stopped = state.undeclared
    assert stopped is not None
    return {"plate": Plate(country=stopped.country, number=stopped.plate, shown=stopped.shown)}


def _weighed_by(state: State, ref: Reference) -> dict[str, Any]:
    content = state.content
    if content is None:
        return {"tolerance_percent": ref.weight_tolerance_percent}
    return {
        "max_gross_kg": content.vehicle.max_gross_kg, "own_weight_kg": content.vehicle.own_weight_kg,
        "goods_kg": goods_kg(state), "tolerance_percent": ref.weight_tolerance_percent,
        "goods_tolerance_kg": 0 if state.is_empty else goods_tolerance_kg(content, ref),
    }  # fmt: skip


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
SELECT r.rig, array_agg(t.tare_kg ORDER BY t.tare_at DESC)
FROM unnest(%s::text[]) AS r(rig) CROSS JOIN LATERAL (
    SELECT tare_kg, tare_at FROM shared_crossing
    WHERE tare_of = r.rig AND tare_of <> '' ORDER BY tare_at DESC LIMIT %s::int
) AS t
GROUP BY r.rig
"""


def tares_of(rigs: set[str]) -> dict[str, tuple[int, ...]]:
    """What each of these weighed empty, on the last crossings on which it was weighed so; newest first."""
    if not rigs:
        return {}
    return {rig: tuple(weights) for rig, weights in prepared.rows(TARES, [sorted(rigs), TARES_KEPT])}
