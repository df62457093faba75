"""From facts about money to the part of a state that they fill. `fold.py` alone calls this."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .data import Data
from .facts import Fact
from .fee_facts import Charged, Paid, RefundAsked, Refunded
from .words import Order
from .yard_fold import Yarded


@dataclass(slots=True)
class Owing(Yarded):
    """What is owed and what was received, by order; and the newest wish to give something back."""

    charged: dict[Order, int] = field(default_factory=dict)
    charges: list[Fact] = field(default_factory=list)
    paid: dict[Order, int] = field(default_factory=dict)
    payments: list[Fact] = field(default_factory=list)
    refund_asked: dict[Order, Fact] = field(default_factory=dict)

    def owes(self, order: Order) -> int:
        return self.charged.get(order, 0) - self.paid.get(order, 0)


def _charged(state: Owing, fact: Fact, data: Charged) -> None:
    state.charged[data.order] = state.charged.get(data.order, 0) + data.amount
    state.charges.append(fact)


def _paid(state: Owing, fact: Fact, data: Paid) -> None:
    state.paid[data.order] = state.paid.get(data.order, 0) + data.amount
    state.payments.append(fact)


def _refund_asked(state: Owing, fact: Fact, data: RefundAsked) -> None:
    state.refund_asked[data.order] = fact


def _refunded(state: Owing, fact: Fact, data: Refunded) -> None:
    state.paid[data.order] = state.paid.get(data.order, 0) - data.amount
    state.refund_asked.pop(data.order, None)


FEE_HANDLERS: dict[type[Data], Callable[[Any, Fact, Any], None]] = {
    Charged: _charged,
    Paid: _paid,
    RefundAsked: _refund_asked,
    Refunded: _refunded,
}
