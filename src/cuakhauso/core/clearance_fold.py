"""When customs' clearance does not count any more: it clears anew. `fold.py` alone calls this.

Two rules, for whatever customs says or takes back: a channel that asks for more than the one before it opens
the clearance again, and so does anything that customs has still to do or has found (`examinations.py`).
"""

from collections.abc import Callable
from typing import Any

from .examination_fold import Looked, say_again
from .examinations import open_at_customs
from .facts import ChannelSet, Data, Fact
from .steps import StepCode
from .words import Agency, Channel

CLEARANCE = (StepCode.CUSTOMS_CLEARED, Agency.CUSTOMS)
# How much of a look each channel asks for; a channel that is not known asks for none.
ASKS_FOR: dict[Channel | None, int] = {None: 0, Channel.GREEN: 0, Channel.YELLOW: 1, Channel.RED: 2}


def _channel(state: Looked, fact: Fact, data: ChannelSet) -> None:
    key = data.customs_number[:11]
    is_stricter = ASKS_FOR[data.channel] > ASKS_FOR[state.channels.get(key)]
    state.channels[key] = data.channel
    if is_stricter:
        say_again(state, *CLEARANCE, fact)


def hold_to_the_clearance(state: Looked, fact: Fact) -> None:
    """After each fact, also an undo: no clearance outlives a look that is open, or what was found."""
    if CLEARANCE in state.confirmations and next(open_at_customs(state), None) is not None:
        say_again(state, *CLEARANCE, fact)


CLEARANCE_HANDLERS: dict[type[Data], Callable[[Any, Fact, Any], None]] = {ChannelSet: _channel}
