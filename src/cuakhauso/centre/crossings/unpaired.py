"""What still waits for its other half at a gate: since when, until when, whose move it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet

from cuakhauso.core.fold import State
from cuakhauso.core.progress import Stage
from cuakhauso.core.reference import Reference
from cuakhauso.core.stays import is_two_way
from cuakhauso.core.unpaired import Half, Unpaired, unpaired
from cuakhauso.core.words import Agency, Kind

from ..accounts.duties import Duty
from ..accounts.principal import Principal
from ..places.reference import reference
from ..shared.errors import NotAllowed
from ..shared.models import Crossing
from . import queries

PAGE = 50
SEEN_BY = (Agency.BOARD, Agency.CUSTOMS, Agency.BORDER_GUARD)
# (A) A foreign vehicle that went inland longer ago left where nobody wrote it down.
LOOKED_BACK = timedelta(days=60)
GO_BACK = (Kind.EMPTY_RETURN, Kind.EXPORT)


def open_at(reader: Principal, gate: str, at: datetime) -> QuerySet[Crossing]:
    """Crossings of which some half waits. `is_back`: the same plate has left on another crossing since."""
    later = Crossing.objects.filter(
        plate=OuterRef("plate"), ended_at__gt=OuterRef("half_since"), stage=Stage.ENDED, kind__in=GO_BACK
    ).exclude(pk=OuterRef("pk"))
    rows = queries.visible_to(reader).filter(gate=gate).exclude(half="")
    rows = rows.annotate(is_back=Exists(later, output_field=BooleanField()))
    here = Q(half__in=[half for half in Half if half is not Half.INLAND])
    inland = Q(half=Half.INLAND, half_since__gte=at - LOOKED_BACK, is_back=False)
    return rows.filter(here | inland).order_by(F("half_until").asc(nulls_last=True), "half_since", "id")


@dataclass(frozen=True, slots=True)
class Line:
    """One half that waits, and the vehicle of which it is."""

    crossing: Crossing
    waits: Unpaired
    state: State
    ref: Reference

    @property
    def is_two_way(self) -> bool:
        return is_two_way(self.state, self.ref)


def lines(rows: list[Crossing], gate: str) -> Iterator[Line]:
    """What of each row waits; a vehicle that is back waits for its goods alone."""
    states, ref = queries.states(rows), reference(gate)
    for row in rows:
        state = states[row.pk]
        for one in unpaired(state, ref):
            if one.half is not Half.INLAND or not getattr(row, "is_back", False):
                yield Line(row, one, state, ref)


def may_read(reader: Principal, gate: str) -> None:
    """The Board, customs and border guard at this gate, and leaders."""
    if not set(reader.agencies_at(gate)) & set(SEEN_BY) and not reader.has(Duty.LEADER):
        raise NotAllowed
