"""The facts store, the audit trail and the outbox: what every capability writes to."""

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Now


class Crossing(models.Model):
    """One vehicle's journey through a gate. Every column but `id` is computed from its facts.

    Written by `store.act` alone; `cuakhauso rebuild` computes the same columns again. `tare_of` is what was
    weighed empty on it (`core.weights.rig_of`), "" where nothing was.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gate = models.CharField(max_length=16, blank=True)
    kind = models.CharField(max_length=32, blank=True)
    regime = models.CharField(max_length=32, blank=True)
    number = models.CharField(max_length=20, blank=True)
    declarant = models.CharField(max_length=64, blank=True)
    plate = models.CharField(max_length=20, blank=True)
    plate_shown = models.CharField(max_length=24, blank=True)
    country = models.CharField(max_length=2, blank=True)
    trailers = ArrayField(models.CharField(max_length=24), default=list)
    identifiers = ArrayField(models.CharField(max_length=24), default=list)
    goods = models.CharField(max_length=200, blank=True)
    weight_kg = models.IntegerField(null=True)
    yard = models.CharField(max_length=16, blank=True)
    place = models.CharField(max_length=32)
    stage = models.CharField(max_length=16)
    waits = models.JSONField(default=list)
    wait_keys = ArrayField(models.CharField(max_length=40), default=list)
    held_by = ArrayField(models.CharField(max_length=24), default=list)
    owed = models.IntegerField(default=0)
    tare_of = models.CharField(max_length=120, blank=True)
    tare_kg = models.IntegerField(null=True)
    tare_at = models.DateTimeField(null=True)
    links = ArrayField(models.UUIDField(), default=list)
    expected_at = models.DateTimeField(null=True)
    declared_at = models.DateTimeField(null=True)
    present_since = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    unfinished_since = models.DateTimeField(null=True)
    half = models.CharField(max_length=16, blank=True, default="")
    half_since = models.DateTimeField(null=True)
    half_until = models.DateTimeField(null=True)
    bay = models.CharField(max_length=24, blank=True, default="")
    bay_since = models.DateTimeField(null=True)
    bay_kept = models.CharField(max_length=24, blank=True, default="")
    facts = models.IntegerField(default=0)
    head = models.BinaryField(max_length=32, default=bytes(32))

    class Meta:
        indexes = [
            models.Index(fields=["gate", "stage"], name="crossing_live", condition=Q(ended_at=None)),
            GinIndex(fields=["wait_keys"], name="crossing_waits", condition=Q(ended_at=None)),
            models.Index(fields=["declarant", "-declared_at"], name="crossing_declarant"),
            models.Index(fields=["gate", "ended_at"], name="crossing_ended", condition=~Q(ended_at=None)),
            models.Index(fields=["gate", "due_at"], name="crossing_due", condition=~Q(due_at=None)),
            models.Index(
                fields=["gate", "unfinished_since"],
                name="crossing_unfinished",
                condition=~Q(unfinished_since=None),
            ),
            models.Index(fields=["gate", "half", "half_since"], name="crossing_half", condition=~Q(half="")),
            models.Index(fields=["bay"], name="crossing_bay", condition=~Q(bay="") & Q(ended_at=None)),
            models.Index(
                fields=["bay_kept"], name="crossing_bay_kept", condition=~Q(bay_kept="") & Q(ended_at=None)
            ),
            models.Index(fields=["plate"], name="crossing_plate"),
            models.Index(fields=["number"], name="crossing_number"),
            models.Index(fields=["tare_of", "-tare_at"], name="crossing_tares", condition=~Q(tare_of="")),
        ]

    def __str__(self) -> str:
        return f"{self.plate_shown} {self.number}"


class FactRow(models.Model):
    """One fact as recorded. `hash` links it to the fact recorded before it on the same crossing."""

    id = models.UUIDField(primary_key=True)
    crossing = models.ForeignKey(Crossing, on_delete=models.PROTECT, related_name="fact_rows", db_index=False)
    seq = models.IntegerField()
    kind = models.CharField(max_length=32)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    body = models.JSONField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["crossing", "seq"], name="fact_in_chain")]
        indexes = [
            models.Index(KT("body__actor__id"), "recorded_at", name="fact_said_by"),
            models.Index(
                fields=["occurred_at"],
                name="fact_money",
                condition=Q(kind__in=["charged", "paid", "refunded"]),
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class BoundThing(models.Model):
    """A trailer, container or seal that a crossing's declaration binds: the way from it to who has it."""

    name = models.TextField(db_index=True)
    crossing = models.ForeignKey(Crossing, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return self.name


class BoundPair(models.Model):
    """Two crossings that bind one thing, both ways round: who is meant by a fact's `pair`. It is kept beside
    the facts, since the businesses of both read those."""

    pair = models.UUIDField(db_index=True)
    crossing = models.ForeignKey(Crossing, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Crossing, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["crossing", "other"], name="bound_pair_once")]

    def __str__(self) -> str:
        return str(self.pair)


class AuditEntry(models.Model):
    """One act that is no fact of a crossing: a refusal, a look-up, a sign-in, an edit of reference data."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=80)
    agency = models.CharField(max_length=32, blank=True)
    verb = models.CharField(max_length=48)
    subject = models.CharField(max_length=128, db_index=True)
    data = models.JSONField(default=dict)

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.actor} {self.verb} {self.subject}"


class OutboxEvent(models.Model):
    """An event for live pages and subscribers. PostgreSQL announces it when, and only if, it commits."""

    at = models.DateTimeField(db_default=Now(), db_index=True)
    name = models.CharField(max_length=48)
    payload = models.JSONField()

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="announce",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=(
                    "PERFORM pg_notify('events', json_build_object('id', NEW.id, 'name', NEW.name,"
                    " 'payload', NEW.payload)::text); RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
