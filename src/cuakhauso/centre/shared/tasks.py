"""Housekeeping jobs. The worker runs them; each may run twice without harm."""

from datetime import timedelta

from procrastinate.contrib.django import app

from .models import OutboxEvent
from .store import now

EVENTS_KEPT = timedelta(days=3)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="forget_old_events", pass_context=False)
def forget_old_events(timestamp: int) -> int:
    """Events are for live pages and subscribers; what happened stays in the facts."""
    deleted, _ = OutboxEvent.objects.filter(at__lt=now() - EVENTS_KEPT).delete()
    return deleted
