"""A business's vehicles, the living ones first: who has each, since when, and what is owed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from cuakhauso.core.clock import attribute
from cuakhauso.core.facts import Fact, many_from_json
from cuakhauso.core.fold import fold

from ...accounts.principal import Principal
from ...declarations.models import Declaration
from ...places.reference import references
from ...shared.models import Crossing, FactRow
from ...web import words
from .now import Now, now_of

PAGE = 25


@dataclass(frozen=True, slots=True)
class Line:
    declaration: Declaration
    crossing: Crossing
    now: Now

    @property
    def stage(self) -> str:
        return words.of(words.STAGES, self.crossing.stage)


def living(reader: Principal) -> QuerySet[Crossing]:
    owners = [str(business) for business in reader.businesses]
    return Crossing.objects.filter(declarant__in=owners, ended_at=None)


def found(reader: Principal, text: str, *, ended: bool) -> QuerySet[Crossing]:
    """By part of a plate, container, customs or declaration number. Newest first; living by how long here."""
    owners = [str(business) for business in reader.businesses]
    mine = Crossing.objects.filter(declarant__in=owners, ended_at__isnull=not ended)
    wanted = "".join(sign for sign in text.upper() if sign.isalnum())[-24:]
    if wanted:
        mine = mine.filter(Q(plate__contains=wanted) | Q(identifiers__icontains=wanted))
    return mine.order_by("-ended_at") if ended else mine.order_by("present_since", "expected_at", "id")


def lines(crossings: Sequence[Crossing], at: datetime) -> list[Line]:
    """Read in three looks, however many there are."""
    ids = [row.id for row in crossings]
    declarations = {d.crossing_id: d for d in Declaration.objects.filter(crossing_id__in=ids)}
    facts, reader = _facts(ids), references()
    made = []
    for row in crossings:
        if row.id in declarations:
            state, ref = fold(facts[row.id]), reader(row.gate)
            spans = attribute(facts[row.id], ref, at)
            made.append(Line(declarations[row.id], row, now_of(state, ref, spans, at)))
    return made


def _facts(crossings: Iterable[UUID]) -> dict[UUID, list[Fact]]:
    rows = FactRow.objects.filter(crossing_id__in=list(crossings)).order_by("crossing_id", "seq")
    bodies: dict[UUID, list[str]] = defaultdict(list)
    for crossing, body in rows.annotate(text=Cast("body", TextField())).values_list("crossing_id", "text"):
        bodies[crossing].append(body)
    return defaultdict(list, {crossing: many_from_json(found) for crossing, found in bodies.items()})
