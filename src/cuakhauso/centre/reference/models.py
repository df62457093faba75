"""Changes of reference data, from the first draft to the day when they took effect. None is ever deleted."""

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Status(models.TextChoices):
    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ReferenceChange(models.Model):
    """Rows of one topic that one decision changes from one day on: `[{"key", "before", "after"}]`.

    `before` and `after` are what the row says, or null where there is none. `gates` are those whose rows they
    are; an empty name means every gate's. `valid_from` is empty for closures, which carry their own hours. An
    urgent closure is approved by whoever entered it, and looked at afterwards by another person. `edition`
    counts how often the draft was saved; `effects` is the preview of the last edition.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(max_length=32)
    gates = ArrayField(models.CharField(max_length=16, blank=True), default=list)
    rows = models.JSONField(default=list)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=200, blank=True)
    words = models.TextField(blank=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.DRAFT)
    urgent = models.BooleanField(default=False)
    made_by = models.CharField(max_length=80)
    made_by_name = models.CharField(max_length=160)
    made_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_by_name = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_words = models.TextField(blank=True)
    looked_by = models.CharField(max_length=80, blank=True)
    looked_by_name = models.CharField(max_length=160, blank=True)
    looked_at = models.DateTimeField(null=True)
    took_effect_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    edition = models.IntegerField(default=1)
    effects = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-made_at"], name="reference_change_latest"),
            models.Index(fields=["topic", "status"], name="reference_change_topic"),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.topic} {self.status} {self.id}"
