"""What a node reports, by its form. Each item is read by itself, so that one that cannot be read never keeps
the others from being taken in."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeVar
from uuid import UUID

import msgspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from cuakhauso.core.recognised import Recognised
from cuakhauso.core.words import CheckpointKind, Direction, Place

from ..shared.api import In, Line, Moment, Words
from ..shared.errors import FieldError, Invalid
from ..shared.field_errors import field_errors

MOST_ITEMS = 500
A_WEEK_MS = 7 * 24 * 3600 * 1000


class Form(BaseModel):
    """What a node sends. Later nodes may say more than we read: it is kept with the rest."""

    model_config = ConfigDict(extra="allow")


class ItemKind(StrEnum):
    TRANSITION = "transition"
    COMMAND = "command"
    DECISION = "decision"
    PASSAGE = "passage"
    ACT = "act"
    ALARM = "alarm"
    DEVICE = "device"


class ItemIn(Form):
    """One thing that happened at a lane. `at` is the node's clock, `body.offset_ms` what it lacks to ours."""

    id: UUID = Field(description="UUIDv7 made by the node: sent again, it changes nothing.")
    lane: Line
    at: Moment
    kind: ItemKind
    body: dict[str, Any]


class Unreadable(BaseModel):
    """An item of no known form, with the first reason why."""

    id: str
    error: Any


class FactsIn(In):
    looks_at_each: ClassVar[bool] = True

    sent_at: Moment
    items: Annotated[list[ItemIn], Field(max_length=MOST_ITEMS)]

    @field_validator("items", mode="wrap")
    @classmethod
    def one_by_one(cls, given: Any, check: ValidatorFunctionWrapHandler) -> Any:
        if not isinstance(given, list) or len(given) > MOST_ITEMS:
            return check(given)
        return [_read_item(one) for one in given]


def _read_item(given: Any) -> ItemIn | Unreadable:
    try:
        return ItemIn.model_validate_json(msgspec.json.encode(given), strict=True)
    except ValidationError as found:
        own_id = given.get("id", "") if isinstance(given, dict) else ""
        return Unreadable(id=str(own_id)[:64], error=field_errors(found)[0])


# --- bodies ----------------------------------------------------------------------------------------


class ReadIn(Form):
    """An identity as it was read; an empty text is a vehicle of which nothing could be read."""

    subject: Line
    text: Line = ""
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None


class WeightIn(Form):
    kg: Annotated[Decimal, Field(ge=0, le=200_000)]
    stable: bool
    net: bool = False
    fault: Line | None = None
    alibi: Line = ""


Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class PictureIn(Form):
    sha256: Sha256
    kind: Line = "scene"


Pictures = Annotated[list[PictureIn], Field(max_length=24)]


class OpenedByIn(Form):
    """The `act` by which a person opened against objections."""

    act: UUID
    person: Line
    second: Line = ""
    reason: Line
    words: Words = ""


class Body(Form):
    """What is read of every body, whatever its kind."""

    crossing: UUID | None = None
    checkpoint: CheckpointKind | None = Field(None, description="What the lane was then; none: what it is.")
    offset_ms: Annotated[int, Field(ge=-A_WEEK_MS, le=A_WEEK_MS)] = 0
    pictures: Pictures = []


Share = Annotated[int, Field(ge=0, le=1_000_000)]


class TextSeenIn(Form):
    """One text over all its frames; `least`: the chance of its least certain sign, in percent."""

    subject: Line
    text: Line
    declared: Line = ""
    least: Annotated[int, Field(ge=0, le=100)] = 0
    frames: Annotated[int, Field(ge=0, le=10_000)] = 0
    cameras: Annotated[int, Field(ge=0, le=100)] = 0


class RecognisedIn(Form):
    """What the frames proved; `likely` and `needed` in millionths."""

    verdict: Line
    likely: Share = 0
    needed: Share = 0
    seen: Annotated[list[TextSeenIn], Field(max_length=24)] = []
    doubts: Annotated[list[Line], Field(max_length=24)] = []

    def known(self) -> Recognised:
        """As facts keep it, without what later nodes may say more."""
        return msgspec.convert(self.model_dump(), Recognised)


class PassageBody(Body):
    direction: Direction
    to: Place
    ticket: Line = ""
    reads: Annotated[list[ReadIn], Field(max_length=24)] = []
    weight: WeightIn | None = None
    opened_by: OpenedByIn | Line | None = None
    irregular: list[Line] = []
    recognised: RecognisedIn | None = None


class Act(StrEnum):
    OPEN = "open"
    OPEN_AGAINST = "open_against"
    REFUSE = "refuse"
    TEMPORARY_YARD = "temporary_yard"
    CORRECT = "correct"
    ATTEND = "attend"


class ActBody(Body):
    act: Act
    direction: Direction | None = None
    person: Annotated[str, Field(min_length=1, max_length=120)]
    second: Line = ""
    reason: Line = ""
    words: Words = ""
    needs_second: bool | None = None


class AlarmBody(Body):
    alarm: Annotated[str, Field(min_length=1, max_length=40)]
    words: Words = ""


T = TypeVar("T", bound=Body)


def read(form: type[T], body: dict[str, Any]) -> T:
    """Raises `Invalid` with every field that is not of the form."""
    try:
        return form.model_validate_json(msgspec.json.encode(body), strict=True)
    except ValidationError as found:
        errors = field_errors(found)
        raise Invalid(FieldError(f"body.{e.field}", e.code, e.params) for e in errors) from found


def moment_told(item: ItemIn, body: Body) -> datetime:
    """When it happened, by our clock."""
    return item.at + timedelta(milliseconds=body.offset_ms)
