"""The reference data in force, as the one value that the rules take. Read again when it has changed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django.db.models import Count, Q, QuerySet

from cuakhauso.core.reference import (
    HANOI,
    Calendar,
    Closure,
    FeeRules,
    Hours,
    PaperRule,
    Reference,
    RegimeRule,
    Share,
    TariffRow,
    Tolerance,
)
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import Agency, CheckpointKind, Kind, Order, Place, Regime, WeightClass

from ..shared import prepared
from ..shared.models import Crossing
from . import models as m


def version() -> int:
    """Counts up with every edit of reference data."""
    found = prepared.rows("SELECT version FROM places_referenceversion")
    return int(found[0][0]) if found else 0


def reference(gate: str, on: date | None = None, known_version: int | None = None) -> Reference:
    """What the rules need to know about a gate on a day (today, Hanoi time, unless told)."""
    day = on or datetime.now(HANOI).date()
    return _with_room(_read(gate, day, version() if known_version is None else known_version))


def references(known_version: int | None = None) -> Any:
    """A reader for one transaction: asks for the version, and for each gate's room, once."""
    known = version() if known_version is None else known_version
    today = datetime.now(HANOI).date()
    return cache(lambda gate: _with_room(_read(gate, today, known)))


def _with_room(ref: Reference) -> Reference:
    """Free bays now, in yards whose capacity is known."""
    if not ref.capacity:
        return ref
    taken = Crossing.objects.filter(
        gate=ref.gate, ended_at=None, place=Place.YARD, yard__in=list(ref.capacity)
    )
    here = dict(taken.order_by().values_list("yard").annotate(Count("id")))
    return replace(ref, free_bays={yard: room - here.get(yard, 0) for yard, room in ref.capacity.items()})


@lru_cache(maxsize=64)
def _read(gate: str, day: date, version: int) -> Reference:
    checkpoints = list(m.Checkpoint.objects.filter(gate=gate))
    yards = list(m.Yard.objects.filter(gate=gate))
    settings = _settings(gate, day)
    return Reference(
        gate=gate,
        known=m.Gate.objects.filter(code=gate).exists(),
        calendar=_calendar(gate, day),
        scales=frozenset(c.kind for c in checkpoints if c.has_scale).union(
            y.code for y in yards if y.has_scale
        ),
        yards=frozenset(y.code for y in yards if not y.temporary),
        places_with_hours=frozenset(CheckpointKind(c.kind) for c in checkpoints if c.keeps_hours),
        quarantine=_quarantine(day),
        goods_classes=tuple((g.prefix, g.goods_class) for g in _in_force(m.GoodsClass.objects.all(), day)),
        tariff=tuple(_tariff_row(row) for row in m.Tariff.objects.all()),
        shares=tuple(_share(row) for row in _in_force(m.TariffShare.objects.all(), day)),
        multipliers={r.goods_class: r.times for r in _in_force(m.TariffMultiplier.objects.all(), day)},
        fee_cap=settings.get("fee_cap"),
        fee_rules=_fee_rules(gate),
        stay_hours=settings.get("stay_hours", 24),
        two_way_stay_hours=settings.get("two_way_stay_hours"),
        health_steps=frozenset(h.step for h in _in_force(m.HealthStep.objects.filter(gate=gate), day)),
        regimes={regime: _regime_rule(regime, settings) for regime in Regime},
        charged_on_turning=bool(settings.get("charged_on_turning", 1)),
        weight_tolerance_percent=settings.get("weight_tolerance_percent", 5),
        tolerances=_tolerances(gate, day),
        step_places=_step_places(gate, day),
        papers=_papers(day),
        capacity=_capacity(yards, day),
        version=version,
    )


FEE_TABLES = (m.GoodsClass, m.TariffShare, m.TariffMultiplier)


def _fee_rules(gate: str) -> tuple[FeeRules, ...]:
    """One for each day on which any of them began or ended: what fell due earlier is due by its own day's."""
    cap = m.Setting.objects.filter(Q(gate=None) | Q(gate=gate), name="fee_cap")
    tables: list[QuerySet[Any]] = [*(model.objects.all() for model in FEE_TABLES), cap]
    days = {day for rows in tables for pair in rows.values_list("valid_from", "valid_to") for day in pair}
    return tuple(_fee_rules_on(gate, day) for day in sorted(day for day in days if day is not None))


def _fee_rules_on(gate: str, day: date) -> FeeRules:
    return FeeRules(
        valid_from=day,
        goods_classes=tuple((g.prefix, g.goods_class) for g in _in_force(m.GoodsClass.objects.all(), day)),
        shares=tuple(_share(row) for row in _in_force(m.TariffShare.objects.all(), day)),
        multipliers={r.goods_class: r.times for r in _in_force(m.TariffMultiplier.objects.all(), day)},
        fee_cap=_settings(gate, day).get("fee_cap"),
    )


