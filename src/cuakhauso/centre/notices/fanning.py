"""From what happened to messages: each event of the outbox for every subscription that may be told of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from ..crossings import queries as crossings
from ..shared import store
from ..shared.locks import lock_work
from ..shared.models import Crossing, FactRow, OutboxEvent
from . import events, queries, rules
from .models import Delivery, Reached, Subscription

AT_ONCE = 500
# A number that is missing may be of somebody who has not committed yet; after this long it never was.
GAP_WAITS = timedelta(seconds=30)


@transaction.atomic
def fan_out(now: datetime | None = None) -> int:
    """Messages made of the next events: of how many. One process at a time; again while there are any."""
    lock_work("notices")
    moment = now or store.now()
    live = list(Subscription.objects.select_related("organisation"))
    reached = Reached.objects.first() or Reached.objects.create(outbox=newest())
    rows = _without_gaps(list(_next(reached.outbox)), reached.outbox, moment)
    if not rows:
        return 0
    told = [UUID(str(row.payload["fact"])) for row in rows if row.payload.get("fact")]
    make(live, told, moment)
    reached.outbox = rows[-1].pk
    reached.save(update_fields=["outbox"])
    return len(rows)


def newest() -> int:
    """The last number that the outbox gave out, committed or not: nothing before it is told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM shared_outboxevent_id_seq")
        return int(cursor.fetchone()[0])


def _next(after: int) -> Iterable[OutboxEvent]:
    return OutboxEvent.objects.filter(pk__gt=after).order_by("pk")[:AT_ONCE]


def _without_gaps(rows: list[OutboxEvent], after: int, now: datetime) -> list[OutboxEvent]:
    found: list[OutboxEvent] = []
    for row in rows:
        is_next = row.pk == (found[-1].pk if found else after) + 1
        if not is_next and now - row.at < GAP_WAITS:
            break
        found.append(row)
    return found


def make(to: Sequence[Subscription], told: Sequence[UUID], now: datetime) -> int:
    """Messages about these facts, in their order, for those who may see and want them. None is made twice."""
    facts = FactRow.objects.select_related("crossing").in_bulk(told)
    found = [facts[fact] for fact in told if fact in facts]
    made: list[Delivery] = []
    for one in to:
        seen = _visible(one, {fact.crossing_id for fact in found})
        made += [
            Delivery(
                subscription=one, event=events.event_id(fact.pk), kind=fact.kind, crossing=fact.crossing_id,
                body=events.about(seen[fact.crossing_id], fact), next_at=now,
            )
            for fact in found
            if fact.crossing_id in seen and rules.wants(one.kinds, fact.kind)
        ]  # fmt: skip
    return len(Delivery.objects.bulk_create(made, ignore_conflicts=True))


def _visible(one: Subscription, ids: set[UUID]) -> dict[UUID, Crossing]:
    rows = crossings.visible_to(queries.reader_of(one.organisation)).filter(pk__in=ids)
    return {row.pk: row for row in (rows.filter(yard=one.yard) if one.yard else rows)}
