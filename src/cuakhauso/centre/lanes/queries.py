"""Reads of lanes: the node that asks, how each lane stands, what somebody must see. Pictures: `photos.py`,
what passed when: `history.py`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from cuakhauso.core.reference import HANOI
from cuakhauso.core.words import ActorKind, Agency, Source

from ..accounts.duties import Duty
from ..accounts.principal import Principal, RoleView
from ..crossings.from_lanes import Photo
from ..crossings.posts import STAFF
from ..shared import store
from ..shared.models import Crossing
from . import photos, rules
from .items import ItemKind
from .models import Acknowledgement, Attachment, Lane, LaneItem, Node, OpeningReason

SILENT_AFTER = timedelta(seconds=30)
MOST_ALERTS = 40


def node_by_token(asker: Principal) -> Node | None:
    """The node whose token was sent, as long as it is let in."""
    kind, _, own = asker.id.partition(":")
    if kind != "token":
        return None
    return Node.objects.filter(token_id=UUID(own), revoked_at=None).first()


def principal_of(node: Node) -> Principal:
    """As whom the node acted when it reported, whether it is still let in or not."""
    owner = node.token.organisation
    role = RoleView(owner.pk, owner.name, owner.tax_code, None, node.gate_id, Duty.DEVICE)
    return Principal(ActorKind.DEVICE, f"token:{node.token_id}", node.name, Source.LANE, (role,))


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
    accuracy: tuple[dict[str, Any], ...] = ()

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
    vehicles = Crossing.objects.in_bulk([one for p in passages.values() if (one := vehicle_of(p))])
    return [_standing(lane, nodes.get(lane.pk), passages.get(lane.pk), vehicles) for lane in lanes]


def standing_of(lane: Lane) -> Standing:
    return _standing(lane, _nodes_of([lane]).get(lane.pk), None, {})


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
    items = LaneItem.objects.select_related("attachment")
    found = items.in_bulk([own_id for own_id in last.values_list("last", flat=True) if own_id])
    return {row.lane_id: row for row in found.values()}


def is_silent(node: Node | None) -> bool:
    """Nobody knows how things are with a node that has said nothing for a while."""
    return node is None or node.status_at is None or store.now() - node.status_at > SILENT_AFTER


def _standing(
    lane: Lane, node: Node | None, passage: LaneItem | None, vehicles: dict[Any, Crossing]
) -> Standing:
    silent = is_silent(node)
    told: dict[str, Any] = next(
        (one for one in (node.status if node else {}).get("lanes", ()) if one["code"] == lane.pk), {}
    )
    return Standing(
        lane=lane, node=node, is_silent=silent,
        phase="unknown" if silent else told.get("phase", "unknown"),
        since=None if silent else _moment(told.get("since")),
        devices=tuple({**one, "since": _moment(one.get("since"))} for one in told.get("devices", ())),
        passage=passage, vehicle=vehicles.get(vehicle_of(passage)) if passage else None,
        accuracy=tuple(told.get("accuracy", ())),
    )  # fmt: skip


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


# --- what somebody must see ------------------------------------------------------------------------


def alerts_visible_to(reader: Principal) -> QuerySet[LaneItem]:
    """For whoever works at the gate."""
    gates = {role.gate for role in reader.roles if role.duty in STAFF}
    rows = _alerts().select_related("lane__gate", "node__token", "acknowledgement", "attachment")
    return rows if "" in gates else rows.filter(lane__gate__in=gates)


def _alerts() -> QuerySet[LaneItem]:
    return LaneItem.objects.exclude(alert="")


def held_by(item: LaneItem) -> list[str]:
    """Who holds the vehicle of this item now."""
    if item.crossing is None:
        return []
    found = Crossing.objects.filter(pk=item.crossing).values_list("held_by", flat=True).first()
    return list(found or ())


def case_of(item: LaneItem, by: Principal, words: str = "") -> rules.Case:
    """The alert before this officer."""
    return rules.Case(
        alert=rules.Alert(item.alert), agencies=by.agencies_at(item.lane.gate_id), held_by=held_by(item),
        words=words, acknowledged=_done(getattr(item, "acknowledgement", None)),
        attached=_done(getattr(item, "attachment", None)),
    )  # fmt: skip


def _done(row: Acknowledgement | Attachment | None) -> rules.Done | None:
    return rules.Done(row.at, row.by_name) if row else None


def open_alerts(gate: str, agencies: Sequence[Agency] = ()) -> QuerySet[LaneItem]:
    """Those that nobody has acknowledged; of some agencies those that concern them, of nobody's all."""
    rows = LaneItem.objects.filter(open__isnull=False, lane__gate=gate)
    if not agencies:
        return rows
    held = Crossing.objects.filter(gate=gate, held_by__overlap=[str(one) for one in agencies])
    by_hold = Q(alert=rules.Alert.CONFLICT, crossing__in=held.values("pk"))
    return rows.filter(Q(alert__in=rules.alerts_of(agencies)) | by_hold)


