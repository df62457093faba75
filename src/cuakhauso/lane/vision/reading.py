"""One photo from its file to what is told of it: as an object, as JSON, as lines of words.

Nothing of this opens anything. One picture cannot tell a vehicle from a poster or a telephone that shows
its plate: what protects is evidence over several frames, what is expected, and the loops (docs/lane.md).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol

from cuakhauso.core import identifiers as ids

from ..sentences import say
from .contracts import Found, Kind, Picture
from .opening import NotOpened, Unopened, opened, part_of
from .seeing import Sighting, What, WhyNot
from .words import KINDS, OUTCOMES, UNOPENED, WHY_NOT, Outcome, likely_in_words


class Looks(Protocol):
    """`seeing.Eyes`, or who is measured in its place."""

    def look(self, picture: Picture) -> tuple[Sighting, ...]: ...

    def read(self, picture: Picture, found: Found) -> Sighting: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo that was looked at, or why not; of one that broke off, what could be read all the same. `size`:
    width and height; times in milliseconds."""

    name: str
    sightings: tuple[Sighting, ...] = ()
    unopened: Unopened | None = None
    size: tuple[int, int] = (0, 0)
    opened_ms: float = 0.0
    looked_ms: float = 0.0

    @property
    def outcome(self) -> Outcome | Unopened:
        if self.unopened:
            return self.unopened
        if not self.sightings:
            return Outcome.NOTHING_FOUND
        return Outcome.READ if any(map(is_accepted, self.sightings)) else Outcome.ASK


def is_accepted(sighting: Sighting) -> bool:
    return not sighting.why_not


def looked_at(eyes: Looks, path: Path, crop: Kind | None = None) -> tuple[Photo, Picture | None]:
    """With the picture, for who draws on it. `crop`: the photo is nothing but a plate, or a code, and nobody
    has to find it."""
    began = time.perf_counter()
    unopened, picture = None, None
    try:
        picture = opened(path)
    except NotOpened as fault:
        unopened = fault.why
        if unopened is Unopened.TRUNCATED:
            picture = part_of(path)
    if picture is None:
        return Photo(name=str(path), unopened=unopened, opened_ms=_ms_since(began)), None
    decoded = time.perf_counter()
    sightings = eyes.look(picture) if crop is None else (eyes.read(picture, whole(picture, crop)),)
    if unopened:
        sightings = tuple(replace(one, why_not=(*one.why_not, WhyNot.BROKEN_OFF)) for one in sightings)
    high, wide = picture.shape[:2]
    photo = Photo(
        name=str(path), sightings=sightings, unopened=unopened, size=(wide, high),
        opened_ms=(decoded - began) * 1000, looked_ms=_ms_since(decoded),
    )  # fmt: skip
    return photo, picture


def whole(picture: Picture, kind: Kind) -> Found:
    high, wide = (float(side) for side in picture.shape[:2])
    return Found(kind, ((0.0, 0.0), (wide, 0.0), (wide, high), (0.0, high)), 1.0)


def _ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


# --- told ----------------------------------------------------------------------------------------

MARKS: Final = {True: "✓", False: "?"}


def shown(sighting: Sighting) -> str:
    """As it is painted, where the grammar knows it; as it was read otherwise."""
    try:
        if sighting.what is What.CONTAINER:
            return ids.shown_container(ids.parse_container(sighting.text))
        return ids.parse_plate(sighting.text).shown
    except ids.Invalid:
        return sighting.text


def as_json(photo: Photo, language: str) -> dict[str, Any]:
    return {
        "photo": photo.name,
        "outcome": photo.outcome.value,
        "outcome_in_words": outcome_in_words(photo, language),
        "size": list(photo.size),
        "ms": {"opened": round(photo.opened_ms, 1), "looked": round(photo.looked_ms, 1)},
        "sightings": [_sighting_as_json(one, language) for one in photo.sightings],
    }


def _sighting_as_json(sighting: Sighting, language: str) -> dict[str, Any]:
    return {
        "kind": sighting.what.value,
        "text": sighting.text,
        "shown": shown(sighting),
        "likely": sighting.likely,
        "country": sighting.country,
        "confidence": round(sighting.confidence, 4),
        "found": round(sighting.found.confidence, 4),
        "box": [[round(x, 1), round(y, 1)] for x, y in sighting.found.corners],
        "accepted": is_accepted(sighting),
        "why_not": [why.value for why in sighting.why_not],
        "why_not_in_words": [say(WHY_NOT[why], language) for why in sighting.why_not],
    }


def outcome_in_words(photo: Photo, language: str) -> str:
    outcome = photo.outcome
    return say(UNOPENED[outcome] if isinstance(outcome, Unopened) else OUTCOMES[outcome], language)


def in_lines(photo: Photo, language: str) -> Iterator[str]:
    """The photo, then all that was found in it: which of several is the lane's is not decided here."""
    was_looked_at = photo.sightings or not photo.unopened
    took = f" ({len(photo.sightings)}; {photo.looked_ms:.0f} ms)" if was_looked_at else ""
    yield f"{photo.name}: {outcome_in_words(photo, language)}{took}"
    for one in photo.sightings:
        corners = " ".join(f"{x:.0f},{y:.0f}" for x, y in one.found.corners)
        words = [
            say(KINDS[one.what], language),
            shown(one),
            one.country,
            f"{one.confidence:.1%}",
            f"[{corners}]",
        ]
        reasons = [say(WHY_NOT[why], language) for why in one.why_not]
        why = "; ".join(filter(None, [*reasons, likely_in_words(one.likely, language)]))
        yield f"  {MARKS[is_accepted(one)]} " + "  ".join(filter(None, [*words, why]))
