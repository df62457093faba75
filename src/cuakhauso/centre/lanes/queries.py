"""Every read of lanes: the node that asks, how each lane stands, what somebody must see, pictures."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse

from cuakhauso.core.reference import HANOI

from ..accounts.principal import Principal
from ..shared import store
from ..shared.models import Crossing
from .items import ItemKind
from .models import Lane, LaneItem, Node, OpeningReason, Picture
from .taking import fact_id

SILENT_AFTER = timedelta(seconds=30)
MOST_ALERTS = 40


def node_by_token(asker: Principal) -> Node | None:
    """The node whose token was sent, as long as it is let in."""
    kind, _, own = asker.id.partition(":")
    if kind != "token":
        return None
    return Node.objects.filter(token_id=UUID(own), revoked_at=None).first()


# --- how lanes stand -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """One lane, as its node last told; `phase` is unknown where nobody has told for a while."""

    lane: Lane
    node: Node | None
    is_silent: bool
    phase: str
    since: datetime | None
    devices: tuple[dict[str, Any], ...]
    passage: LaneItem | None
    vehicle: Crossing | None

    @property
    def permits_as_of(self) -> datetime | None:
        return _moment((self._status.get("answers") or {}).get("as_of"))

    @property
    def answers(self) -> int | None:
        return (self._status.get("answers") or {}).get("count")

    @property
    def waiting(self) -> tuple[int, datetime | None]:
        """Items and pictures that are still to be sent, and how old the oldest is."""
        queues = [self._status.get(name) or {} for name in ("waiting", "spool")]
        oldest = [moment for queue in queues if (moment := _moment(queue.get("oldest")))]
        return sum(queue.get("items", 0) for queue in queues), min(oldest, default=None)

    @property
    def _status(self) -> dict[str, Any]:
        return self.node.status if self.node else {}


def standings(gate: str) -> list[Standing]:
    lanes = list(Lane.objects.filter(gate=gate))
    nodes = _nodes_of(lanes)
    passages = last_passages(gate)
    vehicles = Crossing.objects.in_bulk([p.crossing for p in passages.values() if p.crossing])
    return [_standing(lane, nodes.get(lane.pk), passages.get(lane.pk), vehicles) for lane in lanes]


def _nodes_of(lanes: Iterable[Lane]) -> dict[str, Node]:
    """The node that runs each lane: of several, the one that came last."""
    found: dict[str, Node] = {}
    living = Node.objects.filter(lanes__in=[lane.pk for lane in lanes], revoked_at=None)
    for node in living.distinct().prefetch_related("lanes").order_by("enrolled_at"):
        found |= {lane.pk: node for lane in node.lanes.all()}
    return found


def last_passages(gate: str) -> dict[str, LaneItem]:
    """The last of each lane, found by index however many there were."""
    passages = LaneItem.objects.filter(lane=OuterRef("pk"), kind=ItemKind.PASSAGE).order_by("-at")
    last = Lane.objects.filter(gate=gate).annotate(last=Subquery(passages.values("pk")[:1]))
    found = LaneItem.objects.in_bulk([own_id for own_id in last.values_list("last", flat=True) if own_id])
    return {row.lane_id: row for row in found.values()}


def _standing(
    lane: Lane, node: Node | None, passage: LaneItem | None, vehicles: dict[Any, Crossing]
) -> Standing:
    silent = node is None or node.status_at is None or store.now() - node.status_at > SILENT_AFTER
    told: dict[str, Any] = next(
        (one for one in (node.status if node else {}).get("lanes", ()) if one["code"] == lane.pk), {}
    )
    return Standing(
        lane=lane, node=node, is_silent=silent,
        phase="unknown" if silent else told.get("phase", "unknown"),
        since=None if silent else _moment(told.get("since")),
        devices=tuple({**one, "since": _moment(one.get("since"))} for one in told.get("devices", ())),
        passage=passage, vehicle=vehicles.get(passage.crossing) if passage else None,
    )  # fmt: skip


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


# --- what somebody must see ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """One alert with what a person wants to know of it."""

    item: LaneItem
    lane: Lane
    vehicle: Crossing | None
    reason: OpeningReason | None
    pictures: tuple[str, ...]

    @property
    def read(self) -> str:
        """The plate as it was read, where nobody knows the vehicle."""
        reads = self.item.body.get("reads") or ()
        return next((one["text"] for one in reads if one.get("subject") == "plate" and one.get("text")), "")


def since_midnight(at: datetime | None = None) -> datetime:
    return (at or store.now()).astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)


def alerts(gates: Sequence[str], since: datetime) -> list[Seen]:
    """The newest first; an item that came late is seen among those of when it happened."""
    rows = _alerts(gates, since).select_related("lane__gate").order_by("-at")[:MOST_ALERTS]
    vehicles = Crossing.objects.in_bulk([row.crossing for row in rows if row.crossing])
    reasons = OpeningReason.objects.in_bulk([row.body.get("reason", "") for row in rows])
    there = _arrived(sha for row in rows for sha in row.pictures)
    return [
        Seen(
            item=row, lane=row.lane, vehicle=vehicles.get(row.crossing),
            reason=reasons.get(row.body.get("reason", "")),
            pictures=tuple(_of_gate(row.lane.gate_id, sha) for sha in row.pictures if sha in there),
        )
        for row in rows
    ]  # fmt: skip


def _alerts(gates: Sequence[str], since: datetime) -> QuerySet[LaneItem]:
    return LaneItem.objects.filter(lane__gate__in=gates, at__gte=since).exclude(alert="")


def count_alerts(gates: Sequence[str], since: datetime) -> int:
    return _alerts(gates, since).count()


# --- pictures --------------------------------------------------------------------------------------


def _arrived(names: Iterable[str]) -> set[str]:
    return set(Picture.objects.filter(pk__in=set(names)).values_list("pk", flat=True))


def _of_gate(gate: str, sha256: str) -> str:
    return reverse("lane-picture", args=[gate, sha256])


def pictures_of(crossing: UUID) -> dict[UUID, list[str]]:
    """Where the pictures of each passage of a crossing are, by the fact that the passage became."""
    rows = list(LaneItem.objects.filter(crossing=crossing, kind=ItemKind.PASSAGE).exclude(pictures=[]))
    there = _arrived(sha for row in rows for sha in row.pictures)
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        found[fact_id(row.pk, "passed")] += [
            reverse("crossing-picture", args=[crossing, sha]) for sha in row.pictures if sha in there
        ]
    return dict(found)


def is_of_crossing(sha256: str, crossing: UUID) -> bool:
    return _shown(sha256).filter(crossing=crossing).exists()


def is_of_gate(sha256: str, gate: str) -> bool:
    return _shown(sha256).filter(lane__gate=gate).exists()


def _shown(sha256: str) -> QuerySet[LaneItem]:
    known = Picture.objects.filter(pk=sha256).exists()
    return LaneItem.objects.filter(pictures__contains=[sha256]) if known else LaneItem.objects.none()


# --- nodes -----------------------------------------------------------------------------------------


def nodes(gate: str) -> QuerySet[Node]:
    """Those let in first, then the revoked ones."""
    rows = Node.objects.filter(gate=gate).prefetch_related("lanes")
    return rows.order_by(F("revoked_at").desc(nulls_first=True), "name")
