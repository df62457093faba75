"""What every `api.py` is made of: strict JSON in, plain values out, pages with a cursor.

A request's body is read by JSON's own types: `false` is no number, `"5"` is none either, and text with
control characters that no database keeps is refused with its field.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar
from uuid import UUID

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.params.models import Body, BodyModel
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from cuakhauso.core.reference import HANOI

from .errors import FieldError, Invalid, Malformed
from .field_errors import field_errors


class In(BaseModel):
    """What a caller sends: every field known, none more. A NUL in any text spoils all of it, unless
    `looks_at_each`: then its parts are taken in or refused one by one."""

    model_config = ConfigDict(extra="forbid")
    looks_at_each: ClassVar[bool] = False


class Out(BaseModel):
    """What we answer."""

    model_config = ConfigDict(frozen=True)


class ObjectionOut(Out):
    """One reason against: whose move it is, where, by which law. `code` is stable; people read `sentence`."""

    code: str
    sentence: str
    party: str
    place: str
    law: str
    details: dict[str, Any]


class FieldErrorOut(Out):
    """`field` is a path, as in `groups.0.items.1.hs`; `reason` says what is wrong and what to do."""

    field: str
    code: str
    reason: str


class Problem(Out):
    """An RFC 9457 problem document. Nothing was changed by a request that is answered with one."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str
    objections: list[ObjectionOut] = []
    errors: list[FieldErrorOut] = []


# --- in ------------------------------------------------------------------------------------------


_time = TypeAdapter(datetime)


def _moment(value: Any) -> Any:
    """A text, and none that is a bare number: pydantic would read seconds since 1970, which nobody means."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or value.strip().lstrip("+-").replace(".", "", 1).isdigit():
        raise PydanticCustomError("datetime_type", "not a time")
    return _time.validate_python(value)


def _day(value: Any) -> Any:
    """A day, or a time of which the day counts, Hanoi time."""
    if isinstance(value, date):
        return value
    moment = _moment(value)
    try:
        return (moment.astimezone(HANOI) if moment.tzinfo else moment).date()
    except OverflowError:
        return moment.date()


EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
Moment = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST), BeforeValidator(_moment)]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 1, 1)), BeforeValidator(_day)]
Line = Annotated[str, Field(max_length=120)]
Words = Annotated[str, Field(max_length=2000)]


class JsonBodyModel(BodyModel):
    @classmethod
    def resolve(cls, request: HttpRequest, api: NinjaAPI, path_params: dict[str, Any]) -> Any:
        name = cls.__read_from_single_attr__
        model = cls.model_fields[name].annotation
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        return {name: read_json(model, request.body)}


class JsonBodyParam(Body):  # type: ignore[misc]
    _model = JsonBodyModel

    @classmethod
    def _param_source(cls) -> str:
        return "body"


T = TypeVar("T")
if TYPE_CHECKING:
    JsonBody = Annotated[T, "the request's body"]
else:

    class JsonBody:
        """`body: JsonBody[SomeIn]`: the request's body, read strictly."""

        def __class_getitem__(cls, model: type[BaseModel]) -> Any:
            return Annotated[model, JsonBodyParam(...)]


def read_json(model: type[BaseModel], body: bytes) -> BaseModel:
    """Raises `Malformed` for what is no JSON, `Invalid` for what is not of the model's form."""
    try:
        value = model.model_validate_json(body, strict=True)
    except ValidationError as found:
        if any(row["type"] == "json_invalid" for row in found.errors(include_input=False)):
            raise Malformed from found
        raise Invalid(field_errors(found)) from found
    whole = not getattr(model, "looks_at_each", False)
    if whole and b"\\u0000" in body and (spoilt := list(_with_nul(json.loads(body), ""))):
        raise Invalid(FieldError(path, "control_character") for path in spoilt)
    return value


def _with_nul(value: Any, path: str) -> Iterator[str]:
    """Where a NUL stands, which PostgreSQL cannot keep."""
    if isinstance(value, str) and "\0" in value:
        yield path.strip(".")
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _with_nul(one, f"{path}.{name}")
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _with_nul(one, f"{path}.{index}")


# --- pages ---------------------------------------------------------------------------------------

PAGE = 50
Limit = Annotated[int, Field(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[str, Field(max_length=200, description="`next` of the page before; empty for the first.")]


def cursor_of(*keys: object) -> str:
    """Where a page ended: opaque to callers."""
    return base64.urlsafe_b64encode("|".join(str(key) for key in keys).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[float, UUID]:
    """A number and an id by which the list is ordered. Raises `Invalid` for what we never gave out."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        number, own_id = base64.urlsafe_b64decode(padded.encode()).decode().split("|")
        return float(number), UUID(own_id)
    except (ValueError, binascii.Error) as bad:
        raise Invalid([FieldError("cursor", "not_a_choice")]) from bad
