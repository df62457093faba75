"""The open API for alerts on plates and orders to vehicles on the road."""

from datetime import datetime
from typing import Self
from uuid import UUID

from ninja import Query, Router, Status
from pydantic import Field

from cuakhauso.core.road_facts import RoadCode

from ..accounts.http import ApiRequest
from ..crossings.api import ActIn, act
from ..crossings.road import read_order
from ..crossings.shapes import CrossingOut
from ..shared.api import In, JsonBody, Line, Moment, Out, Words
from ..shared.errors import NotAllowed
from ..watch import alerts, orders, queries
from ..watch.models import AlertMatch, PlateAlert, RoadOrder
from ..watch.rules import Subject, ToDo

router = Router()


# --- alerts --------------------------------------------------------------------------------------


class PlateAlertIn(In):
    id: UUID = Field(description="Made by the caller (UUIDv7): sent again, it changes nothing.")
    gate: Line = Field(description="At which gate the caller acts; the alert counts at all of them.")
    subject: Subject = Subject.PLATE
    number: Line
    to_do: ToDo
    reason: Words
    law: Line = ""
    ends: Moment | None = None


class PlateAlertOut(Out):
    """`approved_at` is none while a `stop` waits for a second person of the agency."""

    id: UUID
    agency: str
    subject: str
    number: str
    shown: str
    to_do: str
    reason: str
    law: str
    begins: datetime
    ends: datetime | None
    made_by_name: str
    approved_at: datetime | None
    approved_by_name: str
    ended_at: datetime | None

    @classmethod
    def of(cls, row: PlateAlert) -> Self:
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


@router.post(
    "/alerts", response={201: PlateAlertOut}, summary="Have a plate, trailer or container looked for"
)
def make_alert(request: ApiRequest, body: JsonBody[PlateAlertIn]) -> Status[PlateAlertOut]:
    made = alerts.make(
        by=request.auth, gate=body.gate, subject=body.subject, number=body.number, to_do=body.to_do,
        reason=body.reason, law=body.law, ends=body.ends, id=body.id,
    )  # fmt: skip
    return Status(201, PlateAlertOut.of(made))


@router.get(
    "/alerts", response=list[PlateAlertOut], summary="The alerts of one's own agency; the look is kept"
)
def own_alerts(request: ApiRequest, ended: bool = False) -> list[PlateAlertOut]:
    if not queries.agencies_of(request.auth):
        raise NotAllowed
    return [PlateAlertOut.of(row) for row in queries.alerts(request.auth, ended=ended)]


@router.post("/alerts/{alert}/approve", response=PlateAlertOut, summary="The second person; a person only")
def approve_alert(request: ApiRequest, alert: UUID) -> PlateAlertOut:
    return PlateAlertOut.of(alerts.approve(alert, by=request.auth))


class EndAlertIn(In):
    note: Words


@router.post("/alerts/{alert}/end", response=PlateAlertOut, summary="It counts no more; words in `note`")
def end_alert(request: ApiRequest, alert: UUID, body: JsonBody[EndAlertIn]) -> PlateAlertOut:
    return PlateAlertOut.of(alerts.end(alert, body.note, by=request.auth))


class MatchOut(Out):
    """What met an alert. `exact` is false for a number that differs by one sign: only to look at."""

    id: UUID
    alert: PlateAlertOut
    gate: str
    crossing: UUID | None
    value: str
    how: str
    exact: bool
    at: datetime
    seen_at: datetime | None

    @classmethod
    def of(cls, row: AlertMatch) -> Self:
        known = {name: getattr(row, name) for name in cls.model_fields if name != "alert"}
        return cls(alert=PlateAlertOut.of(row.alert), **known)


@router.get("/alerts/matches", response=list[MatchOut], summary="Vehicles that met an alert, nobody saw yet")
def alert_matches(request: ApiRequest, gate: Line) -> list[MatchOut]:
    found = queries.open_matches(gate, request.auth.agencies_at(gate))
    return [MatchOut.of(row) for row in found]


@router.post("/alerts/matches/{match}/seen", response=MatchOut, summary="Somebody has taken note")
def match_seen(request: ApiRequest, match: UUID) -> MatchOut:
    return MatchOut.of(alerts.see(match, by=request.auth))


# --- orders --------------------------------------------------------------------------------------


class RoadOrderIn(In):
    id: UUID = Field(description="Made by the caller (UUIDv7): sent again, it changes nothing.")
    gate: Line
    code: RoadCode
    where: Line = Field(default="", description="A code of a place or a gate, or a name.")
    note: Words = ""
    crossing: UUID | None = Field(default=None, description="One vehicle; without it all that are expected.")
    begins: Moment | None = Field(default=None, description="Expected from.")
    ends: Moment | None = Field(default=None, description="Expected before; the order counts until then.")


class RoadOrderOut(Out):
    id: UUID
    gate: str
    agency: str
    code: str
    where: str
    words: str
    begins: datetime | None
    ends: datetime | None
    given_at: datetime
    given_by_name: str
    taken_back_at: datetime | None
    went_to: int
    read_by: int

    @classmethod
    def of(cls, row: RoadOrder) -> Self:
        counts = {"went_to": row.to.count(), "read_by": row.to.exclude(seen_at=None).count()}
        return cls(**{n: getattr(row, n) for n in cls.model_fields if n not in counts}, **counts)


@router.post("/road-orders", response={201: RoadOrderOut}, summary="An order to vehicles on the road")
def give_road_order(request: ApiRequest, body: JsonBody[RoadOrderIn]) -> Status[RoadOrderOut]:
    made = orders.give(
        body.gate, body.code, by=request.auth, where=body.where, words=body.note, only=body.crossing,
        begins=body.begins, ends=body.ends, id=body.id,
    )  # fmt: skip
    return Status(201, RoadOrderOut.of(made))


class RoadOrdersIn(In):
    gate: Line


@router.get("/road-orders", response=list[RoadOrderOut], summary="Orders given at a gate, newest first")
def road_orders(request: ApiRequest, asked: Query[RoadOrdersIn]) -> list[RoadOrderOut]:
    return [RoadOrderOut.of(row) for row in queries.orders(request.auth, asked.gate)]


@router.post("/road-orders/{order}/take-back", response=RoadOrderOut, summary="It counts no more")
def take_back_road_order(request: ApiRequest, order: UUID) -> RoadOrderOut:
    return RoadOrderOut.of(orders.take_back(order, by=request.auth))


class ReadOrderIn(ActIn):
    order: UUID


@act("read-order", "Driver or business has read an order")
def read_road_order(request: ApiRequest, crossing: UUID, body: JsonBody[ReadOrderIn]) -> CrossingOut:
    return CrossingOut.of_story(read_order(crossing, body.order, body.said(request)))
