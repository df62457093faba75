"""Declarations as submitted: the announcement of one vehicle, in its newest version."""

import uuid

from django.db import models


class Declaration(models.Model):
    """One vehicle announced by one organisation. Its crossing has the same id.

    `form` is what was submitted, for correcting it later; it holds the driver's personal data, which
    the facts do not, and is what a purge empties. `proposed_form` is a correction that agencies have yet to
    approve, under the id of its fact.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="declarations"
    )
    crossing_id = models.UUIDField(unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="receiving"
    )
    version = models.IntegerField(default=1)
    proposed_id = models.UUIDField(null=True, blank=True)
    proposed_form = models.JSONField(null=True, blank=True)
    form = models.JSONField()
    submitted_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=80)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    helped_by = models.CharField(max_length=120, blank=True)
    driver = models.ForeignKey("registry.Driver", on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-submitted_at"], name="declaration_own")]

    def __str__(self) -> str:
        return self.number


class Help(models.Model):
    """One act on a business's declaration by somebody else: who acted for whom, for the business to see."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="helps")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=120)
    agency = models.CharField(max_length=32, blank=True)
    act = models.CharField(max_length=12)

    class Meta:
        indexes = [models.Index(fields=["by", "-at"], name="help_by")]

    def __str__(self) -> str:
        return f"{self.by_name} {self.act}"


class HelpRefusal(models.Model):
    """A business that wants nobody to declare for it. Taken back, the row goes; both are in the audit."""

    organisation = models.OneToOneField(
        "accounts.Organisation", on_delete=models.CASCADE, related_name="help_refusal"
    )
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return str(self.organisation_id)


class FirstLeg(models.Model):
    """By which customs declaration (its first 11 digits) goods of a regime came with which crossing: the way
    from a second leg to its first one. The facts say the rest."""

    key = models.CharField(max_length=11, db_index=True)
    crossing_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["crossing_id", "key"], name="first_leg_once")]

    def __str__(self) -> str:
        return self.key


class DailySerial(models.Model):
    """The last serial given out on a day, Hanoi time."""

    day = models.DateField(primary_key=True)
    last = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}: {self.last}"
