"""Lanes, the nodes that run them, what nodes reported, and the keys by which our answers are known."""

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from cuakhauso.core.words import CheckpointKind, Direction, Place

from ..accounts.models import Token
from ..places.models import Gate, counts_up


class Lane(models.Model):
    """One barrier and one way past a checkpoint. `offline_minutes`: how long its node may go on alone."""

    code = models.CharField(max_length=32, primary_key=True)
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="lanes")
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    checkpoint = models.CharField(max_length=16, choices=[(k, k) for k in CheckpointKind])
    direction = models.CharField(max_length=4, choices=[(d, d) for d in Direction])
    leads_to = models.CharField(max_length=32, choices=[(p, p) for p in Place])
    offline_minutes = models.IntegerField(default=30)
    second_person = models.BooleanField(default=False)
    weighs = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["gate", "position"]

    def __str__(self) -> str:
        return self.code


class OpeningReason(models.Model):
    """A coded reason for opening although something speaks against it. One that is no longer offered keeps
    its name, for the openings that it explains."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    offered = models.BooleanField(default=True)
    position = models.IntegerField(default=0)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.code


for _model in (Lane, OpeningReason):
    pgtrigger.register(counts_up(_model._meta.model_name or ""))(_model)


class Node(models.Model):
    """A computer beside the barrier. It signs what it reports; we know it by its token and its public key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="nodes")
    lanes = models.ManyToManyField(Lane, related_name="nodes")
    name = models.CharField(max_length=80)
    public_key = models.CharField(max_length=64)
    software = models.CharField(max_length=80, blank=True)
    token = models.OneToOneField(Token, on_delete=models.PROTECT, related_name="node")
    enrolled_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    status = models.JSONField(default=dict)
    status_at = models.DateTimeField(null=True, blank=True)
    config_sha256 = models.CharField(max_length=64, blank=True)
    config_summary = models.CharField(max_length=400, blank=True)
    config_seen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class EnrolmentCode(models.Model):
    """Lets one node in, once, within the hour. Only its SHA-256 is kept."""

    digest = models.CharField(max_length=64, primary_key=True)
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="+")
    lanes = models.ManyToManyField(Lane, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.gate_id} {self.expires_at:%d/%m %H:%M}"


class LaneItem(models.Model):
    """One thing that a node reported, as it came. `offset_ms` is what its clock lacked to ours.

    `crossing` is a vehicle of this gate that is known to us; `alert` says why somebody must see this item,
    `pictures` which ones belong to it: both read from the body once, when it came.
    """

    id = models.UUIDField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="items")
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="items")
    at = models.DateTimeField()
    kind = models.CharField(max_length=16)
    body = models.JSONField()
    received_at = models.DateTimeField()
    offset_ms = models.IntegerField(default=0)
    crossing = models.UUIDField(null=True, blank=True)
    alert = models.CharField(max_length=32, blank=True)
    pictures = ArrayField(models.CharField(max_length=64), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["lane", "kind", "-at"], name="lane_item_latest"),
            models.Index(fields=["crossing"], name="lane_item_crossing", condition=~models.Q(crossing=None)),
            models.Index(fields=["-at"], name="lane_item_alerts", condition=~models.Q(alert="")),
            GinIndex(fields=["pictures"], name="lane_item_pictures"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


def _append_only() -> pgtrigger.Protect:
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Acknowledgement(models.Model):
    """An officer has seen an alert, and says what came of it. Once for each item; `id` is the caller's."""

    id = models.UUIDField(primary_key=True)
    item = models.OneToOneField(LaneItem, on_delete=models.PROTECT, related_name="acknowledgement")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=120)
    agency = models.CharField(max_length=32)
    words = models.CharField(max_length=2000, blank=True)

    class Meta:
        triggers = [_append_only()]

    def __str__(self) -> str:
        return f"{self.by_name} {self.at:%d/%m %H:%M}"


class OpenAlert(models.Model):
    """An alert for as long as nobody has acknowledged it, so that counting those looks at no years of others.

    Written by a trigger when the item comes, and taken away by another with its acknowledgement.
    """

    item = models.OneToOneField(LaneItem, on_delete=models.PROTECT, primary_key=True, related_name="open")

    def __str__(self) -> str:
        return str(self.item_id)


pgtrigger.register(
    pgtrigger.Trigger(
        name="opens_alert",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.alert <> ''"),
        func="INSERT INTO lanes_openalert (item_id) VALUES (NEW.id); RETURN NULL;",
    )
)(LaneItem)
pgtrigger.register(
    pgtrigger.Trigger(
        name="closes_alert",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func="DELETE FROM lanes_openalert WHERE item_id = NEW.item_id; RETURN NULL;",
    )
)(Acknowledgement)


class Attachment(models.Model):
    """An officer says that a passage of nobody known was this crossing's. Once for each item."""

    id = models.UUIDField(primary_key=True)
    item = models.OneToOneField(LaneItem, on_delete=models.PROTECT, related_name="attachment")
    crossing = models.UUIDField(db_index=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=120)
    agency = models.CharField(max_length=32)

    class Meta:
        triggers = [_append_only()]

    def __str__(self) -> str:
        return f"{self.item_id} {self.crossing}"


class Picture(models.Model):
    """A JPEG whose name is its content; the file lies under MEDIA until `deleted_at`.

    `deleted_days` is the rule by which it went. `missing_since`: its file is gone, and nobody deleted it.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.IntegerField()
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_days = models.IntegerField(null=True, blank=True)
    missing_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], name="picture_age", condition=models.Q(deleted_at=None))
        ]

    def __str__(self) -> str:
        return self.sha256


class SigningKey(models.Model):
    """A public key by which nodes know our answers. The private half stays on the machine that made it."""

    id = models.CharField(max_length=16, primary_key=True)
    public_key = models.CharField(max_length=64)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.id
