"""Companies, vehicles and drivers that were declared before: what a form offers, never what it proves."""

import uuid

from django.db import models

from cuakhauso.core.words import WeightClass


class Vehicle(models.Model):
    """A vehicle or trailer as an organisation last declared it; a form is filled from it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.CASCADE, related_name="vehicles"
    )
    country = models.CharField(max_length=2)
    plate = models.CharField(max_length=20)
    plate_shown = models.CharField(max_length=24)
    weight_class = models.CharField(max_length=4, choices=[(w, w) for w in WeightClass], blank=True)
    form = models.JSONField(default=dict)
    seen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "plate"], name="vehicle_once_an_organisation")
        ]
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.plate_shown


class Driver(models.Model):
    """A driver's personal data. Kept apart from facts, so that it can be purged by purpose and age."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.CASCADE, related_name="drivers"
    )
    name = models.CharField(max_length=120)
    paper_kind = models.CharField(max_length=16)
    paper = models.CharField(max_length=20)
    phone = models.CharField(max_length=20, blank=True)
    seen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "paper"], name="driver_once_an_organisation")
        ]
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.name
