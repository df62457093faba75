"""Not everything was unloaded: what is left, why, and what becomes of it. A kind of `facts.py`."""

from decimal import Decimal
from enum import StrEnum

from .data import Data
from .declaration import Words


class WhyLeft(StrEnum):
    """Why goods are still on the vehicle."""

    NO_ROOM = "no_room"
    NO_VEHICLE = "no_vehicle"
    DAMAGED = "damaged"
    OUT_OF_TIME = "out_of_time"
    KEPT_BACK = "kept_back"
    OTHER = "other"


class Rest(StrEnum):
    """What becomes of what is left: unloaded later, taken back by the vehicle, stored."""

    LATER = "later"
    SENT_BACK = "sent_back"
    STORED = "stored"


class Left(Words, frozen=True, kw_only=True):
    """What is left of one goods group, as somebody counted it, and as the platform did (`computed`, none
    where the declaration names no number of packages). Kilos only where they were told."""

    group: int
    customs_number: str
    packages: int
    computed: int | None = None
    weight_kg: Decimal | None = None

    @property
    def differs(self) -> bool:
        return self.computed is not None and self.computed != self.packages


class UnloadedInPart(Data, frozen=True, kw_only=True, tag="unloaded_in_part"):
    """The state of an unloading that is not complete; a later one replaces it. Words are in the note.

    Said by customs, what is stored or sent back is so by this word alone; said by the yard, it is a report.
    """

    lines: tuple[Left, ...]
    why: WhyLeft
    rest: Rest
