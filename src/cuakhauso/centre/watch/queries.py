"""Reads of alerts and orders. An agency reads its own alerts; who looks is kept in the audit trail."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from cuakhauso.core.facts import Actor
from cuakhauso.core.words import Agency

from ..accounts.duties import Duty
from ..accounts.principal import Principal
from ..shared import audit
from .models import AlertMatch, PlateAlert, RoadOrder
from .rules import ORDERERS, TELLS_TOO, WATCHERS

MOST = 40


def agencies_of(reader: Principal) -> list[Agency]:
    """Agencies of this reader that may have plates looked for, at whatever gate."""
    officers = (Duty.OFFICER, Duty.DESK)
    mine = {role.agency for role in reader.roles if role.agency and role.duty in officers}
    return [agency for agency in WATCHERS if agency in mine]


def actor_of(reader: Principal) -> Actor:
    """Whoever looks or acts, for the agency that they do it for."""
    gate = next((role.gate for role in reader.roles if role.agency in WATCHERS), "")
    return reader.actor(gate, WATCHERS)


def alerts_visible_to(reader: Principal) -> QuerySet[PlateAlert]:
    return PlateAlert.objects.filter(agency__in=agencies_of(reader))


def alerts(reader: Principal, *, ended: bool = False) -> list[PlateAlert]:
    """The reader's agency's own, the newest first. A look at them is a look at people's affairs: kept."""
    rows = alerts_visible_to(reader).filter(ended_at__isnull=not ended).order_by("-made_at")[:200]
    audit.record("read_alerts", "alerts", actor=actor_of(reader), ended=ended)
    return list(rows)


def matches_visible_to(reader: Principal) -> QuerySet[AlertMatch]:
    """Of the own agency's alerts; border guard sees all, since it stands where the vehicles come."""
    mine = agencies_of(reader)
    rows = AlertMatch.objects.select_related("alert")
    return rows if TELLS_TOO in mine else rows.filter(alert__agency__in=mine)


def open_matches(gate: str, agencies: Sequence[Agency]) -> list[AlertMatch]:
    """What these agencies must see at a gate, the newest first; of each vehicle how it was met last."""
    mine = [agency for agency in agencies if agency in WATCHERS]
    if not mine:
        return []
    rows = AlertMatch.objects.select_related("alert").filter(gate=gate, seen_at=None)
    if TELLS_TOO not in mine:
        rows = rows.filter(alert__agency__in=mine)
    newest: dict[tuple[object, ...], AlertMatch] = {}
    for row in rows.order_by("-at")[: MOST * 3]:
        newest.setdefault((row.alert_id, row.crossing, row.value), row)
    return list(newest.values())[:MOST]


def matches_of(crossing: UUID, agencies: Sequence[Agency]) -> list[AlertMatch]:
    """Of one vehicle, for those who may know; each alert once."""
    mine = [agency for agency in agencies if agency in WATCHERS]
    if not mine:
        return []
    rows = AlertMatch.objects.select_related("alert").filter(crossing=crossing, alert__ended_at=None)
    if TELLS_TOO not in mine:
        rows = rows.filter(alert__agency__in=mine)
    return list({row.alert_id: row for row in rows.order_by("at")}.values())


# --- orders --------------------------------------------------------------------------------------


def may_order(reader: Principal, gate: str) -> bool:
    return bool(set(reader.agencies_at(gate)) & set(ORDERERS))


def orders(reader: Principal, gate: str) -> list[RoadOrder]:
    """All that were given at a gate, the newest first, with how many got and read each."""
    if not may_order(reader, gate):
        return []
    rows = RoadOrder.objects.filter(gate=gate).annotate(
        went_to=Count("to"), read_by=Count("to", filter=Q(to__seen_at__isnull=False))
    )
    return list(rows.order_by("-given_at")[:MOST])
