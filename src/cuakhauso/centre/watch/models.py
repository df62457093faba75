"""Alerts on plates with what met them, and orders to vehicles on the road with whom they went to."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from cuakhauso.core.road_facts import RoadCode
from cuakhauso.core.words import Agency

from .rules import Subject, ToDo


class PlateAlert(models.Model):
    """A plate, trailer or container that an agency looks for. It counts once it is approved, from `begins` to
    `ends`, until its agency ends it. Personal data and inquiries stay here: facts never say why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.CharField(max_length=32, choices=[(a, a) for a in Agency])
    subject = models.CharField(max_length=12, choices=[(s, s) for s in Subject])
    number = models.CharField(max_length=20)
    shown = models.CharField(max_length=24)
    to_do = models.CharField(max_length=8, choices=[(t, t) for t in ToDo])
    reason = models.CharField(max_length=300)
    law = models.CharField(max_length=120, blank=True)
    begins = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    made_by_name = models.CharField(max_length=120)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=80, blank=True)
    approved_by_name = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=120, blank=True)
    ended_words = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["number"], name="alert_number", condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.agency} {self.number}"

    def counts(self, at: datetime) -> bool:
        living = self.approved_at is not None and self.ended_at is None
        return living and self.begins <= at and (self.ends is None or at < self.ends)


class AlertMatch(models.Model):
    """What met an alert: which vehicle, how, where; an exact number, or one that differs by one sign."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alert = models.ForeignKey(PlateAlert, on_delete=models.PROTECT, related_name="matches")
    gate = models.CharField(max_length=16)
    crossing = models.UUIDField(null=True)
    value = models.CharField(max_length=24)
    how = models.CharField(max_length=12)
    exact = models.BooleanField()
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["gate", "-at"], name="match_open", condition=Q(seen_at=None)),
            models.Index(fields=["crossing"], name="match_crossing"),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.how}"


class RoadOrder(models.Model):
    """An order to one vehicle, or to all that are expected at a gate from `begins` to `ends`, also those that
    are declared later. On each it is a fact; here is what it was as a whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gate = models.CharField(max_length=16)
    agency = models.CharField(max_length=32, choices=[(a, a) for a in Agency])
    code = models.CharField(max_length=16, choices=[(str(o), str(o)) for o in RoadCode])
    where = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=300, blank=True)
    only = models.UUIDField(null=True)
    begins = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    actor = models.JSONField()
    given_at = models.DateTimeField()
    given_by_name = models.CharField(max_length=120)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["gate", "-given_at"], name="road_order_given")]

    def __str__(self) -> str:
        return f"{self.gate} {self.code}"


class RoadOrderTo(models.Model):
    """One vehicle that an order went to."""

    order = models.ForeignKey(RoadOrder, on_delete=models.CASCADE, related_name="to")
    crossing = models.UUIDField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "crossing"], name="road_order_once")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.crossing}"
