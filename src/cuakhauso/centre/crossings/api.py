"""The open API for crossings. Thin: parse, call one action or query, return.

An act's body carries `id`, made by the caller (UUIDv7): it becomes the id of the fact, and sending it again
changes nothing. Each act answers with the crossing's new state.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from ninja import Query, Router, Status
from pydantic import Field

from cuakhauso.core.decisions import Transfer
from cuakhauso.core.progress import Stage
from cuakhauso.core.words import Channel, CheckpointKind, Direction, Place

from ..accounts.http import ApiRequest
from ..shared import problems, store
from ..shared.api import Cursor, In, JsonBody, Limit, Line, Moment, Out, Problem, Words, cursor_of
from ..shared.errors import FieldError, Invalid
from . import actions, corrections, evidence, my_day, observations, queries, struck
from .said import Said
from .several import MOST, Item, Outcome, confirm_several
from .shapes import AnswerOut, ChainOut, CrossingOut, FactOut, WholeOut, facts_of_rows
from .shapes import facts as shown
from .undeclared import register_undeclared

router = Router()
F = TypeVar("F", bound=Callable[..., Any])
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Packages = Annotated[int, Field(ge=1, le=10_000_000)]
Group = Annotated[int, Field(ge=0, le=1000, description="Which goods group of the declaration, from 0.")]


# --- reading -------------------------------------------------------------------------------------


class CrossingsOut(Out):
    """One page. `next` is the cursor of the following page; none at the end."""

    items: list[CrossingOut]
    next: str | None


class CrossingsIn(In):
    gate: Line = ""
    stage: Stage | None = None
    plate: Line = Field(default="", description="A whole plate, container, customs or declaration number.")
    live: bool | None = Field(default=None, description="Only those not ended yet, or only those ended.")
    waits_for_me: bool = Field(default=False, description="Only those that wait for the asker here.")
    cursor: Cursor = ""
    limit: Limit = 50


@router.get(
    "/crossings", response=CrossingsOut, summary="Crossings, newest first; or mine, longest wait first"
)
def crossings(request: ApiRequest, wanted: Query[CrossingsIn]) -> CrossingsOut:
    if wanted.waits_for_me:
        return _worklist(request, wanted)
    rows = queries.listed(
        request.auth, gate=wanted.gate, stage=wanted.stage, identifier=wanted.plate, live=wanted.live
    )
    page = queries.page_by_id(rows, wanted.cursor, wanted.limit)
    following = cursor_of(0, page[-1].id) if len(page) == wanted.limit else None
    return CrossingsOut(items=[CrossingOut.of_row(row) for row in page], next=following)


def _worklist(request: ApiRequest, wanted: CrossingsIn) -> CrossingsOut:
    if not wanted.gate:
        raise Invalid([FieldError("gate", "required")])
    rows = queries.waiting_for(request.auth, wanted.gate)
    if wanted.stage is not None:
        rows = rows.filter(stage=wanted.stage)
    page = queries.page_by_wait(rows, wanted.cursor, wanted.limit)
    last = page[-1] if len(page) == wanted.limit else None
    following = cursor_of(repr(last.waiting_since), last.id) if last else None  # type: ignore[attr-defined]
    return CrossingsOut(items=[CrossingOut.of_row(row) for row in page], next=following)


@router.get("/crossings/{crossing}", response=WholeOut, summary="One crossing in full")
def crossing(request: ApiRequest, crossing: UUID) -> WholeOut:
    return WholeOut.of(queries.whole(request.auth, crossing))


@router.get("/crossings/{crossing}/facts", response=list[FactOut], summary="Its facts, as they happened")
def facts(request: ApiRequest, crossing: UUID) -> list[FactOut]:
    return shown(queries.facts(request.auth, crossing))


@router.get("/crossings/{crossing}/chain", response=ChainOut, summary="Its hash chain, for anybody to check")
def chain(request: ApiRequest, crossing: UUID) -> ChainOut:
    return ChainOut(**queries.chain(request.auth, crossing))


class ActsIn(In):
    gate: Line = ""
    since: Moment | None = Field(default=None, description="Without it: since the shift began.")
    plate: Line = Field(default="", description="Any part of a plate.")
    limit: Limit = 50


@router.get("/acts", response=list[FactOut], summary="What the asker stated, newest first")
def acts(request: ApiRequest, wanted: Query[ActsIn]) -> list[FactOut]:
    since = wanted.since or my_day.begin_of_day(store.now())
    rows = list(my_day.mine(request.auth, wanted.gate, since, wanted.plate)[: wanted.limit])
    return facts_of_rows(rows)


class PermitIn(In):
    """Leave all out to ask about the checkpoint that comes next, now."""

    checkpoint: CheckpointKind | None = None
    direction: Direction | None = None
    at: Moment | None = None


@router.get("/crossings/{crossing}/permit", response=AnswerOut, summary="A permit, or every objection")
def permit(request: ApiRequest, crossing: UUID, asked: Query[PermitIn]) -> AnswerOut:
    answer = queries.may_pass_at(
        request.auth, crossing, checkpoint=asked.checkpoint, direction=asked.direction, at=asked.at
    )
    return AnswerOut.of(answer)


# --- acts ----------------------------------------------------------------------------------------


class ActIn(In):
    id: UUID = Field(
        description="The act's own id, made by the caller (UUIDv7): sent again, it changes nothing."
    )
    occurred_at: Moment | None = Field(default=None, description="When it happened, if not now; 7 days back.")
    note: Words = ""
    checkpoint: Line = Field(default="", description="Where, as in CKHN-B1.")
    photos: Annotated[list[Sha256], Field(max_length=evidence.MOST)] = Field(
        default=[], description="Photos as evidence, sent before by `PUT …/photos`; their `sha256`."
    )

    def said(self, request: ApiRequest) -> Said:
        return Said(
            by=request.auth,
            id=self.id,
            occurred_at=self.occurred_at,
            note=self.note,
            checkpoint=self.checkpoint,
            photos=tuple(self.photos),
        )


def act(name: str, summary: str) -> Callable[[F], F]:
    """One act on a crossing; it answers with the crossing's new state."""
    return router.post(f"/crossings/{{crossing}}/{name}", response=CrossingOut, summary=summary)


