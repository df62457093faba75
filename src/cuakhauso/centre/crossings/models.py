"""What was measured over many crossings. A crossing itself is in `shared/models.py`."""

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


class GuardSerial(models.Model):
    """The last serial of border guard's own numbers on a day, Hanoi time."""

    day = models.DateField(primary_key=True)
    last = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}: {self.last}"
