"""The open API for yards and their own systems: expected, here, gate-in and gate-out. Bays: `bay_api.py`."""

from typing import Annotated
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from cuakhauso.core import identifiers as ids

from ..accounts.http import ApiRequest
from ..crossings.api import ActIn
from ..crossings.shapes import CrossingOut
from ..places.models import Yard
from ..shared.api import In, JsonBody, Line
from ..shared.errors import FieldError, Invalid, NotFound
from . import actions, queries

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
    bay: Line = Field(default="", description="Where it stands; empty: not said.")


@router.post("/yards/{yard}/gate-in", response=CrossingOut, summary="The vehicle is in the yard")
def gate_in(request: ApiRequest, yard: str, body: JsonBody[GateInIn]) -> CrossingOut:
    found = _named(request, yard, body.crossing, body.plate)
    return CrossingOut.of_story(actions.gate_in(found, body.said(request), bay=body.bay))


class GateOutIn(ActIn):
    plate: Line = Field(default="", description="Either the plate or `crossing`.")
    crossing: UUID | None = None


@router.post("/yards/{yard}/gate-out", response=CrossingOut, summary="The yard's gate saw it leave")
def gate_out(request: ApiRequest, yard: str, body: JsonBody[GateOutIn]) -> CrossingOut:
    """Always taken in. It frees the bay; that it may leave is still said by customs and border guard."""
    found = _named(request, yard, body.crossing, body.plate)
    return CrossingOut.of_story(actions.gate_out(found, yard, body.said(request)))


@router.get("/yards/{yard}/receiving", response=list[CrossingOut], summary="Empty vehicles for others' goods")
def receiving(request: ApiRequest, yard: str, most: Query[MostIn]) -> list[CrossingOut]:
    rows = queries.receiving(request.auth, _gate_of(yard), yard)
    return [CrossingOut.of_row(row) for row in rows[: most.limit]]


def _named(request: ApiRequest, yard: str, crossing: UUID | None, plate: str) -> UUID:
    rows = queries.of_yard(request.auth, _gate_of(yard), yard)
    found = rows.filter(**({"pk": crossing} if crossing else {"plate": _plate(plate)})).first()
    if found is None:
        raise NotFound
    return found.id


def _plate(text: str) -> str:
    try:
        return ids.parse_plate(text).normalised
    except ids.Invalid as bad:
        raise Invalid([FieldError("plate", bad.code, dict(bad.params))]) from bad
