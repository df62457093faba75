"""How long a foreign vehicle may stay: 24 hours, or 36 in the two-way pilot (domain.md 2.8, 4.6).

(A) Both are counted from the first confirmation of the entry (procedures.md 2); the pilot's own text says
"after delivery". `stay_of` is what warnings go by: who must leave soon, and how soon.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .declaration import Content
from .fold import State
from .reference import Reference
from .steps import StepCode
from .words import Agency, Stay

WARNED = (timedelta(hours=1), timedelta(hours=3))
FARM_CHAPTERS = frozenset(f"{chapter:02}" for chapter in range(1, 25))  # (A) what "agricultural" means


class Misfit(StrEnum):
    """Why goods do not fit the two-way pilot."""

    SEVERAL_OWNERS = "two_way_several_owners"
    SEVERAL_KINDS = "two_way_several_kinds"
    COMBINED = "two_way_combined"


def misfits(content: Content) -> Iterator[Misfit]:
    """One owner a direction, farm goods of one kind, no combined vehicles (domain.md 4.6). (A) Combined is
    more than one trailer."""
    if len({group.owner_tax_code for group in content.groups if group.owner_tax_code}) > 1:
        yield Misfit.SEVERAL_OWNERS
    farm = {item.hs[:4] for item in content.items if item.hs[:2] in FARM_CHAPTERS}
    if len(farm) > 1:
        yield Misfit.SEVERAL_KINDS
    if len(content.vehicle.trailers) > 1:
        yield Misfit.COMBINED


def is_two_way(state: State, ref: Reference) -> bool:
    """Asked for, registered by border guard and customs, and fitting still."""
    content = state.content
    if content is None or content.stay is not Stay.TWO_WAY or ref.two_way_stay_hours is None:
        return False
    said = [state.confirmed(StepCode.TWO_WAY_REGISTERED, a) for a in (Agency.BORDER_GUARD, Agency.CUSTOMS)]
    return all(said) and not any(misfits(content))


def stay_hours(state: State, ref: Reference) -> int:
    return ref.two_way_stay_hours or ref.stay_hours if is_two_way(state, ref) else ref.stay_hours


def stay_began(state: State) -> datetime | None:
    """When a foreign vehicle was first confirmed in; none for one of ours, or before."""
    if state.content is None or state.content.vehicle.plate.country == "VN":
        return None
    words = [state.confirmed(StepCode.ENTERED, a) for a in (Agency.BORDER_GUARD, Agency.CUSTOMS)]
    return min((fact.occurred_at for fact in words if fact), default=None)


def stay_ends(state: State, ref: Reference) -> datetime | None:
    """Until when a foreign vehicle may stay."""
    began = stay_began(state)
    return began + timedelta(hours=stay_hours(state, ref)) if began else None


@dataclass(frozen=True, slots=True)
class Staying:
    """A foreign vehicle that is here: since when, until when it may be, and how much of that is left."""

    kind: Stay
    hours: int
    began: datetime
    ends: datetime
    left: timedelta

    @property
    def is_over(self) -> bool:
        return self.left < timedelta()

    @property
    def warned(self) -> timedelta | None:
        """The nearest warning that it is within: an hour, three hours; none where there is time, or none."""
        return None if self.is_over else next((limit for limit in WARNED if self.left <= limit), None)


def stay_of(state: State, ref: Reference, at: datetime) -> Staying | None:
    """How it stands with a vehicle that has entered; none for one whose stay is not limited."""
    began, ends = stay_began(state), stay_ends(state, ref)
    if began is None or ends is None:
        return None
    kind = Stay.TWO_WAY if is_two_way(state, ref) else Stay.ORDINARY
    return Staying(kind, stay_hours(state, ref), began, ends, ends - at)
