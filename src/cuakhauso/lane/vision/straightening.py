"""The part of a picture between four corners, straightened into a strip."""

from math import hypot

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .contracts import Corner, Found, Picture

Quad = NDArray[np.float64]  # 4, 2
Corners = tuple[Corner, Corner, Corner, Corner]
STANDING = 1.6  # so many times higher than wide: its signs stand below each other


def strip(picture: Picture, found: Found, wide: int, high: int) -> Picture:
    """`high`, `wide`, 3. A standing text lies down, its first sign at the left, each sign on its side. Beyond
    the picture its edge goes on."""
    quad = as_read(found.corners)
    part, quad = _around(picture, quad)
    image = Image.fromarray(part)
    factor = int(max(hypot(*(quad[1] - quad[0])) / wide, hypot(*(quad[3] - quad[0])) / high))
    if factor >= 2:  # a warp does not average
        image, quad = image.reduce(factor), quad / factor
    target = np.array(((0, 0), (wide, 0), (wide, high), (0, high)), float)
    how = tuple(perspective(target, quad))
    return np.asarray(
        image.transform((wide, high), Image.Transform.PERSPECTIVE, how, Image.Resampling.BILINEAR)
    )


def wider(found: Found, part: float, beside: float) -> Found:
    """With so much more on each side, in parts of the text's height; beside a standing text, whose signs a
    finder easily cuts, `beside`."""
    a, b, c, d = np.array(found.corners, float)
    along, down = (b + c - a - d) / 2, (c + d - a - b) / 2
    long, high = max(hypot(*along), 1e-6), max(hypot(*down), 1e-6)
    room = min(long, high) * np.array((beside if is_standing(found.corners) else part, part))
    x, y = along / long * room[0], down / high * room[1]
    one, two, three, four = ((float(u), float(v)) for u, v in (a - x - y, b + x - y, c + x + y, d - x + y))
    return Found(found.kind, (one, two, three, four), found.confidence)


def longer(found: Found, part: float) -> Found:
    """Its lower end moved out by a part of its length."""
    a, b, c, d = np.array(found.corners, float)
    three, four = ((float(x), float(y)) for x, y in (c + part * (c - b), d + part * (d - a)))
    return Found(found.kind, (*found.corners[:2], three, four), found.confidence)


def is_standing(corners: Corners) -> bool:
    (ax, ay), (bx, by), _, (dx, dy) = corners
    return hypot(dx - ax, dy - ay) > STANDING * hypot(bx - ax, by - ay)


def as_read(corners: Corners) -> Quad:
    quad = np.array(corners, float)
    return quad[[1, 2, 3, 0]] if is_standing(corners) else quad


def _around(picture: Picture, quad: Quad, margin: int = 4) -> tuple[Picture, Quad]:
    """The part of the picture that the corners lie in; where they lie beyond, its edge repeated. Corners that
    lie far beyond are no text's: what is repeated is bounded by the picture's own size."""
    high, wide = picture.shape[:2]
    quad = np.clip(quad, (-wide, -high), (2 * wide, 2 * high))
    low = np.floor(quad.min(0)).astype(int) - margin
    top = np.ceil(quad.max(0)).astype(int) + margin
    (x0, y0), (x1, y1) = np.clip(low, 0, (wide - 1, high - 1)), np.clip(top, 1, (wide, high))
    part = picture[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
    before, after = (
        np.maximum((x0, y0) - low, 0),
        np.maximum(top - (x0 + part.shape[1], y0 + part.shape[0]), 0),
    )
    if before.any() or after.any():
        part = np.pad(part, ((before[1], after[1]), (before[0], after[0]), (0, 0)), mode="edge")
    return np.ascontiguousarray(part), quad - (x0 - before[0], y0 - before[1])


def perspective(here: Quad, there: Quad) -> NDArray[np.float64]:
    """The eight numbers that take each point of `here` to its point of `there`, as Pillow wants them."""
    rows, right = [], []
    for (x, y), (u, v) in zip(here, there, strict=True):
        rows += [(x, y, 1, 0, 0, 0, -u * x, -u * y), (0, 0, 0, x, y, 1, -v * x, -v * y)]
        right += [u, v]
    found: NDArray[np.float64] = np.linalg.lstsq(np.array(rows, float), np.array(right, float), rcond=None)[0]
    return found
