"""Who is told by webhook, and every message with what became of it."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ..accounts.models import Organisation


class Subscription(models.Model):
    """An address of an organisation that is told what happens to vehicles which that organisation may see.

    `kinds` and `yard` narrow it; empty means all. `secret` signs and is kept as it is, since both sides need
    it. `busy_until` is the lease of the one worker that sends to it now; `paused_for` why nothing is sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="subscriptions")
    url = models.CharField(max_length=500)
    secret = models.CharField(max_length=100)
    kinds = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    yard = models.CharField(max_length=16, blank=True)
    paused_for = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    busy_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.organisation}: {self.url}"


class Delivery(models.Model):
    """One message to one address. Its `event` is the `webhook-id`: the same however often it is sent."""

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    crossing = models.UUIDField(null=True)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    last_status = models.IntegerField(null=True)
    last_error = models.CharField(max_length=80, blank=True)
    delivered_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "event"], name="one_message_an_event")]
        indexes = [
            models.Index(
                fields=["subscription", "id"],
                name="delivery_waiting",
                condition=Q(delivered_at=None, dead_at=None),
            ),
            models.Index(fields=["created_at"], name="delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.kind}"


class Reached(models.Model):
    """One row: up to which event of the outbox messages were made."""

    outbox = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.outbox)
