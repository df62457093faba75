"""Companies, vehicles and drivers that were declared before: what a form offers, never what it proves."""

import uuid
from datetime import date

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


class VehicleDocument(models.Model):
    """A paper of a vehicle as last declared, or as an officer read it since. Not a driver's: those are
    personal data and stay with the declaration."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.CASCADE, related_name="vehicle_documents"
    )
    plate = models.CharField(max_length=20)
    kind = models.CharField(max_length=24)
    number = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "plate", "kind", "number"], name="vehicle_document_once"
            )
        ]
        indexes = [models.Index(fields=["organisation", "valid_to"], name="vehicle_document_ends")]

    def __str__(self) -> str:
        return f"{self.plate} {self.kind} {self.number}"

    def has_run_out(self, on: date) -> bool:
        return self.valid_to is not None and self.valid_to < on


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
