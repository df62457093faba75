"""Who has to leave: foreign vehicles whose stay runs out, and goods of a regime that are still here."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from cuakhauso.core.progress import Stage
from cuakhauso.core.stays import Staying, stay_of

from ..accounts.principal import Principal
from ..places.reference import reference
from ..shared import store
from ..shared.models import Crossing
from . import queries

HERE = (Stage.ENTERED, Stage.IN_YARD, Stage.LEFT_YARD)


@dataclass(frozen=True, slots=True)
class Leaving:
    crossing: Crossing
    stay: Staying

    @property
    def within_hours(self) -> int | None:
        return int(self.stay.warned.total_seconds() // 3600) if self.stay.warned else None


def leaving_soon(reader: Principal, gate: str, at: datetime | None = None) -> list[Leaving]:
    """Foreign vehicles that must leave within three hours or should have left, the most urgent first."""
    rows = list(queries.live(reader, gate).filter(stage__in=HERE).exclude(country="VN"))
    states, ref, moment = queries.states(rows), reference(gate), at or store.now()
    found = []
    for row in rows:
        stay = stay_of(states[row.pk], ref, moment) if row.pk in states else None
        if stay is not None and (stay.is_over or stay.warned):
            found.append(Leaving(row, stay))
    return sorted(found, key=lambda one: (one.stay.ends, one.crossing.pk))


def open_pairs(reader: Principal, gate: str) -> QuerySet[Crossing]:
    """First legs whose goods have not all left again, by when they must have."""
    return queries.visible_to(reader).filter(gate=gate).exclude(due_at=None).order_by("due_at", "id")
