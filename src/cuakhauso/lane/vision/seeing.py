"""A picture looked at once: what stands in it, as whoever asks is told.

A sighting says whether it may be taken without a person (`why_not` is empty) and, if not, why. Whether a
barrier opens is decided by evidence over several pictures, never here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import hypot

from cuakhauso.core import identifiers as ids
from cuakhauso.core.evidence import HALF_LEGIBLE, Painted
from cuakhauso.core.likely_code import likely_code
from cuakhauso.core.looks import likeliest

from ..contracts import Chances
from .contracts import Corner, Finder, Found, Kind, Picture, Reader

What = Painted
OTHER = {Kind.PLATE: Kind.CODE, Kind.CODE: Kind.PLATE}
TEXT = 0.5  # so surely found that something is written there


class WhyNot(StrEnum):
    """Why a person has to look. Stable codes, told in words by whoever shows them."""

    UNSURE = "unsure"  # some sign is not certain enough
    NOT_A_PLATE = "not_a_plate"  # the grammars of both countries refuse it
    NOT_A_CODE = "not_a_code"  # ISO 6346 refuses its form
    CHECK_DIGIT = "check_digit"  # the form is right, the check digit is not
    TOO_SMALL = "too_small"  # fewer pixels than anything is read from reliably
    CUT_OFF = "cut_off"  # it reaches beyond the picture
    BROKEN_OFF = "broken_off"  # a part of the file is missing: what else it shows nobody knows


NO_SUCH_TEXT = {WhyNot.NOT_A_PLATE, WhyNot.NOT_A_CODE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """`text` is the likeliest sign of each place, never repaired; `confidence` the chance of its least
    certain sign; `country` VN, CN or "" (containers have none). `likely`: the container code that a person
    may be asked about, where the text is none; it is never taken."""

    what: What
    text: str
    country: str
    confidence: float
    found: Found
    chances: Chances = field(repr=False)
    why_not: tuple[WhyNot, ...] = ()
    likely: str = ""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The chance of the least certain sign from which on a text may be taken, chosen on drawings
    (docs/measurements.md); `smallest`: pixels along a text's height; `least`: how surely something must be
    found and read to be told at all."""

    plate: float = 0.7
    code: float = 0.7
    smallest: float = 9.0
    least: float = 0.12


class Eyes:
    """A finder and a reader for each kind."""

    def __init__(
        self, finder: Finder, readers: Mapping[Kind, Reader], thresholds: Thresholds | None = None
    ) -> None:
        self._finder, self._readers = finder, readers
        self._thresholds = thresholds or Thresholds()

    def look(self, picture: Picture) -> tuple[Sighting, ...]:
        """What is written in it, each text once. What is neither found nor read surely is left out. First
        comes what is an identity, and of these the nearest and surest: before a barrier that is whose turn
        it is."""
        seen = (self._read_as_either(picture, found) for found in self._finder.find(picture))
        real = [one for one in seen if sureness(one) >= self._thresholds.least]
        kept: list[Sighting] = []
        for one in sorted(real, key=lambda one: (is_identity(one), sureness(one)), reverse=True):
            if not any(is_same_place(one.found, other.found) for other in kept):
                kept.append(one)
        return tuple(
            sorted(
                kept, key=lambda one: (is_identity(one), sureness(one) * height_of(one.found)), reverse=True
            )
        )

    def _read_as_either(self, picture: Picture, found: Found) -> Sighting:
        """A code in a frame looks like a plate: what is a text, and none of its kind, is read as the other
        kind too, and is what it is read more surely as."""
        one = self.read(picture, found)
        if found.confidence < TEXT or not NO_SUCH_TEXT & set(one.why_not) or WhyNot.UNSURE not in one.why_not:
            return one
        other = self.read(picture, replace(found, kind=OTHER[found.kind]))
        return max(one, other, key=lambda text: text.confidence)

    def read(self, picture: Picture, found: Found) -> Sighting:
        """What is written between these corners, whoever found them."""
        chances = self._readers[found.kind].read(picture, found)
        text, confidence = likeliest(chances), certainty(chances)
        what, country, wrong = plate_named(text) if found.kind is Kind.PLATE else code_named(text)
        return Sighting(
            what=what, text=text, country=country, confidence=confidence, found=found, chances=chances,
            why_not=(*wrong, *self._doubts(picture, found, confidence)),
            likely=likely_code(chances) if what is What.CONTAINER else "",
        )  # fmt: skip

    def _doubts(self, picture: Picture, found: Found, confidence: float) -> tuple[WhyNot, ...]:
        limits = self._thresholds
        least = limits.plate if found.kind is Kind.PLATE else limits.code
        doubts = {
            WhyNot.UNSURE: confidence < least,
            WhyNot.TOO_SMALL: height_of(found) < limits.smallest,
            WhyNot.CUT_OFF: reaches_out(found, picture),
        }
        return tuple(why for why, is_so in doubts.items() if is_so)


def sureness(one: Sighting) -> float:
    """That there is a text, and that it says this."""
    return one.found.confidence * one.confidence


def is_identity(one: Sighting) -> bool:
    """By its form and check digit, and half legible: of eleven guessed codes one passes its check."""
    is_formed = not {*NO_SUCH_TEXT, WhyNot.CHECK_DIGIT} & set(one.why_not)
    return is_formed and one.confidence >= HALF_LEGIBLE


def is_same_place(one: Found, other: Found) -> bool:
    """The middle of one lies within the other."""
    return any(_is_within(middle_of(a), b) for a, b in ((one, other), (other, one)))


def middle_of(found: Found) -> Corner:
    xs, ys = zip(*found.corners, strict=True)
    return sum(xs) / 4, sum(ys) / 4


def _is_within(point: Corner, found: Found) -> bool:
    xs, ys = zip(*found.corners, strict=True)
    return min(xs) < point[0] < max(xs) and min(ys) < point[1] < max(ys)


def certainty(chances: Chances) -> float:
    return min((max(place.values()) for place in chances if place), default=0.0)


def plate_named(text: str) -> tuple[What, str, tuple[WhyNot, ...]]:
    try:
        plate = ids.parse_plate(text)
    except ids.Invalid:
        return What.PLATE, "", (WhyNot.NOT_A_PLATE,)
    return What.TRAILER if plate.is_trailer else What.PLATE, plate.country.value, ()


def code_named(text: str) -> tuple[What, str, tuple[WhyNot, ...]]:
    try:
        ids.parse_container(text)
    except ids.Invalid as error:
        wrong = error.code == ids.InvalidCode.CONTAINER_CHECK_DIGIT
        return What.CONTAINER, "", (WhyNot.CHECK_DIGIT if wrong else WhyNot.NOT_A_CODE,)
    return What.CONTAINER, "", ()


def height_of(found: Found) -> float:
    """In pixels, along the shorter of its sides: of a standing code that is its width."""
    (ax, ay), (bx, by), _, (dx, dy) = found.corners
    return min(hypot(bx - ax, by - ay), hypot(dx - ax, dy - ay))


def reaches_out(found: Found, picture: Picture, by: float = 0.02) -> bool:
    high, wide = picture.shape[:2]
    beyond = by * max(high, wide)

    def is_out(corner: Corner) -> bool:
        x, y = corner
        return not (-beyond <= x <= wide + beyond and -beyond <= y <= high + beyond)

    return any(map(is_out, found.corners))
