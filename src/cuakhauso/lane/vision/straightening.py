"""The part of a picture between four corners, straightened into a strip: evenly, or along the signs in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .contracts import Corner, Found, Picture

Quad = NDArray[np.float64]  # 4, 2
Corners = tuple[Corner, Corner, Corner, Corner]
STANDING = 1.6  # so many times higher than wide: its signs stand below each other
MOST_BESIDE = 100  # pixels beside its corners that a text's line may lead to
PARTS = 16  # of a strip that is straightened along its signs: in each the line is straight
KEPT = 9  # of a code's eleven signs a line is drawn through: two may have been taken for what they are not


@dataclass(frozen=True, slots=True)
class Line:
    """Where in a strip its text runs: how far along it, and how far down, is what should stand at a place
    along a straight one, all in parts of a strip. Polynomials, the highest power first."""

    along: NDArray[np.float64]
    down: NDArray[np.float64]

    def before(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where in the strip is what stands at these points, n by 2, of the straight one."""
        places, off = points[:, 0], points[:, 1] - 0.5
        return np.stack((np.polyval(self.along, places), np.polyval(self.down, places) + off), 1)


def strip(picture: Picture, found: Found, wide: int, high: int, line: Line | None = None) -> Picture:
    """`high`, `wide`, 3. A standing text lies down, its first sign at the left, each sign on its side. Beyond
    the picture its edge goes on. With a line, which a first strip of the same corners showed, the text is
    made straight along it, and as long as the strip."""
    quad = as_read(found.corners)
    beside = 0.0 if line is None else min(np.ptp(quad, axis=0).min() / 2, MOST_BESIDE)
    part, quad = _around(picture, quad, 4 + int(beside))
    image = Image.fromarray(part)
    factor = int(max(hypot(*(quad[1] - quad[0])) / wide, hypot(*(quad[3] - quad[0])) / high))
    if factor >= 2:  # a warp does not average
        image, quad = image.reduce(factor), quad / factor
    target = np.array(((0, 0), (wide, 0), (wide, high), (0, high)), float)
    there = perspective(target, quad)
    if line is not None:
        mesh = _mesh(line, there, wide, high)
        return np.asarray(
            image.transform((wide, high), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
        )
    how = tuple(there)
    return np.asarray(
        image.transform((wide, high), Image.Transform.PERSPECTIVE, how, Image.Resampling.BILINEAR)
    )


def line_through(middles: NDArray[np.float64], even: Sequence[float]) -> Line | None:
    """Through the middles of a text's signs, n by 2, in parts of the strip that they were seen in; `even`:
    where along a strip they should stand. None where they do not follow each other. Of signs that stand in
    no line it is none of theirs: what is read along it is then unsure."""
    along, down = (_curve(np.array(even), of) for of in middles.T)
    return Line(along, down) if (np.polyval(np.polyder(along), (0, 1)) > 0).all() else None


def _curve(places: NDArray[np.float64], seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """Through most of them."""
    off = np.abs(np.polyval(np.polyfit(places, seen, 2), places) - seen)
    near = np.argsort(off)[:KEPT]
    return np.polyfit(places[near], seen[near], 2)


Box = tuple[int, int, int, int]
Eight = tuple[float, float, float, float, float, float, float, float]


def _mesh(line: Line, there: NDArray[np.float64], wide: int, high: int) -> list[tuple[Box, Eight]]:
    """The parts of a strip, and the corners in the picture of what belongs there, as Pillow wants them."""
    edges = [wide * n // PARTS for n in range(PARTS + 1)]
    rim = np.array([(edge / wide, down) for down in (0, 1) for edge in edges])
    x, y = (line.before(rim) * (wide, high)).T
    below = there[6] * x + there[7] * y + 1
    x, y = (there[[0, 3], None] * x + there[[1, 4], None] * y + there[[2, 5], None]) / below
    above, under = np.stack((x, y), 1).reshape(2, PARTS + 1, 2).tolist()
    return [
        ((edges[n], 0, edges[n + 1], high), (*above[n], *under[n], *under[n + 1], *above[n + 1]))
        for n in range(PARTS)
    ]


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


def is_standing(corners: Corners) -> bool:
    (ax, ay), (bx, by), _, (dx, dy) = corners
    return hypot(dx - ax, dy - ay) > STANDING * hypot(bx - ax, by - ay)


def as_read(corners: Corners) -> Quad:
    quad = np.array(corners, float)
    return quad[[1, 2, 3, 0]] if is_standing(corners) else quad


def _around(picture: Picture, quad: Quad, margin: int) -> tuple[Picture, Quad]:
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
