"""The open API for what is out of the ordinary: seals, turning around, another gate, the health mode, stores;
who must leave soon, and what still waits for its other half. Acts go as in `api.py`.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from cuakhauso.core.decisions import Transfer
from cuakhauso.core.seals import Seal, seals
from cuakhauso.core.words import SealGrade, SealType

from ..accounts.http import ApiRequest
from ..declarations.correction_api import CorrectionOut
from ..shared import store
from ..shared.api import In, JsonBody, Line, Out
from ..shared.errors import FieldError, Invalid
from . import corrections, queries, special, stays, unpaired
from .api import ActIn, Group, Packages, act
from .shapes import CrossingOut

router = Router()


# --- seals ---------------------------------------------------------------------------------------


class SealOut(Out):
    """The life of one seal. `intact` is customs' last look; none where nobody looked."""

    number: str
    is_on: bool
    declared: bool
    type: SealType | None
    grade: SealGrade | None
    applied_by: str
    applied_at: datetime | None
    broken_by: str
    broken_at: datetime | None
    intact: bool | None
    checked_at: datetime | None

    @classmethod
    def of(cls, seal: Seal) -> "SealOut":
        return cls(**{name: getattr(seal, name) for name in cls.model_fields})


@router.get("/crossings/{crossing}/seals", response=list[SealOut], summary="Its seals, what became of them")
def seals_of(request: ApiRequest, crossing: UUID) -> list[SealOut]:
    return [SealOut.of(seal) for seal in seals(queries.whole(request.auth, crossing).state)]


class SealIn(ActIn):
    number: Line
    type: SealType = SealType.OTHER
    grade: SealGrade | None = Field(default=None, description="Class of ISO 17712.")
    applied_by: Line = ""
    on: Line = Field(default="", description="The container; empty for the vehicle.")


@act("put-seal", "Customs put a seal on")
def put_seal(request: ApiRequest, crossing: UUID, body: JsonBody[SealIn]) -> CrossingOut:
    story = special.put_seal(
        crossing, body.number, body.said(request), type=body.type, grade=body.grade,
        applied_by=body.applied_by, on=body.on,
    )  # fmt: skip
    return CrossingOut.of_story(story)


class CheckSealIn(ActIn):
    number: Line
    intact: bool


@act("check-seal", "Customs looked at a seal")
def check_seal(request: ApiRequest, crossing: UUID, body: JsonBody[CheckSealIn]) -> CrossingOut:
    return CrossingOut.of_story(special.check_seal(crossing, body.number, body.intact, body.said(request)))


class BreakSealIn(ActIn):
    number: Line


@act("break-seal", "Customs opened a seal; words in `note`")
def break_seal(request: ApiRequest, crossing: UUID, body: JsonBody[BreakSealIn]) -> CrossingOut:
    return CrossingOut.of_story(special.break_seal(crossing, body.number, body.said(request)))


# --- turning around, another gate ----------------------------------------------------------------


class AskIn(ActIn):
    gate: Line = Field(default="", description="Empty to turn around; another gate to go on there.")


@act("ask-turn-around", "The business asks to turn around, or to go to another gate; words in `note`")
def ask_turn_around(request: ApiRequest, crossing: UUID, body: JsonBody[AskIn]) -> CrossingOut:
    return CrossingOut.of_story(special.ask_to_turn(crossing, body.said(request), gate=body.gate))


@act("refuse-turn-around", "What was asked is refused; words in `note`")
def refuse_turn_around(request: ApiRequest, crossing: UUID, body: JsonBody[ActIn]) -> CrossingOut:
    return CrossingOut.of_story(special.refuse_to_turn(crossing, body.said(request)))


@act("turn-around", "It goes back by the way it came; words in `note`")
def turn_around(request: ApiRequest, crossing: UUID, body: JsonBody[ActIn]) -> CrossingOut:
    return CrossingOut.of_story(special.turn_around(crossing, body.said(request)))


class MoveIn(ActIn):
    gate: Line


@act("move-to-gate", "It turns around and goes on at another gate with the same declaration; words in `note`")
def move_to_gate(request: ApiRequest, crossing: UUID, body: JsonBody[MoveIn]) -> CrossingOut:
    return CrossingOut.of_story(special.move_to_gate(crossing, body.gate, body.said(request)))


# --- corrections ---------------------------------------------------------------------------------


@router.get(
    "/crossings/{crossing}/corrections", response=CorrectionOut, summary="What is proposed, asked, open again"
)
def corrections_of(request: ApiRequest, crossing: UUID) -> CorrectionOut:
    return CorrectionOut.of(queries.whole(request.auth, crossing).state)


class AnswerIn(ActIn):
    proposal: UUID


