"""What the Board's desk reads: who owes, how the charges came about, and what was paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from cuakhauso.core import facts as f
from cuakhauso.core.fold import State
from cuakhauso.core.words import Order

from ..accounts.models import Organisation
from ..accounts.principal import Principal
from ..crossings import queries as crossings
from ..shared.errors import NotFound
from ..shared.models import Crossing

PAGE = 50
AT_THE_DESK = "board@desk"


def owing(reader: Principal, gate: str) -> QuerySet[Crossing]:
    """Vehicles that owe, or that the Board has not charged yet; who has been here longest first."""
    owes = Q(owed__gt=0) | Q(wait_keys__contains=[AT_THE_DESK])
    return crossings.live(reader, gate).filter(owes).order_by("present_since", "id")


def unfinished(reader: Principal, gate: str) -> QuerySet[Crossing]:
    """Vehicles that left without the Board's last word, who left first first."""
    rows = crossings.visible_to(reader).filter(gate=gate).exclude(unfinished_since=None)
    return rows.order_by("unfinished_since", "id")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a charge as people read it."""

    rule: str
    base: int
    percent: int
    amount: int
    law: str
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Payment:
    id: UUID
    order: Order
    amount: int
    method: str
    receipt: str
    at: datetime
    by: str
    is_void: bool


@dataclass(frozen=True, slots=True)
class Account:
    """One order of one vehicle: its lines, what was paid, what is owed."""

    order: Order
    lines: Sequence[Line]
    payments: Sequence[Payment]
    charged: int
    owed: int


def accounts(state: State, facts: Sequence[f.Fact]) -> list[Account]:
    void = f.voided(facts)
    return [
        Account(
            order=order,
            lines=[line for fact in state.charges for line in _lines(fact, order)],
            payments=[p for fact in facts if (p := payment(fact, void)) is not None and p.order is order],
            charged=state.charged[order],
            owed=state.owes(order),
        )
        for order in Order
        if order in state.charged
    ]


def _lines(fact: f.Fact, order: Order) -> list[Line]:
    data = fact.data
    if not isinstance(data, f.Charged) or data.order is not order:
        return []
    return [
        Line(line.rule, line.base, line.percent, line.amount, line.law, line.detail, fact.occurred_at)
        for line in data.lines
    ]


def payment(fact: f.Fact, void: set[UUID]) -> Payment | None:
    data = fact.data
    if not isinstance(data, f.Paid):
        return None
    return Payment(
        fact.id, data.order, data.amount, data.method, data.receipt, fact.occurred_at, fact.actor.name,
        fact.id in void,
    )  # fmt: skip


def receipt(whole: crossings.Whole, fact: UUID) -> tuple[Payment, Account]:
    """Raises `NotFound` for what is no payment of this vehicle."""
    for account in accounts(whole.state, whole.facts):
        for paid in account.payments:
            if paid.id == fact:
                return paid, account
    raise NotFound


def payer(whole: crossings.Whole) -> Organisation | None:
    content = whole.state.announced
    code = content.payer if content else ""
    if code and (found := Organisation.objects.filter(tax_code=code).first()):
        return found
    declarant = whole.crossing.declarant
    return Organisation.objects.filter(pk=declarant).first() if declarant else None
