"""Facts of a yard: bays kept, taken and left, what its own gate saw, how goods shall change vehicles and
that they began to. All of them are kinds of `facts.py`, where one begins.
"""

from uuid import UUID

from .data import Data
from .declaration import Words
from .unloading_facts import UnloadedInPart
from .words import Direction


class Parked(Data, frozen=True, kw_only=True, tag="parked"):
    """The vehicle stands in this bay; it came from the bay `before`, where it stood in one."""

    bay: str
    before: str = ""


class BayLeft(Data, frozen=True, kw_only=True, tag="bay_left"):
    """The vehicle stands in this bay no more, or it is no longer kept for it."""

    bay: str


class BayKept(Data, frozen=True, kw_only=True, tag="bay_kept"):
    """This bay is kept for the vehicle until it stands somewhere."""

    bay: str


class YardGateSeen(Data, frozen=True, kw_only=True, tag="yard_gate_seen"):
    """The yard's own gate saw it drive in or out. It confirms nothing for customs or border guard."""

    yard: str
    direction: Direction


class Share(Words, frozen=True, kw_only=True):
    """Packages of one goods group that one receiving vehicle shall take."""

    receiving: UUID
    plate: str
    group: int
    packages: int


class TransferPlanned(Data, frozen=True, kw_only=True, tag="transfer_planned"):
    """Which receiving vehicle shall take how much of which goods; a later plan replaces an earlier one."""

    shares: tuple[Share, ...]


class TransferBegan(Data, frozen=True, kw_only=True, tag="transfer_began"):
    """Goods of this group began to change vehicles; `transshipped` says that it is done, and how many."""

    receiving: UUID
    plate: str
    group: int


YardData = Parked | BayLeft | BayKept | YardGateSeen | TransferPlanned | TransferBegan | UnloadedInPart
