"""The worker's part: messages are made and sent within a second of what they tell. Each may run twice."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from ..shared import store
from . import delivering, fanning
from .models import Delivery, Subscription

A_LOOK_S, A_MINUTE_S = 1.0, 59.0
ARRIVED_KEPT, DEAD_KEPT = timedelta(days=7), timedelta(days=90)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="tell_subscribers", pass_context=True)
def tell_subscribers(context: JobContext, timestamp: int) -> int:
    """For a minute, or not at all where nobody has subscribed; how many events were looked at."""
    seen, end = 0, time.monotonic() + A_MINUTE_S
    while Subscription.objects.exists() and not context.should_abort():
        while new := fanning.fan_out():
            seen += new
        for subscription in delivering.due(store.now()):
            _soon(subscription)
        if time.monotonic() > end:
            break
        time.sleep(A_LOOK_S)
    return seen


def _soon(subscription: UUID) -> None:
    job: Any = app.configure_task("deliver_to", queueing_lock=f"deliver:{subscription}")
    try:
        job.defer(subscription=str(subscription))
    except AlreadyEnqueued:
        return


@app.task(name="deliver_to", pass_context=False)
def deliver_to(subscription: str) -> int:
    return delivering.deliver(UUID(subscription))


@app.periodic(cron="20 19 * * *")  # UTC: 02:20 in Hanoi
@app.task(queueing_lock="forget_old_messages", pass_context=False)
def forget_old_messages(timestamp: int) -> int:
    """What arrived a week ago, and what died three months ago. What happened stays in the facts."""
    now = store.now()
    arrived, _ = Delivery.objects.filter(delivered_at__lt=now - ARRIVED_KEPT).delete()
    dead, _ = Delivery.objects.filter(dead_at__lt=now - DEAD_KEPT).delete()
    return arrived + dead