class ConfirmIn(ActIn):
    step: Line = Field(description="The step's code, as in `waits`.")
    result: Line = ""


@act("confirm", "An agency states that a step happened")
def confirm(request: ApiRequest, crossing: UUID, body: JsonBody[ConfirmIn]) -> CrossingOut:
    story = actions.confirm(crossing, body.step, body.said(request), result=body.result)
    return CrossingOut.of_story(story)


class ConfirmationIn(ConfirmIn):
    crossing: UUID


class ConfirmationsIn(In):
    items: Annotated[list[ConfirmationIn], Field(min_length=1, max_length=MOST)]


class ConfirmationOut(Out):
    """What became of one item: `crossing_now` after a confirmation, or `problem` with every reason."""

    id: UUID
    crossing: UUID
    confirmed: bool
    crossing_now: CrossingOut | None = None
    problem: Problem | None = None


class ConfirmationsOut(Out):
    items: list[ConfirmationOut]


@router.post(
    "/confirmations", response=ConfirmationsOut, summary="Several confirmations, each judged by itself"
)
def confirmations(request: ApiRequest, body: JsonBody[ConfirmationsIn]) -> ConfirmationsOut:
    items = [Item(one.crossing, one.step, one.said(request), one.result) for one in body.items]
    found = zip(body.items, confirm_several(items), strict=True)
    return ConfirmationsOut(items=[_confirmation(one.id, outcome) for one, outcome in found])


def _confirmation(own_id: UUID, found: Outcome) -> ConfirmationOut:
    return ConfirmationOut(
        id=own_id,
        crossing=found.crossing,
        confirmed=found.story is not None,
        crossing_now=CrossingOut.of_story(found.story) if found.story else None,
        problem=Problem(**problems.document(found.error)) if found.error else None,
    )


class HoldIn(ActIn):
    reason: Line = Field(description="A code of `/hold-reasons`.")
    report_to: Place | None = None
    to_do: Words = ""
    minutes: Annotated[int, Field(ge=0, le=100_000)] | None = None
    customs_number: Line = ""


@act("hold", "Stop the vehicle, with a reason")
def hold(request: ApiRequest, crossing: UUID, body: JsonBody[HoldIn]) -> CrossingOut:
    story = actions.hold(
        crossing, body.reason, body.said(request), report_to=body.report_to, to_do=body.to_do,
        minutes=body.minutes, customs_number=body.customs_number,
    )  # fmt: skip
    return CrossingOut.of_story(story)


class LiftIn(ActIn):
    hold: UUID


@act("lift", "Release one's own hold, with words in `note`")
def lift(request: ApiRequest, crossing: UUID, body: JsonBody[LiftIn]) -> CrossingOut:
    return CrossingOut.of_story(actions.lift(crossing, body.hold, body.said(request)))


class UndoIn(ActIn):
    fact: UUID


@act("undo", "Take back one's own fact, with words in `note`")
def undo(request: ApiRequest, crossing: UUID, body: JsonBody[UndoIn]) -> CrossingOut:
    return CrossingOut.of_story(actions.undo(crossing, body.fact, body.said(request)))


class ChannelIn(ActIn):
    customs_number: Line
    channel: Channel


@act("channel", "Customs' channel for one declaration")
def channel(request: ApiRequest, crossing: UUID, body: JsonBody[ChannelIn]) -> CrossingOut:
    story = actions.set_channel(crossing, body.customs_number, body.channel, body.said(request))
    return CrossingOut.of_story(story)


class TransshipIn(ActIn):
    group: Group
    packages: Packages
    receiving: UUID = Field(description="The receiving vehicle's crossing.")


