"""Which other declaration binds the same trailer, container or seal: said to those who may know it.

The facts name a pair and nobody (`core.binding`). Officers who stop vehicles at this gate learn number and
plate of the other; everybody else only where they see that crossing anyway, else "another declaration".
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from cuakhauso.core.decisions import STOPPERS
from cuakhauso.core.permit import Code, Objection

from ..accounts.principal import Principal
from ..shared.models import BoundPair, Crossing
from .visible import visible_to

Others = dict[UUID, Crossing]


def named(objections: Sequence[Objection], crossing: UUID, reader: Principal) -> tuple[Objection, ...]:
    """The same objections; those about another declaration say which, as far as the reader may know it."""
    if not any(one.code == Code.BOUND_ELSEWHERE for one in objections):
        return tuple(objections)
    return with_names(objections, known_to(reader, crossing))


def with_names(objections: Sequence[Objection], others: Others) -> tuple[Objection, ...]:
    return tuple(_with_name(one, others) for one in objections)


def _with_name(objection: Objection, others: Others) -> Objection:
    other = others.get(objection.details["pair"]) if objection.code == Code.BOUND_ELSEWHERE else None
    if other is None:
        return objection
    more = {"number": other.number, "plate": other.plate_shown, "gate": other.gate}
    return replace(objection, details={**objection.details, **more})


def known_to(reader: Principal, crossing: UUID) -> Others:
    """By pair, the other crossings of this one that the reader may know of."""
    found = of([crossing]).get(crossing, {})
    gate = Crossing.objects.filter(pk=crossing).values_list("gate", flat=True).first() or ""
    if set(reader.agencies_at(gate)) & set(STOPPERS):
        return found
    seen = visible_to(reader).in_bulk([other.pk for other in found.values()])
    return {pair: other for pair, other in found.items() if other.pk in seen}


def of(crossings: Sequence[UUID]) -> dict[UUID, Others]:
    """For many crossings in one look: the others of each, by pair. For those who may know all."""
    found: dict[UUID, Others] = {}
    for row in BoundPair.objects.filter(crossing_id__in=crossings).select_related("other"):
        found.setdefault(row.crossing_id, {})[row.pair] = row.other
    return found
