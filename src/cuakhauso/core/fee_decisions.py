"""May money be given back? As in `decisions.py`, each returns every reason against it.

(A) No public text says how a fee is given back: what was paid beyond the charge, wholly, asked for by one
person of the Board and given by another one, of the Board or tax. Also long after the vehicle has left.
"""

from collections.abc import Iterator
from uuid import UUID

from .against import Against, Case, _mine, _objection
from .facts import RefundAsked
from .permit import Objection
from .steps import FEE_LAW
from .words import Agency, Order, Party

GIVERS = (Agency.BOARD, Agency.TAX)


def against_asking_refund(case: Case, order: Order, words: str) -> list[Objection]:
    """Only what was overpaid is asked back, with words."""
    found = list(_nothing_over(case, order))
    if case.actor.agency is not Agency.BOARD:
        found.append(_objection(Against.WRONG_AGENCY, Party.BOARD, FEE_LAW))
    if not words.strip():
        found.append(_objection(Against.WORDS_REQUIRED, _mine(case)))
    return found


def against_refunding(case: Case, asked: UUID) -> list[Objection]:
    """A second person gives back exactly what was asked for, while it is still overpaid."""
    found = [] if case.actor.agency in GIVERS else [_objection(Against.WRONG_AGENCY, Party.BOARD, FEE_LAW)]
    fact = next((fact for fact in case.state.refund_asked.values() if fact.id == asked), None)
    if fact is None or not isinstance(fact.data, RefundAsked):
        return [*found, _objection(Against.NO_SUCH_REFUND, _mine(case), FEE_LAW)]
    if fact.actor.id == case.actor.id:
        found.append(_objection(Against.REFUND_IS_YOUR_OWN, _mine(case), FEE_LAW))
    over = -case.state.owes(fact.data.order)
    if over != fact.data.amount:
        details = {"amount": fact.data.amount, "owed": max(over, 0)}
        found.append(_objection(Against.REFUND_CHANGED, _mine(case), FEE_LAW, **details))
    return found


def _nothing_over(case: Case, order: Order) -> Iterator[Objection]:
    if case.state.owes(order) >= 0:
        yield _objection(Against.NOTHING_OVERPAID, Party.BOARD, FEE_LAW, order=order)