def count_open(gate: str, agencies: Sequence[Agency] = ()) -> int:
    return open_alerts(gate, agencies).count()


@dataclass(frozen=True, slots=True)
class Seen:
    """One item with what a person wants to know of it."""

    item: LaneItem
    lane: Lane
    vehicle: Crossing | None
    reason: OpeningReason | None
    photos: tuple[Photo, ...]
    acknowledged: Acknowledgement | None = None
    attached: Attachment | None = None

    @property
    def read(self) -> str:
        """The plate as it was read, where nobody knows the vehicle."""
        reads = self.item.body.get("reads") or ()
        return next((one["text"] for one in reads if one.get("subject") == "plate" and one.get("text")), "")

    @property
    def is_nobodys(self) -> bool:
        return self.item.alert in rules.NOBODY_KNOWN and self.attached is None


def since_midnight(at: datetime | None = None) -> datetime:
    return (at or store.now()).astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)


def alerts(gates: Sequence[str], since: datetime) -> list[Seen]:
    """The newest first; an item that came late is seen among those of when it happened."""
    return seen(_alerts().filter(lane__gate__in=gates, at__gte=since).order_by("-at")[:MOST_ALERTS])


def waiting(gate: str) -> list[Seen]:
    """Alerts that nobody has acknowledged, of whatever day, the newest first."""
    return seen(open_alerts(gate).order_by("-at")[:MOST_ALERTS])


def seen(items: QuerySet[LaneItem]) -> list[Seen]:
    rows = items.select_related("lane__gate", "acknowledgement", "attachment")
    vehicles = Crossing.objects.in_bulk([one for row in rows if (one := vehicle_of(row))])
    reasons = OpeningReason.objects.in_bulk([reason_of(row) for row in rows])
    pictures = photos.Album.of(sha for row in rows for sha in row.pictures)
    return [
        Seen(
            item=row, lane=row.lane, vehicle=vehicles.get(vehicle_of(row)),
            reason=reasons.get(reason_of(row)), photos=pictures.at_gate(row.lane.gate_id, row.pictures),
            acknowledged=getattr(row, "acknowledgement", None), attached=getattr(row, "attachment", None),
        )
        for row in rows
    ]  # fmt: skip


def vehicle_of(item: LaneItem) -> UUID | None:
    """As the node knew it, or as an officer said."""
    attached: Attachment | None = getattr(item, "attachment", None)
    return attached.crossing if attached else item.crossing


def reason_of(item: LaneItem) -> str:
    """The coded reason for an opening, in an act or in the passage that it opened."""
    opened = item.body.get("opened_by")
    return str((opened if isinstance(opened, dict) else item.body).get("reason") or "")


def count_alerts(gates: Sequence[str], since: datetime) -> int:
    return _alerts().filter(lane__gate__in=gates, at__gte=since).count()


# --- nodes -----------------------------------------------------------------------------------------


def nodes(gate: str) -> QuerySet[Node]:
    """Those let in first, then the revoked ones."""
    rows = Node.objects.filter(gate=gate).prefetch_related("lanes")
    return rows.order_by(F("revoked_at").desc(nulls_first=True), "name")
