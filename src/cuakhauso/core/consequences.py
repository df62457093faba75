"""What the platform itself states once something happened: the charge that falls due.

(A) A charge falls due when the vehicle is confirmed into the gate or its yard; for a receiving
vehicle, when it takes goods; for any of them, when the amount due changes. By which tariff: `charges.py`.
"""

from collections.abc import Iterator
from uuid import uuid5

from . import facts as f
from .charges import Charge, MissingRate, cancelled, charge, difference
from .facts import PLATFORM, Fact
from .fold import State
from .reference import HANOI, Reference
from .words import Source

CHARGED_FROM_RANK = 1
ABOUT_MONEY = (f.Charged, f.Paid, f.RefundAsked, f.Refunded)


def consequences(trigger: Fact, after: State, ref: Reference) -> Iterator[Fact]:
    """Facts on the same crossing that follow from `trigger`. The same trigger gives the same ids.

    A rate that the Board has not filled in gives no fact: the fee stays open and is the Board's move. A
    vehicle that turns around is charged nothing more.
    """
    if after.turned or after.rank < CHARGED_FROM_RANK or isinstance(trigger.data, ABOUT_MONEY):
        return
    due = charge(after, ref, trigger.occurred_at.astimezone(HANOI).date())
    for charged in _changes(after, due):
        yield Fact(
            id=uuid5(trigger.id, f"charged:{charged.order}"),
            crossing=trigger.crossing,
            occurred_at=trigger.occurred_at,
            recorded_at=trigger.recorded_at,
            actor=PLATFORM,
            source=Source.PLATFORM,
            data=charged,
            v=f.FORM_VERSION,
        )


def _changes(state: State, due: Charge | MissingRate | None) -> Iterator[f.Charged]:
    """The difference on the order that is due, and what falls away when the route changes the order."""
    if isinstance(due, MissingRate) or state.content is None:
        return
    if due is not None and (change := difference(state, due)) is not None:
        yield change
    yield from cancelled(state, due)
