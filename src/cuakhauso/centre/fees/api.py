"""The open API for fees: what a declaration will owe; charge; pay."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router
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
from ..shared.api import In, JsonBody, Line, Out
from ..shared.errors import Invalid
from . import actions, ledger, queries

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


class AskRefundIn(ActIn):
    order: Order


@router.post(
    "/crossings/{crossing}/ask-refund", response=CrossingOut,
    summary="The desk wants back what was overpaid on an order; why in `note`",
)  # fmt: skip
def ask_refund(request: ApiRequest, crossing: UUID, body: JsonBody[AskRefundIn]) -> CrossingOut:
    return CrossingOut.of_story(actions.ask_refund(crossing, body.order, body.said(request)))


class RefundIn(ActIn):
    asked: UUID = Field(description="The fact by which somebody else asked for it.")
    method: Literal["cash", "transfer", "qr", "card"]
    receipt: Line = ""


@router.post(
    "/crossings/{crossing}/refund", response=CrossingOut, summary="A second person gives back what was asked"
)
def refund(request: ApiRequest, crossing: UUID, body: JsonBody[RefundIn]) -> CrossingOut:
    story = actions.refund(crossing, body.asked, body.said(request), method=body.method, receipt=body.receipt)
    return CrossingOut.of_story(story)


# --- left, and not finished -----------------------------------------------------------------------


class UnfinishedOut(Out):
    """A vehicle that left without the Board's last word; several are finished by `POST /confirmations`."""

    crossing: UUID
    number: str
    plate: str
    left_at: datetime
    owed: int


class UnfinishedIn(In):
    gate: Line
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


@router.get("/fees/unfinished", response=list[UnfinishedOut], summary="Left and not finished, oldest first")
def unfinished(request: ApiRequest, wanted: Query[UnfinishedIn]) -> list[UnfinishedOut]:
    ledger.may_read(request.auth, wanted.gate)
    rows = queries.unfinished(request.auth, wanted.gate)[wanted.offset : wanted.offset + wanted.limit]
    return [
        UnfinishedOut(
            crossing=row.pk, number=row.number, plate=row.plate_shown, left_at=row.unfinished_since,
            owed=row.owed,
        )
        for row in rows
    ]  # fmt: skip


# --- the ledger -----------------------------------------------------------------------------------


class SumOut(Out):
    """The facts of one order in the period, summed in VND. `open` is what these vehicles still owe now."""

    order: Order
    charged: int
    paid: int
    refunded: int
    methods: dict[str, int]


class MoneyOut(Out):
    """One fact about money. `amount` is as the fact has it; `payer` is who pays by the declaration."""

    fact: UUID
    crossing: UUID
    number: str
    plate: str
    kind: Literal["charged", "paid", "refunded"]
    order: Order
    amount: int
    method: str
    receipt: str
    payer: str
    by: str
    at: datetime


class LedgerOut(Out):
    sums: list[SumOut]
    items: list[MoneyOut]


class LedgerIn(In):
    gate: Line
    begins: date = Field(description="The first day, Hanoi time.")
    ends: date = Field(description="The last day; at most 31 days in all.")


@router.get("/fees/ledger", response=LedgerOut, summary="What was charged, paid and given back in a period")
def the_ledger(request: ApiRequest, wanted: Query[LedgerIn]) -> LedgerOut:
    period = ledger.Period(wanted.gate, wanted.begins, wanted.ends)
    rows = ledger.entries(request.auth, period)
    return LedgerOut(
        sums=[
            SumOut(
                order=one.order, charged=one.charged, paid=one.paid, refunded=one.refunded,
                methods=one.methods,
            )
            for one in ledger.sums(request.auth, period)
        ],
        items=[MoneyOut(**asdict(row)) for row in rows],
    )  # fmt: skip
