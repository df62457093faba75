"""Writes the reference data of `seeds.py`, where the Board has not written its own. Repeating is safe."""

from django.db import transaction

from . import models as m
from . import seeds as s


@transaction.atomic
def seed() -> None:
    """Adds what is missing; never changes a row that exists, since it may be the Board's. A key of which the
    Board has ever written counts as there, however many rows it has by now."""
    for position, (code, name, zh, en, markers, opposite, source) in enumerate(s.GATES):
        m.Gate.objects.get_or_create(
            code=code,
            defaults={
                "name": name, "name_zh": zh, "name_en": en, "markers": markers, "opposite": opposite,
                "position": position, "source": source,
            },
        )  # fmt: skip
        _checkpoints(code)
    for code, gate, name, operator, inside, temporary, source in s.YARDS:
        m.Yard.objects.get_or_create(
            code=code,
            defaults={
                "gate_id": gate, "name": name, "operator": operator, "inside": inside,
                "temporary": temporary, "source": source,
            },
        )  # fmt: skip
    _bays()
    _codes()
    _rules()
    _tariff()
    m.ReferenceVersion.objects.get_or_create(pk=1)


def _checkpoints(gate: str) -> None:
    for position, (kind, name, keeps_hours, source) in enumerate(s.CHECKPOINTS):
        m.Checkpoint.objects.get_or_create(
            code=f"{gate}-{kind}",
            defaults={
                "gate_id": gate, "kind": kind, "name": name, "keeps_hours": keeps_hours,
                "position": position, "source": source,
            },
        )  # fmt: skip


def _bays() -> None:
    """A plain plan for yards that never had one."""
    for yard, blocks in s.ASSUMED_PLANS.items():
        if m.Bay.objects.filter(yard=yard).exists():
            continue
        m.Bay.objects.bulk_create(
            m.Bay(
                code=f"{yard}-{block}{(row - 1) * long + position:02}", yard_id=yard, block=block, row=row,
                position=position, kind=kind, assumed=True, valid_from=s.PLAN_FROM, source=s.PLAN_SOURCE,
            )
            for block, kind, rows, long in blocks
            for row in range(1, rows + 1)
            for position in range(1, long + 1)
        )  # fmt: skip


def _codes() -> None:
    for code, direction, name in s.TYPE_CODES:
        m.TypeCode.objects.get_or_create(
            code=code, defaults={"direction": direction, "name": name, "source": s.TYPE_SOURCE}
        )
    for code, name in s.OFFICES:
        m.CustomsOffice.objects.get_or_create(code=code, defaults={"name": name, "source": s.OFFICE_SOURCE})
    for position, (code, agency, name, zh, en, law, minutes) in enumerate(s.REASONS):
        m.HoldReason.objects.get_or_create(
            code=code,
            defaults={
                "agency": agency, "name": name, "name_zh": zh, "name_en": en, "law": law,
                "minutes": minutes, "position": position,
            },
        )  # fmt: skip


def _rules() -> None:
    for gate, day, opens, closes in s.HOURS:
        m.OpeningHours.objects.get_or_create(
            gate_id=gate,
            weekday=day,
            valid_from=s.HOURS_FROM,
            defaults={"opens": opens, "closes": closes, "source": s.HOURS_SOURCE},
        )
    for chapter, agency in s.QUARANTINE:
        if not m.QuarantineRule.objects.filter(chapter=chapter, agency=agency).exists():
            m.QuarantineRule.objects.create(
                chapter=chapter, agency=agency, valid_from=s.START, source=s.QUARANTINE_SOURCE
            )
    for prefix, percent, least in s.TOLERANCES:
        if not m.WeightTolerance.objects.filter(gate=None, prefix=prefix).exists():
            m.WeightTolerance.objects.create(
                prefix=prefix, percent=percent, least_kg=least, valid_from=s.START, source=s.TOLERANCE_SOURCE
            )
    for document, country, source in s.DOCUMENTS:
        if not m.DocumentRule.objects.filter(document=document, country=country, vehicle="").exists():
            m.DocumentRule.objects.create(
                document=document, country=country, stops=False, valid_from=s.DOCUMENTS_FROM, source=source
            )
    for name, value, source, begins, ends in s.SETTINGS:
        if not m.Setting.objects.filter(gate=None, name=name).exists():
            m.Setting.objects.create(name=name, value=value, valid_from=begins, valid_to=ends, source=source)


def _tariff() -> None:
    for prefix, goods_class in s.GOODS_CLASSES:
        if not m.GoodsClass.objects.filter(prefix=prefix).exists():
            m.GoodsClass.objects.create(
                prefix=prefix, goods_class=goods_class, valid_from=s.FEES_FROM, source=s.GOODS_SOURCE
            )
    for weight, regime, goods_class, kind, amount, law in s.TARIFF:
        m.Tariff.objects.get_or_create(
            weight_class=weight,
            regime=regime,
            goods_class=goods_class,
            kind=kind,
            valid_from=s.FEES_FROM,
            defaults={"amount": amount, "source": law},
        )
    for kind, order, percent in s.SHARES:
        m.TariffShare.objects.get_or_create(
            kind=kind,
            order=order,
            valid_from=s.FEES_FROM,
            defaults={"percent": percent, "source": s.SHARE_SOURCE},
        )
    for goods_class, times in s.MULTIPLIERS:
        m.TariffMultiplier.objects.get_or_create(
            goods_class=goods_class,
            valid_from=s.FEES_FROM,
            defaults={"times": times, "source": s.FEE_LAW},
        )
