"""Facts about money: what is owed, and what was received. All of them are kinds of `facts.py`."""

from uuid import UUID

from .data import Data
from .declaration import Words
from .words import Order


class ChargeLine(Words, frozen=True, kw_only=True):
    """One line of a charge, with the rule and the law it comes from. Amounts in VND."""

    rule: str
    base: int
    percent: int
    amount: int
    law: str
    detail: str = ""


class Charged(Data, frozen=True, kw_only=True, tag="charged"):
    """What is owed on one order; a later charge adds the difference, never edits."""

    order: Order
    amount: int
    lines: tuple[ChargeLine, ...]


class Paid(Data, frozen=True, kw_only=True, tag="paid"):
    """Money received for one order."""

    order: Order
    amount: int
    method: str
    receipt: str


class RefundAsked(Data, frozen=True, kw_only=True, tag="refund_asked"):
    """The desk wants what was overpaid given back; why is in the note. A later one replaces it."""

    order: Order
    amount: int


class Refunded(Data, frozen=True, kw_only=True, tag="refunded"):
    """A second person gave it back: `asked` is the fact that another one wanted it by."""

    asked: UUID
    order: Order
    amount: int
    method: str
    receipt: str
