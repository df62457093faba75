"""What was missed, as pictures small enough for a page: the photo with the box, and the strip that was read.

Of many misses the worst are kept, so that memory does not grow with the photos.
"""

from base64 import b64encode
from dataclasses import dataclass, field
from io import BytesIO
from math import hypot
from typing import Final

from PIL import Image

from ..contracts import Picture
from ..drawing import drawn
from ..reading import Photo
from ..seeing import Sighting
from .labelled import Labelled
from .scoring import ORDER, Judged, Miss, best_of

THUMBNAIL: Final = (360, 270)
STRIP: Final = (240, 80)


@dataclass(frozen=True, slots=True)
class Kept:
    """A miss with its pictures as `data:` addresses, "" where there is none."""

    judged: Judged
    thumbnail: str = field(default="", repr=False)
    strip: str = field(default="", repr=False)


class Gallery:
    """Up to `most` misses, the worst kinds first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Miss, list[Kept]] = {miss: [] for miss in ORDER}

    def wants(self, miss: Miss | None) -> bool:
        return miss is not None and sum(map(len, self._up_to(miss))) < self._most

    def add(self, one: Kept) -> None:
        if one.judged.miss is None or not self.wants(one.judged.miss):
            return
        self._kept[one.judged.miss].append(one)
        self._drop_the_mildest()

    def _up_to(self, miss: Miss) -> list[list[Kept]]:
        return [self._kept[one] for one in ORDER[: ORDER.index(miss) + 1]]

    def _drop_the_mildest(self) -> None:
        if sum(map(len, self._kept.values())) > self._most:
            next(kept for miss in reversed(ORDER) if (kept := self._kept[miss])).pop()

    @property
    def kept(self) -> list[Kept]:
        return [one for miss in ORDER for one in self._kept[miss]]


def pictured(judged: Judged, labelled: Labelled, photo: Photo, picture: Picture | None) -> Kept:
    if picture is None:
        return Kept(judged)
    best = best_of(photo.sightings, labelled.sought if labelled.label else None)
    image = drawn(picture, photo.sightings, THUMBNAIL)
    return Kept(judged, address_of(image), address_of(strip(picture, best)) if best else "")


def strip(picture: Picture, sighting: Sighting) -> Image.Image:
    """Cut out along its corners and straightened; a standing code stays standing."""
    corners = sighting.found.corners
    (ax, ay), (bx, by), _, (dx, dy) = corners
    wide, high = max(1.0, hypot(bx - ax, by - ay)), max(1.0, hypot(dx - ax, dy - ay))
    factor = min(STRIP[0] / wide, STRIP[1] / high, 4.0) if wide > high else STRIP[0] / high
    size = max(1, round(wide * factor)), max(1, round(high * factor))
    upper_left, upper_right, lower_right, lower_left = corners
    order = (*upper_left, *lower_left, *lower_right, *upper_right)
    return Image.fromarray(picture).transform(size, Image.Transform.QUAD, order, Image.Resampling.BILINEAR)


def address_of(image: Image.Image) -> str:
    written = BytesIO()
    image.convert("RGB").save(written, "JPEG", quality=72)
    return "data:image/jpeg;base64," + b64encode(written.getvalue()).decode()
