"""What a lane asks of an engine that looks at pictures: to find, and to read. Each is one method.

A picture is height, width, 3 in bytes, red first. A text is found by its four corners in the order in which
it is read: one shape for lines, two lines, standing codes and codes upside down. What was read is no
string but the chance of each sign at each place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..contracts import Chances

Picture = NDArray[np.uint8]
Corner = tuple[float, float]


class Kind(StrEnum):
    """What can be found: a number plate of either country, or a container's code."""

    PLATE = "plate"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Found:
    """A text in a picture. `corners` in pixels: upper left, upper right, lower right, lower left, as it is
    read. `confidence`: the chance that there is one, 0 to 1."""

    kind: Kind
    corners: tuple[Corner, Corner, Corner, Corner]
    confidence: float


class Finder(Protocol):
    def find(self, picture: Picture) -> tuple[Found, ...]:
        """All plates and codes, the likeliest first."""


class Reader(Protocol):
    def read(self, picture: Picture, found: Found) -> Chances:
        """What is written between the corners."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is known of a set of weights: who made it, of what, under which licence, and how good it is."""

    name: str
    licence: str
    data: tuple[str, ...]
    made: str
    figures: Mapping[str, Any]
