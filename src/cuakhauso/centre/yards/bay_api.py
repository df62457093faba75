"""The open API for a yard's plan, its bays and its transfers of goods: all that the yard's pages can do."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from ninja import Router
from pydantic import Field

from cuakhauso.core import transfers as core
from cuakhauso.core.bays import Bay, Occupant
from cuakhauso.core.standing import status
from cuakhauso.core.steps import StepCode
from cuakhauso.core.unloading import left_on
from cuakhauso.core.unloading_facts import Left

from ..accounts.http import ApiRequest
from ..crossings import queries
from ..crossings.api import ActIn, Group, Packages
from ..crossings.api import act as _act
from ..crossings.queries import Whole
from ..crossings.shapes import CrossingOut
from ..places.models import Yard
from ..places.reference import bays_of
from ..shared.api import In, JsonBody, Line, Out
from ..shared.errors import NotAllowed
from . import actions, bays
from . import plan as plans
from .plan_forms import PlanIn

router = Router()


# --- the plan ------------------------------------------------------------------------------------


class OccupantOut(Out):
    crossing: UUID
    plate: str
    since: datetime | None

    @classmethod
    def of(cls, one: Occupant) -> "OccupantOut":
        return cls(crossing=one.crossing, plate=one.plate, since=one.since)


class BayOut(Out):
    """A bay as it stands. `free` counts places: more than one in an area. `shape` in metres."""

    code: str
    label: str
    block: str
    row: int
    position: int
    kind: str
    places: int
    look: str
    free: int
    closed_for: str
    shape: list[tuple[float, float]]
    standing: list[OccupantOut]
    kept_for: list[OccupantOut]

    @classmethod
    def of(cls, bay: Bay) -> "BayOut":
        return cls(
            code=bay.code, label=bay.label, block=bay.block, row=bay.row, position=bay.position,
            kind=bay.kind, places=bay.places, look=bay.look, free=bay.free, closed_for=bay.closed_for,
            shape=list(bay.shape), standing=[OccupantOut.of(one) for one in bay.standing],
            kept_for=[OccupantOut.of(one) for one in bay.kept_for],
        )  # fmt: skip


class PlanOut(Out):
    """A yard's plan as it stands now. An assumed one was never given by the yard, and makes no yard full."""

    yard: str
    assumed: bool
    bays: list[BayOut]


@router.get("/yards/{yard}/plan", response=PlanOut, summary="Every bay and who stands in it")
def yard_plan(request: ApiRequest, yard: str) -> PlanOut:
    found = bays.yard_of(yard)
    if not queries.works_at(request.auth, found.gate_id):
        raise NotAllowed
    return _plan(request, found)


def _plan(request: ApiRequest, yard: Yard) -> PlanOut:
    assumed = any(row.assumed for row in bays_of(yard.code))
    shown = [BayOut.of(bay) for bay in bays.plan(request.auth, yard)]
    return PlanOut(yard=yard.code, assumed=assumed, bays=shown)


@router.put("/yards/{yard}/plan", response=PlanOut, summary="The yard has exactly these bays, from today")
def give_yard_plan(request: ApiRequest, yard: str, body: JsonBody[PlanIn]) -> PlanOut:
    plans.give_plan(yard, body.planned(), body.source, request.auth)
    return _plan(request, bays.yard_of(yard))


class CloseBayIn(In):
    reason: Annotated[str, Field(min_length=1, max_length=120)]


@router.post("/bays/{bay}/close", response=PlanOut, summary="A bay cannot be used; why is in `reason`")
def close_bay(request: ApiRequest, bay: str, body: JsonBody[CloseBayIn]) -> PlanOut:
    return _plan(request, plans.set_closed(bay, body.reason, request.auth).yard)


@router.post("/bays/{bay}/open", response=PlanOut, summary="A closed bay can be used again")
def open_bay(request: ApiRequest, bay: str) -> PlanOut:
    return _plan(request, plans.set_closed(bay, "", request.auth).yard)


# --- a vehicle and its bay -----------------------------------------------------------------------


class InBayIn(ActIn):
    bay: Line = Field(description="A code of the plan, as in XC-A01.")


@_act("park", "It takes a bay, or moves to it; refused where there is no room")
def park(request: ApiRequest, crossing: UUID, body: JsonBody[InBayIn]) -> CrossingOut:
    return CrossingOut.of_story(actions.park(crossing, body.bay, body.said(request)))


