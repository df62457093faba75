"""What is on its way to a yard, and what stands in it. Starts from what the reader may see."""

from django.db.models import QuerySet

from cuakhauso.core.progress import Stage
from cuakhauso.core.words import Place

from ..accounts.principal import Principal
from ..crossings.queries import visible_to
from ..places.models import Yard
from ..shared.errors import NotFound
from ..shared.models import Crossing

ON_ITS_WAY = (Stage.COMING, Stage.ARRIVED, Stage.ENTERED)


def _of(reader: Principal, yard: str) -> QuerySet[Crossing]:
    found = Yard.objects.filter(pk=yard).first()
    if found is None:
        raise NotFound
    return visible_to(reader).filter(gate=found.gate_id, yard=yard, ended_at=None)


def expected(reader: Principal, yard: str) -> QuerySet[Crossing]:
    """Declared for this yard and not in it yet, by expected arrival."""
    return _of(reader, yard).filter(stage__in=ON_ITS_WAY).order_by("expected_at", "id")


def here(reader: Principal, yard: str) -> QuerySet[Crossing]:
    """In the yard, the longest stay first."""
    return _of(reader, yard).filter(place=Place.YARD).order_by("present_since", "id")


def of_plate(reader: Principal, yard: str, plate: str) -> Crossing:
    found = _of(reader, yard).filter(plate=plate).first()
    if found is None:
        raise NotFound
    return found
