"""What a yard reads: who is expected, who is here, which goods change vehicles, how full it is."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from cuakhauso.core.progress import Stage
from cuakhauso.core.words import Kind, Place

from ..accounts.principal import Principal
from ..crossings import queries as crossings
from ..places.models import Yard
from ..shared.models import Crossing

PAGE = 100
ON_ITS_WAY = (Stage.COMING, Stage.ARRIVED, Stage.ENTERED)


@dataclass(frozen=True, slots=True)
class Fullness:
    """How many vehicles stand in a yard, and how many places it has where somebody has said so."""

    yard: Yard
    here: int
    expected: int

    @property
    def percent(self) -> int | None:
        return round(self.here * 100 / self.yard.capacity) if self.yard.capacity else None

    @property
    def free(self) -> int | None:
        return self.yard.capacity - self.here if self.yard.capacity is not None else None


def fullness(reader: Principal, gate: str) -> list[Fullness]:
    """Every yard of the gate. In the temporary yard those count who stand there, declared or not."""
    rows = crossings.live(reader, gate)
    here = dict(rows.filter(place=Place.YARD).values_list("yard").annotate(Count("pk")).order_by())
    expected = dict(rows.filter(coming()).values_list("yard").annotate(Count("pk")).order_by())
    temporary = rows.filter(place=Place.TEMPORARY_YARD).count()
    return [
        Fullness(yard, temporary if yard.temporary else here.get(yard.code, 0), expected.get(yard.code, 0))
        for yard in Yard.objects.filter(gate=gate).order_by("temporary", "code")
    ]


def coming() -> Q:
    """On their way into a yard, and not there yet."""
    return Q(stage__in=ON_ITS_WAY) & ~Q(place=Place.YARD)


def of_yard(reader: Principal, gate: str, yard: str) -> QuerySet[Crossing]:
    rows = crossings.live(reader, gate)
    return rows.filter(yard=yard) if yard else rows


def expected(reader: Principal, gate: str, yard: str = "") -> QuerySet[Crossing]:
    """Those at the gate first, then by when they are expected."""
    rows = of_yard(reader, gate, yard).filter(coming()).exclude(kind=Kind.EMPTY_RETURN)
    return rows.order_by("present_since", "expected_at", "id")


def here(reader: Principal, gate: str, yard: str = "") -> QuerySet[Crossing]:
    return of_yard(reader, gate, yard).filter(place=Place.YARD).order_by("present_since", "id")


def receiving(reader: Principal, gate: str, yard: str = "") -> QuerySet[Crossing]:
    """Vehicles that come empty for others' goods: those at the gate first, then by when they are expected."""
    rows = of_yard(reader, gate, yard).filter(kind=Kind.RECEIVING)
    return rows.order_by("present_since", "expected_at", "id")


def transshipping(reader: Principal, gate: str, yard: str = "") -> QuerySet[Crossing]:
    """Vehicles in a yard whose goods go to others."""
    return here(reader, gate, yard).filter(kind=Kind.IMPORT_TRANSSHIPMENT)