@_act("keep-bay", "A bay is kept for it until it stands somewhere")
def keep_bay(request: ApiRequest, crossing: UUID, body: JsonBody[InBayIn]) -> CrossingOut:
    return CrossingOut.of_story(actions.keep_bay(crossing, body.bay, body.said(request)))


@_act("leave-bay", "Its bay is free again, or no longer kept for it")
def leave_bay(request: ApiRequest, crossing: UUID, body: JsonBody[ActIn]) -> CrossingOut:
    return CrossingOut.of_story(actions.leave_bay(crossing, body.said(request)))


@_act("see-in-bay", "It was seen in a bay: always taken in, irregular where it contradicts")
def see_in_bay(request: ApiRequest, crossing: UUID, body: JsonBody[InBayIn]) -> CrossingOut:
    return CrossingOut.of_story(actions.see_in_bay(crossing, body.bay, body.said(request)))


# --- goods that change vehicles ------------------------------------------------------------------


class ShareOut(Out):
    """One receiving vehicle's part of a goods group; `underway_since` while it is being moved."""

    receiving: UUID
    plate: str
    planned: int
    moved: int
    weight_kg: Decimal
    underway_since: datetime | None


class TransferLineOut(Out):
    """One goods group of the source. `unassigned`: still on it, and planned onto nobody. `counted`: what the
    standing report of an incomplete unloading says is left (`…/unloading`)."""

    group: int
    customs_number: str
    goods: str
    packages: int
    moved: int
    disposed: int
    remaining: int
    counted: int | None
    unassigned: int
    shares: list[ShareOut]


class TakerOut(Out):
    """A receiving vehicle with all that it takes from this source."""

    crossing: UUID
    plate: str
    entered: bool
    planned: int
    moved: int
    weight_kg: Decimal
    customs_numbers: list[str]


class TransfersOut(Out):
    crossing: UUID
    signed_at: datetime | None
    lines: list[TransferLineOut]
    takers: list[TakerOut]

    @classmethod
    def of(cls, whole: Whole) -> "TransfersOut":
        signed = status(StepCode.TRANSSHIPMENT_SIGNED, whole.state, whole.ref).done_at
        return cls(
            crossing=whole.crossing.pk, signed_at=signed,
            lines=[_line(line, left_on(whole.state, line.index)) for line in core.lines(whole.state)],
            takers=[_taker(taker) for taker in core.totals(whole.state)],
        )  # fmt: skip


def _line(line: core.Line, left: Left | None) -> TransferLineOut:
    shares = [
        ShareOut(
            receiving=cell.receiving, plate=cell.plate, planned=cell.planned, moved=cell.moved,
            weight_kg=cell.weight_kg, underway_since=cell.underway_since,
        )
        for cell in line.cells
    ]  # fmt: skip
    return TransferLineOut(
        group=line.index, customs_number=line.group.customs_number, goods=line.name,
        packages=line.group.packages, moved=line.moved, disposed=line.disposed, remaining=line.remaining,
        counted=left.packages if left else None, unassigned=line.unassigned, shares=shares,
    )  # fmt: skip


def _taker(one: core.Taker) -> TakerOut:
    return TakerOut(
        crossing=one.crossing, plate=one.plate, entered=one.entered, planned=one.planned, moved=one.moved,
        weight_kg=one.weight_kg, customs_numbers=list(one.customs_numbers),
    )  # fmt: skip


@router.get(
    "/crossings/{crossing}/transfers", response=TransfersOut, summary="What is planned, moved, and remains"
)
def transfers_of(request: ApiRequest, crossing: UUID) -> TransfersOut:
    return TransfersOut.of(queries.whole(request.auth, crossing))


class ShareIn(In):
    receiving: UUID
    group: Group
    packages: Packages


class PlanTransfersIn(ActIn):
    shares: Annotated[list[ShareIn], Field(max_length=500)]


@_act("plan-transfers", "Which receiving vehicle takes how much; replaces the plan before")
def plan_transfers(request: ApiRequest, crossing: UUID, body: JsonBody[PlanTransfersIn]) -> CrossingOut:
    shares = [(one.receiving, one.group, one.packages) for one in body.shares]
    return CrossingOut.of_story(actions.plan_transfers(crossing, shares, body.said(request)))


class BeginTransferIn(ActIn):
    receiving: UUID
    group: Group


@_act("begin-transfer", "Goods begin to change vehicles; `transship` says that they have")
def begin_transfer(request: ApiRequest, crossing: UUID, body: JsonBody[BeginTransferIn]) -> CrossingOut:
    story = actions.begin_transfer(crossing, body.receiving, body.group, body.said(request))
    return CrossingOut.of_story(story)
