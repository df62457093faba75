"""The open API for yards and their own systems: expected, here, gate-in."""

from typing import Annotated
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from cuakhauso.core import identifiers as ids
from cuakhauso.core.steps import StepCode

from ..accounts.http import ApiRequest
from ..crossings import actions
from ..crossings.api import ActIn
from ..crossings.shapes import CrossingOut
from ..places.models import Yard
from ..shared.api import In, JsonBody, Line
from ..shared.errors import FieldError, Invalid, NotFound
from . import queries

router = Router()


class MostIn(In):
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


@router.get("/yards/{yard}/expected", response=list[CrossingOut], summary="On their way to the yard")
def expected(request: ApiRequest, yard: str, most: Query[MostIn]) -> list[CrossingOut]:
    rows = queries.expected(request.auth, _gate_of(yard), yard)
    return [CrossingOut.of_row(row) for row in rows[: most.limit]]


@router.get("/yards/{yard}/here", response=list[CrossingOut], summary="In the yard")
def here(request: ApiRequest, yard: str, most: Query[MostIn]) -> list[CrossingOut]:
    rows = queries.here(request.auth, _gate_of(yard), yard)
    return [CrossingOut.of_row(row) for row in rows[: most.limit]]


def _gate_of(yard: str) -> str:
    found = Yard.objects.filter(pk=yard).first()
    if found is None:
        raise NotFound
    return found.gate_id


class GateInIn(ActIn):
    plate: Line = Field(default="", description="Either the plate or `crossing`.")
    crossing: UUID | None = None


@router.post("/yards/{yard}/gate-in", response=CrossingOut, summary="The vehicle is in the yard")
def gate_in(request: ApiRequest, yard: str, body: JsonBody[GateInIn]) -> CrossingOut:
    rows = queries.of_yard(request.auth, _gate_of(yard), yard)
    known = {"pk": body.crossing} if body.crossing else {"plate": _plate(body.plate)}
    found = rows.filter(**known).first()
    if found is None:
        raise NotFound
    return CrossingOut.of_story(actions.confirm(found.id, StepCode.IN_YARD, body.said(request)))


def _plate(text: str) -> str:
    try:
        return ids.parse_plate(text).normalised
    except ids.Invalid as bad:
        raise Invalid([FieldError("plate", bad.code, dict(bad.params))]) from bad
