"""The open API of lane nodes: come in, report what happened and how one stands, send pictures.

Answers go the other way, by `live.py`. The whole contract: `docs/lane-protocol.md`.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router, Status
from pydantic import BaseModel, Field

from cuakhauso.core.words import ActorKind, CheckpointKind, Direction, Place, Source

from ..accounts.http import ApiRequest
from ..accounts.principal import Principal
from ..shared import problems, store
from ..shared.api import In, JsonBody, Line, Moment, Out
from ..shared.errors import BadSignature, Invalid, NoRoom, NotAllowed, TooLarge
from . import actions, keeping, keys, queries
from .items import FactsIn, Form, Sha256
from .models import Lane, Node, OpeningReason

router = Router()
PICTURE_LIMIT = 4_000_000


def node_of(request: ApiRequest) -> tuple[Node, Principal]:
    """The node that asks, and what it acts as. People and other systems are not nodes."""
    node = queries.node_by_token(request.auth)
    if node is None:
        raise NotAllowed
    return node, replace(request.auth, kind=ActorKind.DEVICE, source=Source.LANE, name=node.name)


# --- enrolment -------------------------------------------------------------------------------------


class EnrolIn(In):
    code: Annotated[str, Field(min_length=1, max_length=60, description="One use, valid for an hour.")]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    public_key: Annotated[str, Field(min_length=64, max_length=64, description="Ed25519, 32 bytes in hex.")]
    software: Annotated[str, Field(max_length=80)] = ""


class KeyOut(Out):
    id: str
    public_key: str


class LaneOut(Out):
    code: str
    name: dict[str, str]
    checkpoint: CheckpointKind
    direction: Direction
    leads_to: Place
    offline_minutes: int
    second_person: bool
    weighs: bool

    @classmethod
    def of(cls, lane: Lane) -> "LaneOut":
        return cls(
            code=lane.code, name=_names(lane), checkpoint=CheckpointKind(lane.checkpoint),
            direction=Direction(lane.direction), leads_to=Place(lane.leads_to),
            offline_minutes=lane.offline_minutes, second_person=lane.second_person, weighs=lane.weighs,
        )  # fmt: skip


class ReasonOut(Out):
    """A coded reason for opening against objections, in every language."""

    code: str
    words: dict[str, str]


class NodeOut(Out):
    node: UUID
    gate: str
    keys: list[KeyOut]
    lanes: list[LaneOut]
    reasons: list[ReasonOut]

    @classmethod
    def of(cls, node: Node, **more: str) -> Self:
        return cls(
            node=node.pk, gate=node.gate_id,
            keys=[KeyOut(id=key.pk, public_key=key.public_key) for key in keys.listed()],
            lanes=[LaneOut.of(lane) for lane in node.lanes.all()],
            reasons=[
                ReasonOut(code=one.code, words=_names(one))
                for one in OpeningReason.objects.filter(offered=True)
            ],
            **more,
        )  # fmt: skip


def _names(row: Lane | OpeningReason) -> dict[str, str]:
    return {"vi": row.name, "zh-hans": row.name_zh, "en": row.name_en}


class EnrolledOut(NodeOut):
    token: str = Field(description="The bearer token of all further calls; shown this once.")


@router.post(
    "/lanes/enrol", auth=None, response={201: EnrolledOut}, summary="A node comes in with its one-time code"
)
def enrol(request: HttpRequest, body: JsonBody[EnrolIn]) -> Status[EnrolledOut]:
    node, secret = actions.enrol(actions.Enrolment(body.code, body.name, body.public_key, body.software))
    return Status(201, EnrolledOut.of(node, token=secret))


@router.get("/lanes/mine", response=NodeOut, summary="The node's lanes, our keys, the reasons for opening")
def my_lanes(request: ApiRequest) -> NodeOut:
    node, _ = node_of(request)
    return NodeOut.of(node)


# --- facts up --------------------------------------------------------------------------------------


class RefusedOut(Out):
    """`why` is stable; people read `sentence`. A refused item is not sent again."""

    id: str
    why: str
    field: str
    sentence: str


class TakenOut(Out):
    accepted: list[UUID]
    refused: list[RefusedOut]
    at: datetime


SIGNED = {
    "parameters": [
        {
            "in": "header", "name": "X-Node-Signature", "required": True,
            "schema": {"type": "string", "pattern": "^[0-9a-f]{128}$"},
            "description": "The node's Ed25519 signature over the body, in hex.",
        }
    ]
}  # fmt: skip


@router.post(
    "/lanes/facts", response=TakenOut, openapi_extra=SIGNED,
    summary="What happened at the node's lanes; each item by itself",
)  # fmt: skip
def lane_facts(request: ApiRequest, body: JsonBody[FactsIn]) -> TakenOut:
    node, by = node_of(request)
    if not keys.is_signed_by(node.public_key, request.headers.get("X-Node-Signature", ""), request.body):
        raise BadSignature
    taken = actions.take_in(node, body.items, by=by)
    refused = [_refused(one) for one in taken.refused]
    return TakenOut(accepted=list(taken.accepted), refused=refused, at=store.now())


def _refused(one: actions.Refusal) -> RefusedOut:
    sentence = problems.document(one.error)["detail"]
    if isinstance(one.error, Invalid):
        sentence = problems.field_error(one.error.errors[0])["reason"]
    return RefusedOut(id=one.id, why=one.why, field=one.field, sentence=sentence)


# --- status ----------------------------------------------------------------------------------------


class DeviceIn(Form):
    name: Line
    kind: Annotated[str, Field(max_length=40)] = ""
    state: Line
    since: Moment | None = None
    words: Annotated[str, Field(max_length=400)] = ""


Share = Annotated[float, Field(ge=0, le=1)]
Passages = Annotated[int, Field(ge=0, le=1_000_000_000)]


class CountedIn(Form):
    """Passages of a time, by what became of a camera's reading."""

    right: Passages = 0
    wrong: Passages = 0
    unread: Passages = 0
    unjudged: Passages = 0
    confidence: Share | None = None


