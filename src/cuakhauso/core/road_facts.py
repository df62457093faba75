"""Facts of orders to vehicles on the road (domain.md 1.1, 2.1). Kinds of `facts.py`, where one begins."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from .data import Data


class RoadCode(StrEnum):
    """What a driver is told to do. Stable for ever; the words are the page's."""

    SLOW_DOWN = "slow_down"
    WAIT = "wait"
    GO_TO_GATE = "go_to_gate"
    GO_TO_YARD = "go_to_yard"
    TURN_OFF = "turn_off"


class RoadOrdered(Data, frozen=True, kw_only=True, tag="road_ordered"):
    """An agency orders this vehicle; `where` is a code of a place, gate or yard, or a name. More words are in
    the note. `order` is the same for all vehicles that one order went to."""

    order: UUID
    code: RoadCode
    where: str = ""
    until: datetime | None = None


class RoadOrderSeen(Data, frozen=True, kw_only=True, tag="road_order_seen"):
    """Driver or business has read it."""

    order: UUID


class RoadOrderEnded(Data, frozen=True, kw_only=True, tag="road_order_ended"):
    """Taken back by the agency that gave it."""

    order: UUID


RoadData = RoadOrdered | RoadOrderSeen | RoadOrderEnded
