"""Bays as they stand: the plan with who is in each bay, for pages, the API and the rules."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from cuakhauso.core.bays import Bay, Occupant
from cuakhauso.core.words import BayKind

from ..accounts.principal import Principal
from ..crossings import queries as crossings
from ..places import models as m
from ..places.reference import bays_of
from ..shared.errors import FieldError, Invalid, NotFound
from ..shared.models import Crossing


def yard_of(code: str) -> m.Yard:
    found = m.Yard.objects.filter(pk=code).first()
    if found is None:
        raise NotFound
    return found


def plan(reader: Principal, yard: m.Yard) -> list[Bay]:
    """Every bay in force with the vehicles that this reader may see."""
    return _filled(bays_of(yard.code), crossings.live(reader, yard.gate_id))


def bay_for_rules(gate: str, code: str) -> Bay:
    """One bay of the gate with everybody in it. Raises `Invalid` where there is no such bay."""
    row = next((bay for bay in bays_of(code.partition("-")[0]) if bay.code == code), None)
    if row is None or row.yard.gate_id != gate:
        raise Invalid([FieldError("bay", "bay_unknown", {"value": code})])
    return _filled([row], Crossing.objects.filter(ended_at=None))[0]


def strays(reader: Principal, yard: m.Yard) -> list[Crossing]:
    """In the yard, and nobody has said in which bay."""
    here = crossings.live(reader, yard.gate_id).filter(place="yard", yard=yard.code, bay="")
    return list(here.order_by("present_since", "id"))


def _filled(rows: Iterable[m.Bay], living: QuerySet[Crossing]) -> list[Bay]:
    rows = list(rows)
    codes = [row.code for row in rows]
    standing, kept = _by_bay(living, "bay", codes), _by_bay(living, "bay_kept", codes)
    return [_bay(row, standing.get(row.code, []), kept.get(row.code, [])) for row in rows]


def _by_bay(living: QuerySet[Crossing], column: str, codes: list[str]) -> dict[str, list[Crossing]]:
    found: dict[str, list[Crossing]] = defaultdict(list)
    for row in living.filter(**{f"{column}__in": codes}).order_by("bay_since", "id"):
        found[getattr(row, column)].append(row)
    return found


def _bay(row: m.Bay, standing: list[Crossing], kept: list[Crossing]) -> Bay:
    return Bay(
        code=row.code, yard=row.yard_id, block=row.block, row=row.row, position=row.position,
        kind=BayKind(row.kind), places=row.places, closed_for=row.closed_for,
        shape=tuple((x, y) for x, y in row.shape),
        standing=tuple(_occupant(one, one.bay_since) for one in standing),
        kept_for=tuple(_occupant(one, None) for one in kept),
    )  # fmt: skip


def _occupant(row: Crossing, since: Any) -> Occupant:
    return Occupant(row.pk, row.plate_shown, row.country, since)
