"""What the slice of lanes, which stands above this one, tells crossings' pages; it says how at start."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cuakhauso.core.words import Agency

from ..shared.stream import Event


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture: where it is, or in words why it is no longer. `shows`: plate, vehicle, scene, as the camera
    said."""

    url: str = ""
    words: str = ""
    shows: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Something that lane or barrier did."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class AtLane:
    """What a lane kept of a fact: its pictures, the page of lanes where it stands, what it did."""

    photos: tuple[Photo, ...] = ()
    page: str = ""
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class FromLanes:
    """`at_lanes`: by fact of a crossing, all or only what shows this vehicle alone. `open_alerts`: how many
    wait for these agencies at a gate; with none named, all. `unknown`: passages of nobody known, drawn for
    the desk of the undeclared."""

    at_lanes: Callable[[UUID, bool], Mapping[UUID, AtLane]] = field(default=lambda crossing, own_only: {})
    open_alerts: Callable[[str, Sequence[Agency]], int] = field(default=lambda gate, agencies: 0)
    unknown: Callable[[str], str] = field(default=lambda gate: "")


_said: list[FromLanes] = [FromLanes()]


def say(told: FromLanes) -> None:
    _said.append(told)


def told() -> FromLanes:
    return _said[-1]


def touches(gate: str, event: Event) -> bool:
    """Alerts of this gate's lanes were raised or seen."""
    return event.payload.get("lanes_of") == gate and bool(event.payload.get("alerts"))