def _in_force(rows: QuerySet[Any], day: date) -> Iterable[Any]:
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day).order_by("valid_from")


def _capacity(yards: list[m.Yard], day: date) -> dict[str, int]:
    """What was stated, or the places of the yard's bays where its plan was given. Closed ones are no room."""
    given = _in_force(m.Bay.objects.filter(yard__in=yards, assumed=False), day)
    bays: dict[str, int] = defaultdict(int)
    for bay in given:
        bays[bay.yard_id] += 0 if bay.closed_for else bay.places
    return {y.code: y.capacity for y in yards if y.capacity is not None} | bays


def bays_of(yard: str, on: date | None = None) -> list[m.Bay]:
    """A yard's bays in force on a day, in the order of its plan."""
    rows = _in_force(m.Bay.objects.filter(yard=yard), on or datetime.now(HANOI).date())
    return sorted(rows, key=lambda bay: (bay.block, bay.row, bay.position, bay.code))


def _tolerances(gate: str, day: date) -> tuple[Tolerance, ...]:
    """A gate's own row comes before the one for all gates."""
    rows = _in_force(m.WeightTolerance.objects.filter(Q(gate=None) | Q(gate=gate)), day)
    found = {row.prefix: row for row in sorted(rows, key=lambda row: row.gate_id is not None)}
    return tuple(Tolerance(row.prefix, row.percent, row.least_kg) for row in found.values())


def _settings(gate: str, day: date) -> dict[str, int]:
    """A gate's own number comes before the one for all gates."""
    rows = _in_force(m.Setting.objects.filter(Q(gate=None) | Q(gate=gate)), day)
    return {row.name: row.value for row in sorted(rows, key=lambda row: row.gate_id is not None)}


def setting(gate: str, name: str) -> m.Setting | None:
    """The number in force today with its source; none where nobody has set it."""
    rows = m.Setting.objects.filter(Q(gate=None) | Q(gate=gate), name=name)
    found = sorted(_in_force(rows, datetime.now(HANOI).date()), key=lambda row: row.gate_id is not None)
    return found[-1] if found else None


def _regime_rule(regime: Regime, settings: dict[str, int]) -> RegimeRule:
    return RegimeRule(settings.get(f"days_{regime}"), bool(settings.get(f"escort_{regime}", 0)))


def _calendar(gate: str, day: date) -> Calendar:
    hours = _in_force(m.OpeningHours.objects.filter(gate=gate), day)
    closures = m.GateClosure.objects.filter(gate=gate).order_by("begins")
    return Calendar(
        tuple(Hours(h.weekday, h.opens, h.closes) for h in hours),
        tuple(Closure(c.begins, c.ends, c.reason, c.other_side) for c in closures),
    )


def _quarantine(day: date) -> dict[str, frozenset[Agency]]:
    found: dict[str, set[Agency]] = defaultdict(set)
    for rule in _in_force(m.QuarantineRule.objects.all(), day):
        found[rule.chapter].add(Agency(rule.agency))
    return {chapter: frozenset(agencies) for chapter, agencies in found.items()}


def _step_places(gate: str, day: date) -> dict[StepCode, tuple[CheckpointKind, ...]]:
    rows = _in_force(m.StepPlace.objects.filter(gate=gate), day)
    return {StepCode(row.step): tuple(CheckpointKind(at) for at in row.at) for row in rows}


def _papers(day: date) -> tuple[PaperRule, ...]:
    rows = _in_force(m.DocumentRule.objects.all(), day)
    return tuple(PaperRule(r.document, r.country, r.vehicle, r.stops, r.source) for r in rows)


def _tariff_row(row: m.Tariff) -> TariffRow:
    return TariffRow(
        WeightClass(row.weight_class), Regime(row.regime), row.goods_class,
        Kind(row.kind) if row.kind else None, row.amount, row.source, row.valid_from, row.valid_to,
    )  # fmt: skip


def _share(row: m.TariffShare) -> Share:
    return Share(Kind(row.kind), Order(row.order), row.percent, row.source)


def reason_name(code: str, language: str) -> str:
    """A hold reason as the Board wrote it, in the reader's language."""
    names = _reason_names(version()).get(code)
    return names.get(language, names["vi"]) if names else code


@lru_cache(maxsize=4)
def _reason_names(version: int) -> dict[str, dict[str, str]]:
    rows = m.HoldReason.objects.all()
    return {row.code: {"vi": row.name, "zh-hans": row.name_zh, "en": row.name_en} for row in rows}


def gate_name(code: str, language: str) -> str:
    """A gate as the reader's language writes it."""
    names = _gate_names(version()).get(code)
    return names.get(language) or names["vi"] if names else code


@lru_cache(maxsize=4)
def _gate_names(version: int) -> dict[str, dict[str, str]]:
    rows = m.Gate.objects.all()
    return {row.code: {"vi": row.name, "zh-hans": row.name_zh, "en": row.name_en} for row in rows}
