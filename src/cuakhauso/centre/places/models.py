"""Reference data: gates, checkpoints, yards, hours, codes, tariff. Dated, sourced, edited by the Board."""

from datetime import date

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields import RangeOperators as Ranges
from django.db import models
from django.db.models.expressions import RawSQL

from cuakhauso.core.papers import Paper
from cuakhauso.core.procedure import HEALTH_MODE
from cuakhauso.core.words import Agency, BayKind, CheckpointKind, Kind, Order, Regime, WeightClass


class Dated(models.Model):
    """In force from `valid_from` up to, not including, `valid_to`; `source` says who decided."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)

    class Meta:
        abstract = True


def one_at_a_time(name: str, *key: str) -> ExclusionConstraint:
    """On every day at most one row of a key is in force.

    A key is compared as a range of the one number that its text hashes to: GiST knows ranges without an
    extension, and that of two keys in 2^64 would collide.
    """
    text = " || '|' || ".join(f"coalesce({column}::text, '')" for column in key)
    number = f"hashtextextended({text}, 0)"
    return ExclusionConstraint(
        name=name,
        expressions=[
            (RawSQL(f"int8range({number}, {number}, '[]')", ()), Ranges.OVERLAPS),  # noqa: S611  our own text
            (RawSQL("daterange(valid_from, valid_to)", ()), Ranges.OVERLAPS),
        ],
    )


class Gate(models.Model):
    code = models.CharField(max_length=16, primary_key=True)
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    markers = models.CharField(max_length=40)
    opposite = models.CharField(max_length=80)
    position = models.IntegerField(default=0)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class Checkpoint(models.Model):
    """A point where a permit is asked for. A code is `GATE-KIND`, as in CKHN-B1."""

    code = models.CharField(max_length=32, primary_key=True)
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="checkpoints")
    kind = models.CharField(max_length=16, choices=[(k, k) for k in CheckpointKind])
    name = models.CharField(max_length=80)
    has_scale = models.BooleanField(default=False)
    keeps_hours = models.BooleanField(default=True)
    position = models.IntegerField(default=0)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["gate", "position"]

    def __str__(self) -> str:
        return self.code


class Yard(models.Model):
    """A yard of a gate. `capacity` is unknown until the yard or the Board states it."""

    code = models.CharField(max_length=16, primary_key=True)
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="yards")
    name = models.CharField(max_length=80)
    operator = models.CharField(max_length=120, blank=True)
    inside = models.BooleanField()
    temporary = models.BooleanField(default=False)
    capacity = models.IntegerField(null=True, blank=True)
    has_scale = models.BooleanField(default=False)
    source = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Bay(Dated):
    """A place in a yard where a vehicle stands, or an area with several; its code is as in XC-A01.

    `shape` is its outline on the plan, points in metres; without one it is drawn in its row. `assumed` is of
    a plan that nobody from the yard has given yet: it is drawn and used, and makes no yard full.
    """

    code = models.CharField(max_length=24)
    yard = models.ForeignKey(Yard, on_delete=models.PROTECT, related_name="bays")
    block = models.CharField(max_length=16, blank=True)
    row = models.IntegerField(default=1)
    position = models.IntegerField(default=1)
    kind = models.CharField(max_length=16, choices=[(k, k) for k in BayKind], default=BayKind.TRUCK)
    places = models.IntegerField(default=1)
    shape = models.JSONField(default=list, blank=True)
    closed_for = models.CharField(max_length=120, blank=True)
    assumed = models.BooleanField(default=False)

    class Meta:
        constraints = [one_at_a_time("one_bay", "code")]

    def __str__(self) -> str:
        return self.code


class OpeningHours(Dated):
    """Hanoi time. Monday is 0."""

    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.IntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [one_at_a_time("one_hours_a_day", "gate_id", "weekday")]

    def __str__(self) -> str:
        return f"{self.gate_id} {self.weekday} {self.opens}–{self.closes}"


class GateClosure(models.Model):
    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, related_name="closures")
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    reason = models.CharField(max_length=200)
    other_side = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gate", "begins"], name="one_closure_a_moment")]

    def __str__(self) -> str:
        return f"{self.gate_id} {self.begins}–{self.ends}"


class QuarantineRule(Dated):
    """Goods of this HS chapter must be seen by this quarantine."""

    chapter = models.CharField(max_length=2)
    agency = models.CharField(max_length=32, choices=[(a, a) for a in Agency])

    class Meta:
        constraints = [one_at_a_time("one_quarantine_rule", "chapter", "agency")]

    def __str__(self) -> str:
        return f"{self.chapter}: {self.agency}"


class GoodsClass(Dated):
    """The tariff's class of goods whose HS code begins with `prefix`."""

    prefix = models.CharField(max_length=8)
    goods_class = models.CharField(max_length=32)

    class Meta:
        constraints = [one_at_a_time("one_goods_class", "prefix")]

    def __str__(self) -> str:
        return f"{self.prefix}: {self.goods_class}"


class Tariff(Dated):
    """A base amount in VND. An empty amount is a row that the Board must fill in: no charge without it."""

    weight_class = models.CharField(max_length=4, choices=[(w, w) for w in WeightClass])
    regime = models.CharField(max_length=32, choices=[(r, r) for r in Regime])
    goods_class = models.CharField(max_length=32, default="ordinary")
    kind = models.CharField(max_length=32, choices=[(k, k) for k in Kind], blank=True)
    amount = models.IntegerField(null=True, blank=True)

    class Meta:
        constraints = [one_at_a_time("one_rate", "weight_class", "regime", "goods_class", "kind")]

    def __str__(self) -> str:
        return f"{self.weight_class} {self.regime} {self.goods_class}: {self.amount}"


