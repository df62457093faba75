"""What leaders see: today's counts by gate, direction and stage, set against yesterday to the same hour."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Count, Q, QuerySet

from cuakhauso.core.progress import Stage
from cuakhauso.core.reference import HANOI
from cuakhauso.core.words import Kind

from ..accounts.duties import Duty
from ..accounts.principal import Principal
from ..crossings.queries import visible_to
from ..lanes import queries as lanes
from ..places.models import Gate
from ..shared.errors import NotAllowed
from ..shared.models import Crossing

OUTWARD = (Kind.EXPORT,)
INWARD = (Kind.IMPORT_TRANSSHIPMENT, Kind.IMPORT_INLAND)
OTHER = (Kind.RECEIVING, Kind.EMPTY_RETURN)
DIRECTIONS: dict[str, tuple[Kind, ...]] = {"export": OUTWARD, "import": INWARD, "other": OTHER}
LIVING = (Stage.COMING, Stage.ARRIVED, Stage.ENTERED, Stage.IN_YARD, Stage.LEFT_YARD)
SLOWEST = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One gate and direction: how many vehicles stand at each stage, and how many left today."""

    gate: Gate
    direction: str
    stages: dict[str, int]
    left_today: int
    left_yesterday: int

    @property
    def here(self) -> int:
        """Vehicles in the gate's area now: arrived and not yet left."""
        return sum(count for stage, count in self.stages.items() if stage != Stage.COMING)

    @property
    def change(self) -> int:
        return self.left_today - self.left_yesterday


@dataclass(frozen=True, slots=True)
class Today:
    at: datetime
    rows: tuple[Row, ...]
    undeclared: int
    held: int
    collected: int
    waiting: tuple[tuple[str, int], ...]
    slowest: tuple[Crossing, ...] = field(default=())
    alerts: tuple[lanes.Seen, ...] = field(default=())
    alert_count: int = 0

    def left(self, direction: str = "") -> int:
        return sum(row.left_today for row in self._rows(direction))

    def left_before(self, direction: str = "") -> int:
        return sum(row.left_yesterday for row in self._rows(direction))

    def here(self, direction: str = "") -> int:
        return sum(row.here for row in self._rows(direction))

    def _rows(self, direction: str) -> Iterable[Row]:
        """Vehicles that received or return empty are counted apart: their goods are counted already."""
        named = (direction,) if direction else ("export", "import")
        return (row for row in self.rows if row.direction in named)


def today(reader: Principal, at: datetime | None = None) -> Today:
    """Raises `NotAllowed` for anybody but leaders and the Board."""
    if not reader.has(Duty.LEADER, Duty.DESK):
        raise NotAllowed
    now = at or datetime.now(UTC)
    mine = visible_to(reader)
    midnight = now.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
    day = timedelta(days=1)
    living = _count(mine.filter(ended_at=None), "stage")
    left = _count(_left(mine, midnight, now))
    before = _count(_left(mine, midnight - day, now - day))
    gates = [gate for gate in Gate.objects.all() if any(role.covers(gate.code) for role in reader.roles)]
    rows = tuple(_row(gate, name, living, left, before) for gate in gates for name in DIRECTIONS)
    stopped = mine.filter(ended_at=None).aggregate(
        undeclared=Count("id", filter=Q(stage=Stage.UNDECLARED)), held=Count("id", filter=~Q(held_by=[]))
    )
    return Today(
        at=now,
        rows=rows,
        undeclared=stopped["undeclared"],
        held=stopped["held"],
        collected=collected([gate.code for gate in gates], midnight, now),
        waiting=_waiting(mine),
        slowest=tuple(_slowest(mine)),
        alerts=tuple(lanes.alerts([gate.code for gate in gates], midnight)),
        alert_count=lanes.count_alerts([gate.code for gate in gates], midnight),
    )


def _left(crossings: QuerySet[Crossing], begin: datetime, end: datetime) -> QuerySet[Crossing]:
    return crossings.filter(stage=Stage.ENDED, ended_at__gte=begin, ended_at__lt=end)


def _count(crossings: QuerySet[Crossing], *by: str) -> Counter[tuple[str, ...]]:
    rows = crossings.order_by().values_list("gate", "kind", *by).annotate(vehicles=Count("id"))
    return Counter({row[:-1]: row[-1] for row in rows})


def _row(
    gate: Gate,
    direction: str,
    living: Counter[tuple[str, ...]],
    left: Counter[tuple[str, ...]],
    before: Counter[tuple[str, ...]],
) -> Row:
    kinds = DIRECTIONS[direction]
    return Row(
        gate=gate,
        direction=direction,
        stages={stage: sum(living[(gate.code, kind, stage)] for kind in kinds) for stage in LIVING},
        left_today=sum(left[(gate.code, kind)] for kind in kinds),
        left_yesterday=sum(before[(gate.code, kind)] for kind in kinds),
    )


COLLECTED = """
SELECT coalesce(sum((p.body->'data'->>'amount')::bigint), 0)
FROM shared_factrow p JOIN shared_crossing c ON c.id = p.crossing_id
WHERE p.kind = 'paid' AND p.occurred_at >= %s AND p.occurred_at < %s AND c.gate = ANY (%s)
  AND NOT EXISTS (
    SELECT 1 FROM shared_factrow u
    WHERE u.crossing_id = p.crossing_id AND u.kind = 'undone' AND u.body->>'undoes' = p.id::text)
"""


def collected(gates: list[str], begin: datetime, end: datetime) -> int:
    """Fees received, without payments that were taken back, in VND."""
    with connection.cursor() as cursor:
        cursor.execute(COLLECTED, [begin, end, gates])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _waiting(crossings: QuerySet[Crossing]) -> tuple[tuple[str, int], ...]:
    """How many vehicles wait for each agency now, the most first."""
    counts: Counter[str] = Counter()
    rows = crossings.filter(ended_at=None).exclude(stage=Stage.COMING).values_list("waits", flat=True)
    for waits in rows:
        counts.update({wait[0] for wait in waits})
    return tuple(counts.most_common())


def _slowest(crossings: QuerySet[Crossing]) -> QuerySet[Crossing]:
    present = crossings.filter(ended_at=None, present_since__isnull=False)
    return present.order_by("present_since", "id")[:SLOWEST]
