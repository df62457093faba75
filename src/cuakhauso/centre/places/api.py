"""The open API for reference data: gates with their checkpoints, yards and hours; codes; reasons; tariff."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from django.db.models import Model
from ninja import Router
from pydantic import BeforeValidator, Field

from ..accounts.http import ApiRequest
from ..shared.api import In, JsonBody, Line, Out
from . import actions
from . import models as m

router = Router()


Clock = Annotated[str, BeforeValidator(lambda clock: clock.isoformat("minutes"))]


class Row(Out):
    """One row of reference data, as it is kept."""

    @classmethod
    def of(cls, row: Model, **more: Any) -> Self:
        return cls(**{name: getattr(row, name) for name in cls.model_fields if name not in more}, **more)


class CheckpointOut(Row):
    code: str
    kind: str
    name: str
    has_scale: bool
    keeps_hours: bool


class YardOut(Row):
    code: str
    gate_id: str
    name: str
    operator: str
    inside: bool
    temporary: bool
    capacity: int | None
    has_scale: bool


class HoursOut(Row):
    """Hanoi time, as 07:00. Monday is 0. In force from `valid_from` up to, not including, `valid_to`."""

    weekday: int
    opens: Clock
    closes: Clock
    valid_from: date
    valid_to: date | None


class ClosureOut(Row):
    begins: datetime
    ends: datetime
    reason: str
    other_side: bool


class GateOut(Row):
    code: str
    name: str
    name_zh: str
    name_en: str
    markers: str
    opposite: str
    checkpoints: list[CheckpointOut]
    yards: list[YardOut]
    opening_hours: list[HoursOut]
    closures: list[ClosureOut]


PARTS: dict[str, type[Row]] = {
    "checkpoints": CheckpointOut,
    "yards": YardOut,
    "opening_hours": HoursOut,
    "closures": ClosureOut,
}


@router.get("/gates", response=list[GateOut], summary="Gates with checkpoints, yards and hours")
def gates(request: ApiRequest) -> list[GateOut]:
    rows = m.Gate.objects.prefetch_related(*PARTS)
    return [
        GateOut.of(
            row,
            **{part: [shape.of(one) for one in getattr(row, part).all()] for part, shape in PARTS.items()},
        )
        for row in rows
    ]


class HealthModeOut(Out):
    """What the health mode asks of vehicles coming in; no steps: it is off. `source` is the decision."""

    steps: list[str]
    since: date | None
    source: str


def _health_mode(gate: str) -> HealthModeOut:
    rows = list(m.HealthStep.objects.filter(gate=gate, valid_to=None).order_by("step"))
    return HealthModeOut(
        steps=[row.step for row in rows],
        since=min((row.valid_from for row in rows), default=None),
        source=rows[0].source if rows else "",
    )


@router.get("/gates/{gate}/health-mode", response=HealthModeOut, summary="The health mode of a gate")
def health_mode(request: ApiRequest, gate: str) -> HealthModeOut:
    return _health_mode(gate)


class HealthModeIn(In):
    steps: list[Line] = Field(description="driver_tested, vehicle_disinfected, handed_over; none: off.")
    source: Line = Field(description="The decision that it rests on.")


@router.put("/gates/{gate}/health-mode", response=HealthModeOut, summary="The Board switches it, from today")
def switch_health_mode(request: ApiRequest, gate: str, body: JsonBody[HealthModeIn]) -> HealthModeOut:
    actions.switch_health_mode(gate, body.steps, body.source, request.auth)
    return _health_mode(gate)


class CodeOut(Row):
    code: str
    name: str


class TypeCodeOut(CodeOut):
    direction: str


@router.get("/type-codes", response=list[TypeCodeOut], summary="Types of customs declarations")
def type_codes(request: ApiRequest) -> list[TypeCodeOut]:
    return [TypeCodeOut.of(row) for row in m.TypeCode.objects.order_by("code")]


@router.get("/customs-offices", response=list[CodeOut], summary="Customs offices")
def customs_offices(request: ApiRequest) -> list[CodeOut]:
    return [CodeOut.of(row) for row in m.CustomsOffice.objects.order_by("code")]


class HoldReasonOut(CodeOut):
    agency: str
    name_zh: str
    name_en: str
    law: str
    minutes: int | None
    offered: bool


@router.get("/hold-reasons", response=list[HoldReasonOut], summary="Coded reasons for holding a vehicle")
def hold_reasons(request: ApiRequest) -> list[HoldReasonOut]:
    return [HoldReasonOut.of(row) for row in m.HoldReason.objects.all()]


class WeightToleranceOut(Row):
    """How far goods whose HS code begins with `prefix` may be from their declared weight; no gate: all."""

    gate_id: str | None
    prefix: str
    percent: int
    least_kg: int
    valid_from: date
    valid_to: date | None
    source: str


@router.get(
    "/weight-tolerances",
    response=list[WeightToleranceOut],
    summary="How far a weight may be off",
)
def weight_tolerances(request: ApiRequest) -> list[WeightToleranceOut]:
    return [WeightToleranceOut.of(row) for row in m.WeightTolerance.objects.order_by("prefix", "id")]


class TariffOut(Row):
    """A base amount in VND. No amount: the Board has not filled it in, and nothing is charged by it."""

    id: int
    weight_class: str
    regime: str
    goods_class: str
    kind: str
    amount: int | None
    valid_from: date
    valid_to: date | None
    source: str


@router.get("/tariff", response=list[TariffOut], summary="The dated tariff")
def tariff(request: ApiRequest) -> list[TariffOut]:
    return [TariffOut.of(row) for row in m.Tariff.objects.order_by("id")]
