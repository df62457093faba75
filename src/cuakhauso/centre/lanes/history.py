"""What passed a lane, newest first: by day, and by what somebody looks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from django.db.models import Q, QuerySet

from cuakhauso.core.reference import HANOI

from . import queries, rules
from .items import ItemKind
from .models import Lane, LaneItem
from .queries import Seen

PAGE = 30
_passages = Q(kind=ItemKind.PASSAGE)
KINDS: Mapping[str, Q] = MappingProxyType(
    {
        "passages": _passages,
        "by_person": _passages & Q(body__opened_by__has_key="act"),
        "nobodys": _passages & Q(alert__in=rules.NOBODY_KNOWN),
        "alerts": ~Q(alert=""),
        "acts": Q(kind__in=(ItemKind.ACT, ItemKind.ALARM)),
    }
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """No day: from `before` or now backwards, however far."""

    kind: str = "passages"
    day: date | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Seen]
    older: datetime | None


def page(lane: Lane, wanted: Wanted) -> Page:
    """`older` is where the next page begins; none at the end."""
    rows = _rows(lane, wanted).order_by("-at")[: PAGE + 1]
    found = queries.seen(rows)
    more = len(found) > PAGE
    return Page(found[:PAGE], found[PAGE - 1].item.at if more else None)


def _rows(lane: Lane, wanted: Wanted) -> QuerySet[LaneItem]:
    rows = LaneItem.objects.filter(KINDS[wanted.kind], lane=lane)
    if wanted.day is not None:
        begin = datetime.combine(wanted.day, time(), HANOI)
        rows = rows.filter(at__gte=begin, at__lt=begin + timedelta(days=1))
    return rows.filter(at__lt=wanted.before) if wanted.before is not None else rows
