"""From what is bound twice to the part of a state that it fills. `fold.py` alone calls this."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from .binding_facts import AlsoBound
from .data import Data
from .examination_fold import Looked
from .facts import Fact


@dataclass(slots=True)
class BoundTwice(Looked):
    """What is known of other declarations that bind the same things, by pair."""

    also_bound: dict[UUID, Fact] = field(default_factory=dict)


def _also_bound(state: BoundTwice, fact: Fact, data: AlsoBound) -> None:
    """What was recorded last is right (as with all echoes); what is new of it nobody has settled yet."""
    known = state.also_bound.get(data.pair)
    if known is not None and known.recorded_at > fact.recorded_at:
        return
    before = known.data.things if known is not None and isinstance(known.data, AlsoBound) else ()
    state.also_bound[data.pair] = fact
    for thing in data.things:
        if thing not in before:
            state.settled.discard(("bound_elsewhere", thing.subject))


BINDING_HANDLERS: dict[type[Data], Callable[[Any, Fact, Any], None]] = {AlsoBound: _also_bound}
