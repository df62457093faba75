"""Facts about money: what is owed, and what was received. All of them are kinds of `facts.py`."""

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