@act("transship", "Packages go to a receiving vehicle")
def transship(request: ApiRequest, crossing: UUID, body: JsonBody[TransshipIn]) -> CrossingOut:
    transfer = Transfer(body.group, body.packages, body.receiving)
    return CrossingOut.of_story(actions.transship(crossing, transfer, body.said(request)))


class DisposeIn(ActIn):
    group: Group
    packages: Packages
    how: Literal["stored", "sent_back"]


@act("dispose", "Customs stores goods or sends them back")
def dispose(request: ApiRequest, crossing: UUID, body: JsonBody[DisposeIn]) -> CrossingOut:
    story = actions.dispose(crossing, body.group, body.packages, body.how, body.said(request))
    return CrossingOut.of_story(story)


class SettleIn(ActIn):
    objection: Literal[
        "identity_mismatch",
        "bound_elsewhere",
        "overstay",
        "overweight",
        "seal_not_intact",
        "pair_quantity",
        "pair_overdue",
        "examination_deviates",
        "unloading_differs",
    ]
    subject: Line = Field(
        default="", description="As the objection's details name it: plate, a seal's number."
    )


@act("settle", "An officer looked; words in `note`")
def settle(request: ApiRequest, crossing: UUID, body: JsonBody[SettleIn]) -> CrossingOut:
    return CrossingOut.of_story(actions.settle(crossing, body.objection, body.subject, body.said(request)))


class ReadIn(In):
    field: Line
    value: Line


class AskCorrectionIn(ActIn):
    fields: Annotated[list[Line], Field(max_length=50)] = Field(
        description="Paths of the declaration (`vehicle.seals`, `groups.0.packages`), or a part of it:"
        " `vehicle`, `goods`, `customs_number`, `documents`. Empty: `note` alone says what."
    )
    read: Annotated[list[ReadIn], Field(max_length=50)] = Field(
        default=[], description="What the officer read of a field. Nothing of the driver: that is no fact."
    )


@act("ask-correction", "Ask the business to correct fields")
def ask_correction(request: ApiRequest, crossing: UUID, body: JsonBody[AskCorrectionIn]) -> CrossingOut:
    read = {one.field: one.value for one in body.read}
    return CrossingOut.of_story(corrections.ask(crossing, body.fields, body.said(request), read=read))


@act("strike-off", "It will not pass; words in `note`. By mistake, `undo` takes it back")
def strike_off(request: ApiRequest, crossing: UUID, body: JsonBody[ActIn]) -> CrossingOut:
    return CrossingOut.of_story(struck.strike_off(crossing, body.said(request)))


# --- observations: always taken in ---------------------------------------------------------------


class ArriveIn(ActIn):
    place: Place


@act("arrive", "It was seen to arrive")
def arrive(request: ApiRequest, crossing: UUID, body: JsonBody[ArriveIn]) -> CrossingOut:
    return CrossingOut.of_story(observations.arrive(crossing, body.place, body.said(request)))


class WeighIn(ActIn):
    gross_kg: Annotated[int, Field(ge=0, le=1_000_000)]
    stable: bool
    ticket: Line = ""


@act("weigh", "A weighbridge reading")
def weigh(request: ApiRequest, crossing: UUID, body: JsonBody[WeighIn]) -> CrossingOut:
    story = observations.weigh(crossing, body.gross_kg, body.stable, body.said(request), ticket=body.ticket)
    return CrossingOut.of_story(story)


class IdentifyIn(ActIn):
    subject: Literal["plate", "trailer", "container", "seal"]
    value: Line
    confidence: Annotated[int, Field(ge=0, le=100)] | None = None


@act("identify", "A plate, trailer, container or seal as read")
def identify(request: ApiRequest, crossing: UUID, body: JsonBody[IdentifyIn]) -> CrossingOut:
    story = observations.identify(crossing, body.subject, body.value, body.confidence, body.said(request))
    return CrossingOut.of_story(story)


class PassIn(ActIn):
    at: CheckpointKind
    direction: Direction
    to: Place


@act("pass", "It was seen to pass a checkpoint")
def passed(request: ApiRequest, crossing: UUID, body: JsonBody[PassIn]) -> CrossingOut:
    story = observations.observe_passage(crossing, body.at, body.direction, body.to, body.said(request))
    return CrossingOut.of_story(story)


# --- without a declaration -----------------------------------------------------------------------


class UndeclaredIn(ActIn):
    gate: Line
    plate: Line
    country: Literal["VN", "CN", ""] = ""


@router.post("/undeclared", response={201: CrossingOut}, summary="Stop a vehicle without a declaration")
def undeclared(request: ApiRequest, body: JsonBody[UndeclaredIn]) -> Status[CrossingOut]:
    said = body.said(request)
    story = register_undeclared(body.gate, body.plate, said, country=body.country)
    return Status(201, CrossingOut.of_story(story))
