"""Messages are sent: at least once, of one vehicle one after the other, again with growing waits."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_network
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from ..shared import store
from . import rules
from .models import Delivery, Subscription
from .sending import Outcome, send

AT_ONCE = 200
LEASE = timedelta(seconds=90)
LONGEST_RUN = timedelta(seconds=40)
FAILURES_IN_A_ROW, REST = 3, timedelta(seconds=15)  # a receiver that is away is not asked for every vehicle


def allowed_networks() -> Sequence[rules.Network]:
    """Networks that are not public and may be told all the same, by whoever runs the platform."""
    return [ip_network(text) for text in settings.WEBHOOK_NETWORKS]


def due(now: datetime) -> list[UUID]:
    """Subscriptions with something to send now, that nobody is sending to."""
    rows = Subscription.objects.filter(paused_for="").filter(Q(busy_until=None) | Q(busy_until__lt=now))
    waiting = Delivery.objects.filter(delivered_at=None, dead_at=None, next_at__lte=now)
    return list(rows.filter(pk__in=waiting.values("subscription")).values_list("pk", flat=True))


def deliver(subscription: UUID) -> int:
    """Everything that is due, oldest first; how many arrived. One worker at a time holds the lease."""
    began = store.now()
    if not _leased(subscription, began):
        return 0
    free_at = None
    try:
        arrived, is_away = _run(Subscription.objects.get(pk=subscription), began)
        free_at = store.now() + REST if is_away else None
        return arrived
    finally:
        Subscription.objects.filter(pk=subscription).update(busy_until=free_at)


def _leased(subscription: UUID, now: datetime) -> bool:
    free = Subscription.objects.filter(pk=subscription, paused_for="")
    return bool(free.filter(Q(busy_until=None) | Q(busy_until__lt=now)).update(busy_until=now + LEASE))


def _run(to: Subscription, began: datetime) -> tuple[int, bool]:
    """How many arrived, and whether the receiver seems to be away."""
    arrived = failed = 0
    stopped: dict[UUID, datetime] = {}  # vehicles whose earlier news has not arrived: until when
    rows = Delivery.objects.filter(subscription=to, delivered_at=None, dead_at=None).order_by("id")
    for row in rows[:AT_ONCE]:
        now = store.now()
        if now - began > LONGEST_RUN or to.paused_for:
            break
        if _must_wait(row, stopped, now):
            continue
        if attempt(to, row, now):
            arrived, failed = arrived + 1, 0
            continue
        failed += 1
        if row.crossing is not None and row.dead_at is None:
            stopped[row.crossing] = row.next_at
        if failed >= FAILURES_IN_A_ROW:
            return arrived, True
    return arrived, False


def _must_wait(row: Delivery, stopped: dict[UUID, datetime], now: datetime) -> bool:
    """For its own time, or for the news of the same vehicle before it: then it comes after that."""
    earlier = stopped.get(row.crossing) if row.crossing else None
    if earlier is not None and row.next_at < earlier:
        row.next_at = earlier
        row.save(update_fields=["next_at"])
    if row.next_at <= now:
        return False
    if row.crossing is not None:
        stopped[row.crossing] = row.next_at
    return True


def attempt(to: Subscription, row: Delivery, now: datetime) -> bool:
    """Send once, and write down what came of it."""
    timestamp = int(now.timestamp())
    headers = {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "user-agent": "cua-khau-so",
        "webhook-id": row.event,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": rules.signature(to.secret, row.event, timestamp, row.body),
    }
    outcome = send(to.url, headers, row.body, allowed_networks())
    _written(row, outcome, now)
    if outcome.status == rules.GONE:
        to.paused_for = "gone"
        to.save(update_fields=["paused_for"])
    return row.delivered_at is not None


def _written(row: Delivery, outcome: Outcome, now: datetime) -> None:
    row.attempts += 1
    row.last_status, row.last_error = outcome.status, outcome.error
    if rules.is_success(outcome.status):
        row.delivered_at = now
    elif (again := rules.next_attempt(row.attempts, now)) is not None:
        row.next_at = again
    else:
        row.dead_at = now
    row.save(update_fields=["attempts", "last_status", "last_error", "delivered_at", "next_at", "dead_at"])
