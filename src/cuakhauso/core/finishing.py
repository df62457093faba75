"""The Board's last word on a declaration: given while the vehicle is here, or once it has left.

(A) The records stamp it before the exit and after the fee; no text says until when. It may be given later, by
the Board or by tax, which collected before; then, while something is owed, it is marked irregular.
"""

from datetime import datetime

from .fold import State
from .procedure import procedure_of
from .reference import Reference
from .standing import ended_at, status
from .steps import StepCode
from .words import Order

FINISHED = StepCode.BOARD_FINISHED


def left_at(state: State, ref: Reference) -> datetime | None:
    """When it left with its journey done: not one that turned around, was struck off or withdrawn."""
    if state.turned or state.struck_off or state.withdrawn or state.content is None:
        return None
    return ended_at(state, ref)


def unfinished_since(state: State, ref: Reference) -> datetime | None:
    """Since when it has left without the Board's last word; none where that is not asked for, or given."""
    procedure = procedure_of(state)
    if procedure is None or FINISHED not in procedure.steps:
        return None
    left = left_at(state, ref)
    return left if left and status(FINISHED, state, ref).done_at is None else None


def irregular(state: State, ref: Reference, step: str) -> tuple[str, ...]:
    """What the last word went against, where the vehicle had left by then."""
    if step != FINISHED or left_at(state, ref) is None:
        return ()
    owes = any(state.owes(order) > 0 for order in Order)
    return ("unpaid",) if owes or status(StepCode.PAID, state, ref).is_open else ()
