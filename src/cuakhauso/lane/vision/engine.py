"""Our own networks behind the ports. `eyes()` is where to begin."""

from math import hypot

import numpy as np
from PIL import Image

from .contracts import Corner, Found, Kind, Picture, Reader
from .locating import Quad, Spot, is_same, spots
from .networks import as_input, session
from .readers import CodeReader, PlateReader
from .seeing import Eyes

LONGEST = 640  # pixels of the longer side that the locator looks at
# Pixels: a text that is shorter than the one is looked at again, as long as the other.
CLOSER_BELOW, CLOSER_LONG = 110.0, 200.0
WHOLE, LEAST_WIDE, MOST_WIDE = 400, 1.2, 7.0  # a picture no wider, of a plate's shape, may be nothing else
FAINT = 0.4  # in parts of the likeliest text's chance: what is less likely beside it is none


def eyes(threads: int = 1) -> Eyes:
    """Raises `NoWeights`."""
    readers: dict[Kind, Reader] = {Kind.PLATE: PlateReader(threads), Kind.CODE: CodeReader(threads)}
    return Eyes(NetFinder(threads), readers)


class NetFinder:
    def __init__(self, threads: int = 1, longest: int = LONGEST) -> None:
        self._session, self._longest = session("locate", threads), longest
        facts = self._session.get_modelmeta().custom_metadata_map
        self._kinds = tuple(Kind(kind) for kind in facts["kinds"].split(","))
        self._cell = int(facts["cell"])

    def find(self, picture: Picture) -> tuple[Found, ...]:
        """Looked at twice, the second time from twice as far away: a code may fill the picture."""
        high, wide = picture.shape[:2]
        scale = min(1.0, self._longest / max(high, wide))
        near = padded(picture, scale)
        far = padded(np.asarray(Image.fromarray(near).reduce(2)), 1.0)
        views = ((near, scale), (far, scale / 2))
        seen = [(spot, once) for view, once in views for spot in self._spots(view)]
        found: list[Found] = []
        for spot, once in sorted(seen, key=lambda one: -one[0].chance):
            if found and spot.chance < FAINT * found[0].confidence:
                break
            one = self._closer(picture, spot, once)
            if not any(is_same(np.array(one.corners), np.array(other.corners)) for other in found):
                found.append(one)
        if wide <= WHOLE and LEAST_WIDE <= wide / high <= MOST_WIDE:
            corners: tuple[Corner, Corner, Corner, Corner] = ((0, 0), (wide, 0), (wide, high), (0, high))
            found.append(Found(Kind.PLATE, corners, 0.5))
        return tuple(found)

    def _spots(self, picture: Picture) -> list[Spot]:
        """`picture`: each side a multiple of 32."""
        heat, corners = self._session.run(None, {"picture": as_input(picture[None])})
        return spots(heat[0], corners[0], self._cell)

    def _closer(self, picture: Picture, spot: Spot, scale: float) -> Found:
        """A text that is small here, and larger in what the camera took, is looked at again."""
        quad = spot.quad / scale
        long = max(hypot(*(spot.quad[1] - spot.quad[0])), hypot(*(spot.quad[3] - spot.quad[0])))
        if long < CLOSER_BELOW and scale < 0.75:
            quad = self._again(picture, quad, min(1.0, scale * CLOSER_LONG / long))
        a, b, c, d = ((float(x), float(y)) for x, y in quad)
        return Found(self._kinds[spot.kind], (a, b, c, d), spot.chance)

    def _again(self, picture: Picture, quad: Quad, scale: float) -> Quad:
        high, wide = picture.shape[:2]
        room = 0.5 * (quad.max(0) - quad.min(0)).max()
        x0, y0 = np.clip(np.floor(quad.min(0) - room), 0, (wide - 1, high - 1)).astype(int)
        x1, y1 = np.clip(np.ceil(quad.max(0) + room), 1, (wide, high)).astype(int)
        middle = quad.mean(0)
        part = padded(picture[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)], scale)
        for spot in self._spots(part):
            seen: Quad = spot.quad / scale + (x0, y0)
            if (seen.min(0) < middle).all() and (middle < seen.max(0)).all():
                return seen
        return quad


def padded(picture: Picture, scale: float, by: int = 32) -> Picture:
    """Made smaller, and filled up with black so that each side is a multiple of `by`."""
    image = Image.fromarray(picture)
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    wide, high = -(-image.width // by) * by, -(-image.height // by) * by
    if (wide, high) != image.size:
        room = Image.new("RGB", (wide, high))
        room.paste(image)
        image = room
    return np.asarray(image, np.uint8)
