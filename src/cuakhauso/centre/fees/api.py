"""The open API for fees: what a declaration will owe; charge; pay."""

from typing import Annotated, Literal
from uuid import UUID

from ninja import Router
from pydantic import Field

from cuakhauso.core import facts as f
from cuakhauso.core.reference import HANOI
from cuakhauso.core.words import Order

from ..accounts.http import ApiRequest
from ..crossings.api import ActIn
from ..crossings.shapes import ChargeLineOut, CrossingOut
from ..declarations.expected import Fee, fees
from ..declarations.form import DeclarationIn
from ..places.reference import reference
from ..shared import store
from ..shared.api import JsonBody, Line, Out
from ..shared.errors import Invalid
from . import actions

router = Router()


class MissingRateOut(Out):
    """A row of the tariff that the Board has yet to fill in: until then nothing can be charged by it."""

    weight_class: str
    regime: str
    goods_class: str
    kind: str


class QuotedOut(Out):
    """What one vehicle is to owe on one order. `amount` is unknown where a rate is missing."""

    vehicle: str
    order: str | None
    amount: int | None
    lines: list[ChargeLineOut]
    missing: MissingRateOut | None


class QuoteOut(Out):
    """`total` in VND; none while any rate is missing."""

    vehicles: list[QuotedOut]
    total: int | None


@router.post(
    "/fees/quote", response=QuoteOut, summary="The fee to expect, itemised; the form may be half typed"
)
def quoted(request: ApiRequest, body: JsonBody[DeclarationIn]) -> QuoteOut:
    found = fees(body, reference(body.gate), store.now().astimezone(HANOI).date())
    if found.lacks:
        raise Invalid(found.lacks)
    return QuoteOut(vehicles=[_shown(row) for row in found.rows], total=found.total)


def _shown(one: Fee) -> QuotedOut:
    charge, missing = one.charge, one.missing
    rate = MissingRateOut(
        weight_class=missing.weight_class, regime=missing.regime, goods_class=missing.goods_class,
        kind=missing.kind,
    ) if missing else None  # fmt: skip
    return QuotedOut(
        vehicle=one.plate,
        order=charge.order if charge else None,
        amount=one.amount,
        lines=[ChargeLineOut(**{"detail": "", **f.plain(line)}) for line in charge.lines] if charge else [],
        missing=rate,
    )


@router.post(
    "/crossings/{crossing}/charge", response=CrossingOut, summary="Charge what is due and not yet charged"
)
def charge(request: ApiRequest, crossing: UUID, body: JsonBody[ActIn]) -> CrossingOut:
    return CrossingOut.of_story(actions.recompute_charge(crossing, body.said(request)))


class PayIn(ActIn):
    order: Order
    amount: Annotated[
        int, Field(ge=1, le=1_000_000_000, description="VND; exactly what is owed on the order.")
    ]
    method: Literal["cash", "transfer", "qr", "card"]
    receipt: Line = ""


@router.post("/crossings/{crossing}/pay", response=CrossingOut, summary="Money received for one order")
def pay(request: ApiRequest, crossing: UUID, body: JsonBody[PayIn]) -> CrossingOut:
    story = actions.pay(
        crossing, body.order, body.amount, body.said(request), method=body.method, receipt=body.receipt
    )
    return CrossingOut.of_story(story)
