"""Facts that most vehicles never have: seals of customs, turning around, another gate, the health mode, the
two legs of a regime, stored goods taken out again. All of them are kinds of `facts.py`, where one begins.
"""

from datetime import datetime
from uuid import UUID

from .data import Data
from .declaration import Plate
from .words import SealGrade, SealType


class SealPut(Data, frozen=True, kw_only=True, tag="seal_put"):
    """Customs put a seal on. `applied_by` is who did it where that is not the actor; `on` the container."""

    number: str
    type: SealType = SealType.OTHER
    grade: SealGrade | None = None
    applied_by: str = ""
    on: str = ""


class SealBroken(Data, frozen=True, kw_only=True, tag="seal_broken"):
    """Customs opened a seal; why is in the note. It does not count any more."""

    number: str


class SealChecked(Data, frozen=True, kw_only=True, tag="seal_checked"):
    """Customs looked at a seal that should be on."""

    number: str
    intact: bool


class TurnAsked(Data, frozen=True, kw_only=True, tag="turn_asked"):
    """The business asks to turn around, or with `gate` to go to another gate; why is in the note."""

    gate: str = ""


class TurnRefused(Data, frozen=True, kw_only=True, tag="turn_refused"):
    """What the business asked is refused, with words in the note; the vehicle goes on as before."""


class TurnedAround(Data, frozen=True, kw_only=True, tag="turned_around"):
    """The vehicle goes back by the way it came. With `gate` it goes on there as the crossing `other`."""

    gate: str = ""
    other: UUID | None = None


class CameFromGate(Data, frozen=True, kw_only=True, tag="came_from_gate"):
    """This crossing goes on with the declaration of one that turned around at another gate."""

    gate: str
    other: UUID


class HandedOver(Data, frozen=True, kw_only=True, tag="handed_over"):
    """Health mode: a dedicated driver (a masked name) took the vehicle over, with a dedicated tractor."""

    driver: str
    plate: Plate


class Paired(Data, frozen=True, kw_only=True, tag="paired"):
    """What the platform knows of the other leg of a regime. `group` is a goods group of the second leg.

    On the second leg (`role` first): with `other` came `packages` of `customs_number`, of which `left` were
    not yet taken by another second leg, and it entered at `at`. On the first leg (`role` second): `other`
    shall take `packages`. No packages: the two have nothing to do with each other any more.
    """

    other: UUID
    role: str
    group: int
    customs_number: str
    packages: int
    left: int = 0
    at: datetime | None = None


class SecondLegLeft(Data, frozen=True, kw_only=True, tag="second_leg_left"):
    """Echo: the second leg has left with its packages of this customs declaration."""

    other: UUID
    customs_number: str
    packages: int


class TakenOut(Data, frozen=True, kw_only=True, tag="taken_out"):
    """Goods of this vehicle that were stored went onto a later vehicle."""

    receiving: UUID
    plate: str
    group: int
    customs_number: str
    packages: int


SpecialData = (
    SealPut
    | SealBroken
    | SealChecked
    | TurnAsked
    | TurnRefused
    | TurnedAround
    | CameFromGate
    | HandedOver
    | Paired
    | SecondLegLeft
    | TakenOut
)
