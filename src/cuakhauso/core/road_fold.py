"""From orders on the road to the part of a state that they fill. `fold.py` alone calls this."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from .data import Data
from .facts import Fact
from .paper_fold import Papers
from .road_facts import RoadOrdered, RoadOrderEnded, RoadOrderSeen


@dataclass(slots=True)
class OnTheRoad(Papers):
    """Orders by their id, those that were read, those taken back."""

    road_orders: dict[UUID, Fact] = field(default_factory=dict)
    road_seen: dict[UUID, Fact] = field(default_factory=dict)
    road_ended: set[UUID] = field(default_factory=set)

    def living_orders(self, at: datetime) -> list[Fact]:
        """Those that still count, the newest first."""
        living = [fact for order, fact in self.road_orders.items() if order not in self.road_ended]
        return sorted((f for f in living if _counts(f, at)), key=lambda fact: fact.occurred_at, reverse=True)


def _counts(fact: Fact, at: datetime) -> bool:
    data = fact.data
    return isinstance(data, RoadOrdered) and (data.until is None or at < data.until)


def _ordered(state: Any, fact: Fact, data: RoadOrdered) -> None:
    state.road_orders[data.order] = fact


def _seen(state: Any, fact: Fact, data: RoadOrderSeen) -> None:
    state.road_seen.setdefault(data.order, fact)


def _ended(state: Any, fact: Fact, data: RoadOrderEnded) -> None:
    state.road_ended.add(data.order)


ROAD_HANDLERS: dict[type[Data], Callable[[Any, Fact, Any], None]] = {
    RoadOrdered: _ordered,
    RoadOrderSeen: _seen,
    RoadOrderEnded: _ended,
}
