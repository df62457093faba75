"""The open API for webhooks: addresses of an organisation that are told what happens, and their messages.

A message is a CloudEvents 1.0 document, signed as Standard Webhooks has it. It comes at least once, of one
vehicle in order; `webhook-id` says whether it came before.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router, Status
from pydantic import Field

from ..accounts.http import ApiRequest
from ..shared.api import In, JsonBody, Limit, Line, Moment, Out
from . import actions, queries
from .models import Delivery, Subscription

router = Router()


class WebhookOut(Out):
    """`paused_for` says why nothing is sent; empty while it is. Figures: messages waiting, dead (all attempts
    failed), and arrived within a day."""

    id: UUID
    url: str
    kinds: list[str]
    yard: str
    paused_for: str
    created_at: datetime
    waiting: int
    dead: int
    arrived: int

    @classmethod
    def of(cls, row: Subscription) -> "WebhookOut":
        known = {name: getattr(row, name, 0) for name in cls.model_fields}
        return cls(**known)


class WebhookMadeOut(WebhookOut):
    """With the secret, which is shown now and never again."""

    secret: str


class WebhookIn(In):
    url: Annotated[str, Field(max_length=500)]
    kinds: Annotated[list[Line], Field(max_length=100)] = Field(
        default=[], description="Kinds of facts, as in `/crossings/{id}/facts`; none: all."
    )
    yard: Line = Field(default="", description="Only vehicles of this yard.")


@router.get("/webhooks", response=list[WebhookOut], summary="The organisation's addresses, and how they do")
def webhooks(request: ApiRequest) -> list[WebhookOut]:
    return [WebhookOut.of(row) for row in queries.counted(request.auth)]


@router.post("/webhooks", response={201: WebhookMadeOut}, summary="An address is told from now on")
def subscribe_webhook(request: ApiRequest, body: JsonBody[WebhookIn]) -> Status[WebhookMadeOut]:
    wanted = actions.Wanted(body.url, tuple(body.kinds), body.yard)
    made = actions.subscribe(wanted, request.auth)
    return Status(201, WebhookMadeOut(**WebhookOut.of(made).model_dump(), secret=made.secret))


class PauseIn(In):
    reason: Annotated[str, Field(min_length=1, max_length=200)]


@router.post("/webhooks/{webhook}/pause", response=WebhookOut, summary="Messages wait until it goes on")
def pause_webhook(request: ApiRequest, webhook: UUID, body: JsonBody[PauseIn]) -> WebhookOut:
    actions.pause(queries.subscription(request.auth, webhook), body.reason, request.auth)
    return _one(request, webhook)


@router.post("/webhooks/{webhook}/resume", response=WebhookOut, summary="It goes on with what waited")
def resume_webhook(request: ApiRequest, webhook: UUID) -> WebhookOut:
    actions.pause(queries.subscription(request.auth, webhook), "", request.auth)
    return _one(request, webhook)


@router.post("/webhooks/{webhook}/end", response={204: None}, summary="Nothing more is told")
def end_webhook(request: ApiRequest, webhook: UUID) -> Status[None]:
    actions.end(queries.subscription(request.auth, webhook), request.auth)
    return Status(204, None)


def _one(request: ApiRequest, webhook: UUID) -> WebhookOut:
    return WebhookOut.of(queries.counted(request.auth).get(pk=webhook))


# --- messages ------------------------------------------------------------------------------------


class DeliveryOut(Out):
    """A message and what became of it. `event` is its `webhook-id`; `last_error`, where no answer came:
    name_unknown, address_not_allowed, no_answer, no_connection."""

    id: int
    event: str
    kind: str
    crossing: UUID | None
    created_at: datetime
    attempts: int
    next_at: datetime
    last_status: int | None
    last_error: str
    delivered_at: datetime | None
    dead_at: datetime | None

    @classmethod
    def of(cls, row: Delivery) -> "DeliveryOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class DeliveriesIn(In):
    state: Literal["", "waiting", "dead", "arrived"] = ""
    limit: Limit = 50


@router.get("/webhooks/{webhook}/deliveries", response=list[DeliveryOut], summary="Messages, newest first")
def deliveries(request: ApiRequest, webhook: UUID, wanted: Query[DeliveriesIn]) -> list[DeliveryOut]:
    rows = queries.deliveries(queries.subscription(request.auth, webhook), wanted.state)
    return [DeliveryOut.of(row) for row in rows[: wanted.limit]]


@router.post(
    "/webhooks/{webhook}/deliveries/{delivery}/send-again",
    response=DeliveryOut,
    summary="A message once more, by hand",
)
def send_again(request: ApiRequest, webhook: UUID, delivery: int) -> DeliveryOut:
    one = queries.subscription(request.auth, webhook)
    return DeliveryOut.of(actions.send_again(one, delivery, request.auth))


@router.post(
    "/webhooks/{webhook}/test", response=DeliveryOut, summary="A message about no vehicle, to try it"
)
def test_webhook(request: ApiRequest, webhook: UUID) -> DeliveryOut:
    return DeliveryOut.of(actions.send_test(queries.subscription(request.auth, webhook), request.auth))


class ReplayIn(In):
    since: Moment


class ReplayOut(Out):
    messages: int


@router.post("/webhooks/{webhook}/replay", response=ReplayOut, summary="Everything since a moment once more")
def replay_webhook(request: ApiRequest, webhook: UUID, body: JsonBody[ReplayIn]) -> ReplayOut:
    one = queries.subscription(request.auth, webhook)
    return ReplayOut(messages=actions.replay(one, body.since, request.auth))
