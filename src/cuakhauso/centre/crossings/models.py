"""What was measured over many crossings, and photos of them. A crossing itself is in `shared/models.py`."""

from django.db import models


class UsualWait(models.Model):
    """How long a wait usually takes at a gate: over the last `days` days before `computed_at`.

    Written by `measuring.measure` alone, whole, and at any time again. What is not here is unknown.
    """

    gate = models.CharField(max_length=16)
    kind = models.CharField(max_length=32)
    measure = models.CharField(max_length=8)  # core.usual.Measure
    party = models.CharField(max_length=24)
    why = models.CharField(max_length=64)
    stage = models.CharField(max_length=16, blank=True)
    p50_minutes = models.FloatField()
    p90_minutes = models.FloatField()
    sample = models.IntegerField()
    days = models.IntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gate", "kind", "measure", "party", "why", "stage"], name="one_figure_of_a_wait"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gate} {self.kind} {self.measure} {self.party} {self.why}"


class Photo(models.Model):
    """A JPEG that an officer took of a vehicle, named by its content; the file lies under MEDIA until
    `deleted_at`. `named` once a fact speaks of it; `deleted_days` is the rule by which it went."""

    crossing = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    size = models.IntegerField()
    taken_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    named = models.BooleanField(default=False)
    deleted_at = models.DateTimeField(null=True)
    deleted_days = models.IntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["crossing", "sha256"], name="one_photo_of_a_crossing")]
        indexes = [
            models.Index(fields=["received_at"], name="photo_age", condition=models.Q(deleted_at=None)),
            models.Index(fields=["sha256"], name="photo_content"),
        ]

    def __str__(self) -> str:
        return self.sha256


class GuardSerial(models.Model):
    """The last serial of border guard's own numbers on a day, Hanoi time."""

    day = models.DateField(primary_key=True)
    last = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}: {self.last}"