@act("approve-correction", "This agency agrees to a proposed correction")
def approve_correction(request: ApiRequest, crossing: UUID, body: JsonBody[AnswerIn]) -> CrossingOut:
    return CrossingOut.of_story(corrections.approve(crossing, body.proposal, body.said(request)))


@act("refuse-correction", "This agency refuses a proposed correction; words in `note`")
def refuse_correction(request: ApiRequest, crossing: UUID, body: JsonBody[AnswerIn]) -> CrossingOut:
    return CrossingOut.of_story(corrections.refuse(crossing, body.proposal, body.said(request)))


# --- health mode, stores -------------------------------------------------------------------------


class HandOverIn(ActIn):
    driver: Line
    plate: Line


@act("hand-over", "Health mode: a dedicated driver took it over")
def hand_over(request: ApiRequest, crossing: UUID, body: JsonBody[HandOverIn]) -> CrossingOut:
    return CrossingOut.of_story(special.hand_over(crossing, body.driver, body.plate, body.said(request)))


class TakeOutIn(ActIn):
    group: Group
    packages: Packages
    receiving: UUID


@act("take-out", "Stored goods go onto a later vehicle")
def take_out(request: ApiRequest, crossing: UUID, body: JsonBody[TakeOutIn]) -> CrossingOut:
    transfer = Transfer(body.group, body.packages, body.receiving)
    return CrossingOut.of_story(special.take_out(crossing, transfer, body.said(request)))


# --- who must leave ------------------------------------------------------------------------------


class StayOut(Out):
    """A foreign vehicle that has to leave soon, or had to. `within_hours`: 3 or 1, none once it is over."""

    crossing: UUID
    plate: str
    kind: str
    hours: int
    began: datetime
    ends: datetime
    within_hours: int | None
    over: bool

    @classmethod
    def of(cls, one: stays.Leaving) -> "StayOut":
        row, stay = one.crossing, one.stay
        return cls(
            crossing=row.pk, plate=row.plate_shown, kind=stay.kind, hours=stay.hours, began=stay.began,
            ends=stay.ends, within_hours=one.within_hours, over=stay.is_over,
        )  # fmt: skip


class AtGateIn(In):
    gate: Line
    limit: Annotated[int, Field(ge=1, le=500)] = 100


@router.get("/stays", response=list[StayOut], summary="Foreign vehicles that must leave soon")
def leaving_soon(request: ApiRequest, asked: Query[AtGateIn]) -> list[StayOut]:
    found = stays.leaving_soon(request.auth, asked_gate(asked))[: asked.limit]
    return [StayOut.of(one) for one in found]


class OpenPairOut(Out):
    """A first leg whose goods have not all left again; `due_at` is when they must have."""

    crossing: CrossingOut
    due_at: datetime


@router.get("/open-pairs", response=list[OpenPairOut], summary="First legs still open, the most urgent first")
def open_pairs(request: ApiRequest, asked: Query[AtGateIn]) -> list[OpenPairOut]:
    rows = stays.open_pairs(request.auth, asked_gate(asked))[: asked.limit]
    return [OpenPairOut(crossing=CrossingOut.of_row(row), due_at=row.due_at) for row in rows]


class UnpairedOut(Out):
    """One half that waits for another: `half` is what is here (`first_leg`, `source`, `receiving`,
    `second_leg`, `two_way`, `inland`); `until` is none where no limit is known; `whose` has to act now."""

    crossing: UUID
    number: str
    plate: str
    kind: str
    half: str
    two_way: bool
    since: datetime
    until: datetime | None
    over: bool
    whose: str
    links: list[UUID]

    @classmethod
    def of(cls, one: unpaired.Line, at: datetime) -> "UnpairedOut":
        row, waits = one.crossing, one.waits
        return cls(
            crossing=row.pk, number=row.number, plate=row.plate_shown, kind=row.kind, half=waits.half,
            two_way=one.is_two_way, since=waits.since, until=waits.until, over=waits.is_over(at),
            whose=waits.whose(at), links=row.links,
        )  # fmt: skip


class UnpairedIn(AtGateIn):
    offset: Annotated[int, Field(ge=0, le=1_000_000, description="In crossings, as `limit` is.")] = 0


@router.get(
    "/unpaired", response=list[UnpairedOut], summary="What waits for its other half, the most urgent first"
)
def unpaired_at(request: ApiRequest, asked: Query[UnpairedIn]) -> list[UnpairedOut]:
    gate, now = asked_gate(asked), store.now()
    unpaired.may_read(request.auth, gate)
    rows = list(unpaired.open_at(request.auth, gate, now)[asked.offset : asked.offset + asked.limit])
    return [UnpairedOut.of(one, now) for one in unpaired.lines(rows, gate)]


def asked_gate(asked: AtGateIn) -> str:
    if not asked.gate:
        raise Invalid([FieldError("gate", "required")])
    return asked.gate
