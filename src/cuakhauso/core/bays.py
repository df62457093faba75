"""Bays of a yard: how each one stands, and which free ones lie beside each other. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from .words import BayKind


class Look(StrEnum):
    """How a bay stands: what its colour on the plan says."""

    FREE = "free"
    KEPT = "kept"
    TAKEN = "taken"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Occupant:
    """A vehicle in a bay, or for which it is kept; `since` when it took it."""

    crossing: UUID
    plate: str
    country: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    """A bay, or with `places` above one an area, with who stands there and for whom it is kept."""

    code: str
    yard: str
    block: str = ""
    row: int = 1
    position: int = 1
    kind: BayKind = BayKind.TRUCK
    places: int = 1
    closed_for: str = ""
    shape: tuple[tuple[float, float], ...] = ()
    standing: tuple[Occupant, ...] = ()
    kept_for: tuple[Occupant, ...] = ()

    @property
    def free(self) -> int:
        """Places that nobody stands in and that are kept for nobody. None in a bay that is closed."""
        return 0 if self.closed_for else max(0, self.places - len(self.standing) - len(self.kept_for))

    @property
    def is_over(self) -> bool:
        """More vehicles were seen here than there are places: somebody is wrong."""
        return len(self.standing) > self.places

    @property
    def look(self) -> Look:
        if self.closed_for:
            return Look.CLOSED
        if self.free:
            return Look.FREE
        return Look.TAKEN if self.standing else Look.KEPT

    @property
    def label(self) -> str:
        """As it is painted on the ground: without the yard's code."""
        return self.code.removeprefix(f"{self.yard}-")

    def others(self, crossing: UUID) -> tuple[Occupant, ...]:
        """Who stands there or has it kept, besides this vehicle."""
        return tuple(one for one in (*self.standing, *self.kept_for) if one.crossing != crossing)

    def has_room_for(self, crossing: UUID) -> bool:
        return len(self.others(crossing)) < self.places


def beside(bays: Iterable[Bay], count: int, near: Bay | None = None) -> Sequence[Bay]:
    """Up to `count` free transshipment bays that lie closest together: beside `near` where goods already
    stand, else in the row that has the most room."""
    free = [bay for bay in bays if bay.kind is BayKind.TRANSSHIPMENT and bay.look is Look.FREE]
    if not free or count <= 0:
        return ()
    starts = [near] if near is not None else free
    chosen = [sorted(free, key=lambda bay: (_apart(start, bay), bay.code))[:count] for start in starts]
    return min(chosen, key=lambda found: (sum(_apart(found[0], bay) for bay in found), found[0].code))


def _apart(one: Bay, other: Bay) -> int:
    """How far two bays lie apart: another yard or block is further than any row of the same one."""
    same = (one.yard, one.block) == (other.yard, other.block)
    rows = abs(one.row - other.row)
    return (0 if same else 1_000_000) + rows * 1_000 + abs(one.position - other.position)