class DriftIn(Form):
    before: Share
    after: Share
    day: date


class AccuracyIn(Form):
    """How one camera reads one subject: the last 24 hours, the last seven days."""

    source: Line
    subject: Line
    day: CountedIn
    week: CountedIn
    drift: DriftIn | None = None


class LaneStatusIn(Form):
    code: Line
    phase: Line
    since: Moment | None = None
    devices: Annotated[list[DeviceIn], Field(max_length=64)] = []
    accuracy: Annotated[list[AccuracyIn], Field(max_length=64)] = []


class QueueIn(Form):
    items: Annotated[int, Field(ge=0, le=1_000_000_000)]
    oldest: Moment | None = None


class AnswersIn(Form):
    count: Annotated[int, Field(ge=0, le=1_000_000_000)]
    as_of: Moment | None = None


class ConfigIn(Form):
    sha256: Annotated[str, Field(max_length=64)] = ""
    summary: Annotated[str, Field(max_length=400)] = ""


class StatusIn(In):
    sent_at: Moment
    lanes: Annotated[list[LaneStatusIn], Field(max_length=64)]
    waiting: QueueIn
    spool: QueueIn | None = None
    answers: AnswersIn | None = None
    config: ConfigIn | None = None


class AtOut(Out):
    at: datetime


@router.post("/lanes/status", response=AtOut, summary="How the node's lanes stand, every 10 s")
def lane_status(request: ApiRequest, body: JsonBody[StatusIn]) -> AtOut:
    node, _ = node_of(request)
    actions.stand(node, body.model_dump(mode="json"))
    return AtOut(at=store.now())


# --- pictures --------------------------------------------------------------------------------------


class PictureOut(Out):
    sha256: str
    size: int


JPEG = {
    "requestBody": {
        "required": True,
        "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
    },
    "responses": {
        NoRoom.status: {
            "description": "No room for it now: keep it, and send it later",
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    },
}


class Named(BaseModel):
    sha256: Sha256


@router.put(
    "/lanes/pictures/{sha256}", response=PictureOut, openapi_extra=JPEG,
    summary="A JPEG, once; its name is its content",
)  # fmt: skip
def lane_picture(request: ApiRequest, named: Path[Named]) -> PictureOut:
    node, _ = node_of(request)
    content = request.read(PICTURE_LIMIT + 1)
    if len(content) > PICTURE_LIMIT:
        raise TooLarge
    kept = keeping.keep(node, named.sha256, content)
    return PictureOut(sha256=kept.sha256, size=kept.size)
