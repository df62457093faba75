"""The open API of alerts at lanes: which wait, that one was seen, whose passage it was that nobody knew."""

from datetime import UTC, datetime
from typing import Annotated, Self
from uuid import UUID

from django.db.models import Q
from ninja import Query, Router
from pydantic import Field

from ..accounts.http import ApiRequest
from ..accounts.principal import Principal
from ..shared.api import Cursor, In, JsonBody, Limit, Line, Out, Words, cursor_of, read_cursor
from ..shared.errors import FieldError, Invalid
from ..web import lane_words, words
from . import alerts, queries
from .models import Acknowledgement, Attachment, LaneItem
from .rules import Alert

router = Router()
MICRO = 1_000_000


class AnsweredOut(Out):
    """Who has done so, for which agency, and when."""

    id: UUID
    at: datetime
    by: str
    agency: str
    words: str = ""

    @classmethod
    def of(cls, row: Acknowledgement | Attachment | None) -> Self | None:
        if row is None:
            return None
        said = getattr(row, "words", "")
        return cls(id=row.pk, at=row.at, by=row.by_name, agency=row.agency, words=said)


class AlertOut(Out):
    """`alert` is stable; people read `sentence`. `crossing` is as the node knew it or an officer said."""

    id: UUID
    gate: str
    lane: str
    at: datetime
    received_at: datetime
    kind: str
    alert: Alert
    sentence: str
    crossing: UUID | None
    pictures: list[str]
    acknowledged: AnsweredOut | None
    attached: AnsweredOut | None

    @classmethod
    def of(cls, row: LaneItem) -> Self:
        return cls(
            id=row.pk, gate=row.lane.gate_id, lane=row.lane_id, at=row.at, received_at=row.received_at,
            kind=row.kind, alert=Alert(row.alert), sentence=words.of(lane_words.ALERTS, row.alert),
            crossing=queries.vehicle_of(row), pictures=row.pictures,
            acknowledged=AnsweredOut.of(getattr(row, "acknowledgement", None)),
            attached=AnsweredOut.of(getattr(row, "attachment", None)),
        )  # fmt: skip


class AlertsOut(Out):
    """One page. `next` is the cursor of the following page; none at the end."""

    items: list[AlertOut]
    next: str | None


class AlertsIn(In):
    gate: Line = ""
    open: bool = Field(default=True, description="Only those that nobody has acknowledged.")
    cursor: Cursor = ""
    limit: Limit = 50


@router.get("/lanes/alerts", response=AlertsOut, summary="Alerts of lanes, the newest first")
def lane_alerts(request: ApiRequest, wanted: Query[AlertsIn]) -> AlertsOut:
    rows = queries.alerts_visible_to(request.auth)
    if wanted.gate:
        rows = rows.filter(lane__gate=wanted.gate)
    if wanted.open:
        rows = rows.filter(open__isnull=False)
    if wanted.cursor:
        rows = rows.filter(_behind(wanted.cursor))
    page = list(rows.order_by("-received_at", "-id")[: wanted.limit])
    last = page[-1] if len(page) == wanted.limit else None
    following = cursor_of(round(last.received_at.timestamp() * MICRO), last.pk) if last else None
    return AlertsOut(items=[AlertOut.of(row) for row in page], next=following)


def _behind(cursor: str) -> Q:
    micros, own_id = read_cursor(cursor)
    try:
        moment = datetime.fromtimestamp(int(micros) // MICRO, UTC).replace(microsecond=int(micros) % MICRO)
    except (ValueError, OverflowError, OSError) as bad:
        raise Invalid([FieldError("cursor", "not_a_choice")]) from bad
    return Q(received_at__lt=moment) | Q(received_at=moment, id__lt=own_id)


# --- acts ------------------------------------------------------------------------------------------


class AcknowledgeIn(In):
    id: UUID = Field(description="UUIDv7 made by the caller: sent again, it changes nothing.")
    words: Words = Field(default="", description="What was done; required for a conflict and a tailgate.")


@router.post(
    "/lanes/alerts/{alert}/acknowledge", response=AlertOut, summary="Somebody whom it concerns has seen it"
)
def acknowledge_alert(request: ApiRequest, alert: UUID, body: JsonBody[AcknowledgeIn]) -> AlertOut:
    alerts.acknowledge(alert, alerts.Saying(by=request.auth, id=body.id, words=body.words))
    return _shown(request.auth, alert)


class AttachIn(In):
    """A crossing of the lane's gate; or the plate of a vehicle that nobody declared."""

    id: UUID = Field(description="UUIDv7 made by the caller: sent again, it changes nothing.")
    crossing: UUID | None = None
    plate: Annotated[str, Field(max_length=80)] = ""
    country: Line = ""


@router.post(
    "/lanes/alerts/{alert}/attach", response=AlertOut, summary="Whose passage it was that nobody knew"
)
def attach_passage(request: ApiRequest, alert: UUID, body: JsonBody[AttachIn]) -> AlertOut:
    saying = alerts.Saying(by=request.auth, id=body.id)
    if body.crossing is not None:
        alerts.attach(alert, body.crossing, saying)
    elif body.plate.strip():
        alerts.register_and_attach(alert, body.plate, body.country, saying)
    else:
        raise Invalid([FieldError("crossing", "required")])
    return _shown(request.auth, alert)


def _shown(reader: Principal, alert: UUID) -> AlertOut:
    return AlertOut.of(queries.alerts_visible_to(reader).get(pk=alert))