class TariffShare(Dated):
    kind = models.CharField(max_length=32, choices=[(k, k) for k in Kind])
    order = models.CharField(max_length=16, choices=[(o, o) for o in Order])
    percent = models.IntegerField()

    class Meta:
        constraints = [one_at_a_time("one_share", "kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.percent} %"


class TariffMultiplier(Dated):
    goods_class = models.CharField(max_length=32)
    times = models.IntegerField()

    class Meta:
        constraints = [one_at_a_time("one_multiplier", "goods_class")]

    def __str__(self) -> str:
        return f"{self.goods_class} × {self.times}"


class Setting(Dated):
    """A number that may differ between gates; an empty gate means all of them."""

    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, null=True, blank=True)
    name = models.CharField(max_length=40)
    value = models.IntegerField()

    class Meta:
        constraints = [one_at_a_time("one_setting", "gate_id", "name")]

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"


class WeightTolerance(Dated):
    """How far goods whose HS code begins with `prefix` may be from their declared weight. An empty gate means
    all of them; goods without a row may differ by the gate's own share (`weight_tolerance_percent`)."""

    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, null=True, blank=True)
    prefix = models.CharField(max_length=8)
    percent = models.PositiveSmallIntegerField()
    least_kg = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [one_at_a_time("one_tolerance", "gate_id", "prefix")]

    def __str__(self) -> str:
        return f"{self.prefix}: {self.percent} %, {self.least_kg} kg"


class StepPlace(Dated):
    """Where a step is done at this gate, if not where the law's own list has it; no place means at a desk."""

    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, related_name="step_places")
    step = models.CharField(max_length=32)
    at = ArrayField(models.CharField(max_length=16, choices=[(k, k) for k in CheckpointKind]), default=list)

    class Meta:
        constraints = [one_at_a_time("one_step_place", "gate_id", "step")]

    def __str__(self) -> str:
        return f"{self.gate_id} {self.step}: {', '.join(self.at)}"


class HealthStep(Dated):
    """A step that the health mode asks of vehicles coming in at a gate, while the row is in force: on from
    the day it begins, off again from the day it ends, without a release (domain.md 2.8)."""

    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, related_name="health_steps")
    step = models.CharField(max_length=24, choices=[(str(s), str(s)) for s in HEALTH_MODE])

    class Meta:
        constraints = [one_at_a_time("one_health_step", "gate_id", "step")]

    def __str__(self) -> str:
        return f"{self.gate_id} {self.step}"


class DocumentRule(Dated):
    """A paper that vehicles must have (domain.md 4.6): of which nationality, drawing a trailer (`tractor`) or
    not (`truck`); empty means any. Where it `stops`, a missing or unseen one keeps a vehicle in the yard."""

    document = models.CharField(max_length=24, choices=[(str(p), str(p)) for p in Paper])
    country = models.CharField(max_length=2, blank=True)
    vehicle = models.CharField(max_length=8, blank=True)
    stops = models.BooleanField(default=False)

    class Meta:
        constraints = [one_at_a_time("one_document_rule", "document", "country", "vehicle")]

    def __str__(self) -> str:
        return f"{self.document} {self.country} {self.vehicle}"


def is_set(name: str, day: date) -> bool:
    """Whether a setting has a row in force on a day, at any gate."""
    rows = Setting.objects.filter(name=name, valid_from__lte=day)
    return rows.filter(models.Q(valid_to=None) | models.Q(valid_to__gt=day)).exists()


class TypeCode(models.Model):
    """Type of a customs declaration (domain.md 7.5)."""

    code = models.CharField(max_length=3, primary_key=True)
    direction = models.CharField(max_length=6)
    name = models.CharField(max_length=160)
    source = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.code


class CustomsOffice(models.Model):
    code = models.CharField(max_length=6, primary_key=True)
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.code


class HoldReason(models.Model):
    """A coded reason for holding a vehicle; `agency` empty means any agency may use it. One that is no longer
    offered keeps its name, for the holds that were placed by it."""

    code = models.CharField(max_length=40, primary_key=True)
    agency = models.CharField(max_length=32, choices=[(a, a) for a in Agency], blank=True)
    name = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    law = models.CharField(max_length=120)
    minutes = models.IntegerField(null=True, blank=True)
    offered = models.BooleanField(default=True)
    position = models.IntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.code


def counts_up(table: str) -> pgtrigger.Trigger:
    """Every edit of a reference table, by whomever, makes caches read again."""
    return pgtrigger.Trigger(
        name=f"counts_up_{table}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        # The clock, not a count: a number that was rolled back must never come again for other data.
        func=(
            "UPDATE places_referenceversion SET version = "
            "greatest(version + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint); RETURN NULL;"
        ),
    )


for _model in (
    Gate, Checkpoint, Yard, Bay, OpeningHours, GateClosure, QuarantineRule, GoodsClass, Tariff, TariffShare,
    TariffMultiplier, Setting, WeightTolerance, StepPlace, HealthStep, DocumentRule, TypeCode, CustomsOffice,
    HoldReason,
):  # fmt: skip
    pgtrigger.register(counts_up(_model._meta.model_name or ""))(_model)


class ReferenceVersion(models.Model):
    """One row; a trigger on every table above counts it up, so that caches know when to read again."""

    version = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.version)
