"""A drawn plate or code where a camera would see it: turned, leaning, small, before some background.

A corner's order is the text's: upper left, upper right, lower right, lower left, as it is read. `strip` cuts
the text out along them, which is what a reader is given. A `Lens` bends what was straight, most of all at the
picture's rim, where a camera above a lane sees a standing code.
"""

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .plates import Drawn, Picture

Quad = NDArray[np.float32]  # 4, 2: x and y of the corners in pixels
STANDING = 1.6  # so many times higher than wide: the signs stand below each other


@dataclass(frozen=True, slots=True)
class Placed:
    drawn: Drawn
    quad: Quad


def leaning(rng: random.Random, wide: float, high: float, size: float, much: float = 1.0) -> Quad:
    """Corners of a rectangle of these proportions after a turn in space; `size` is its length in pixels. What
    stands is seen from above and from nearby: its far end is much smaller."""
    is_standing = high > STANDING * wide
    scale = size / max(wide, high)
    w, h = wide * scale / 2, high * scale / 2
    flat = np.array([(-w, -h, 0), (w, -h, 0), (w, h, 0), (-w, h, 0)])
    turn = [rng.gauss(0, a * much) for a in ((0.5, 0.32, 0.14) if is_standing else (0.22, 0.32, 0.09))]
    matrix = np.eye(3)
    for axis, angle in enumerate(turn):
        c, s = np.cos(angle), np.sin(angle)
        i, j = [(1, 2), (0, 2), (0, 1)][axis]
        one = np.eye(3)
        one[i, i], one[i, j], one[j, i], one[j, j] = c, -s, s, c
        matrix = one @ matrix
    found = flat @ matrix.T
    away = (rng.uniform(0.9, 5) if is_standing else rng.uniform(2.5, 8)) * size
    return (found[:, :2] * (away / (away + found[:, 2]))[:, None]).astype(np.float32)


def paste(scene: Picture, drawn: Drawn, quad: Quad) -> None:
    """Draws it into the scene, edges softened."""
    high, wide = drawn.picture.shape[:2]
    x0, y0 = np.maximum(np.floor(quad.min(0)).astype(int) - 2, 0)
    x1, y1 = np.minimum(np.ceil(quad.max(0)).astype(int) + 3, scene.shape[1::-1])
    if x1 - x0 < 4 or y1 - y0 < 4:
        return
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    small, factor = drawn.picture, np.linalg.norm(quad[1] - quad[0]) / wide
    if factor < 0.5:  # a warp does not average: shrink first
        small = cv2.resize(small, None, fx=2 * factor, fy=2 * factor, interpolation=cv2.INTER_AREA)
        corners *= np.array(small.shape[1::-1], np.float32) / (wide, high)
    matrix = cv2.getPerspectiveTransform(corners, quad - np.array((x0, y0), np.float32))
    size = (int(x1 - x0), int(y1 - y0))
    warped = cv2.warpPerspective(small, matrix, size, flags=cv2.INTER_LINEAR)
    there = cv2.warpPerspective(np.full(small.shape[:2], 255, np.uint8), matrix, size)
    share = (cv2.GaussianBlur(there, (3, 3), 0) / 255.0)[..., None]
    part = scene[y0:y1, x0:x1]
    part[:] = (part * (1 - share) + warped * share).astype(np.uint8)


def loose(quad: Quad, rng: random.Random, much: float = 0.06) -> Quad:
    """As a locator would find it: each corner a little off, a margin around all."""
    w = np.linalg.norm(quad[1] - quad[0])
    h = np.linalg.norm(quad[3] - quad[0])
    along, down = (quad[1] - quad[0]) / max(w, 1), (quad[3] - quad[0]) / max(h, 1)
    tall = min(w, h)  # of a standing code it is the width that its signs have
    found = quad.copy()
    ends = (0.0, 0.0)
    if stands(quad):  # where it ends is found far less well than its sides, and rather too far out
        ends = tuple(float(np.clip(rng.gauss(0.3, rng.choice((0.1, 1.0))), -0.35, 2.5)) for _ in range(2))
    for n, (sx, sy) in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1))):
        out, off = rng.uniform(0.0, 0.09), rng.gauss(0, much)
        end = sy * (out + ends[n // 2]) + rng.gauss(0, much)
        found[n] += along * (sx * out + off) * tall + down * end * tall
    return found


def stands(quad: Quad) -> bool:
    return bool(np.linalg.norm(quad[3] - quad[0]) > STANDING * np.linalg.norm(quad[1] - quad[0]))


def straightening(quad: Quad, size: tuple[int, int]) -> tuple[NDArray[np.float64], bool]:
    """From the picture to the strip of `size` (width, height), and whether that shrinks. A standing text lies
    down, its first sign at the left, each sign on its side."""
    wide, high = size
    corners = quad
    if stands(quad):
        corners = quad[[1, 2, 3, 0]]
    target = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return matrix, bool(np.linalg.norm(corners[1] - corners[0]) > 2 * wide)


def strip(picture: Picture, quad: Quad, size: tuple[int, int]) -> Picture:
    """The text cut out and straightened."""
    matrix, shrinks = straightening(quad, size)
    flags = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return cv2.warpPerspective(picture, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)


def through(points: NDArray[np.float32], matrix: NDArray[np.float64]) -> NDArray[np.float32]:
    """Where points, n by 2, are after a change of view."""
    return cv2.perspectiveTransform(points[None].astype(np.float64), matrix)[0].astype(np.float32)


def onto(drawn: Drawn, quad: Quad) -> NDArray[np.float64]:
    """From the drawing to where it was put."""
    high, wide = drawn.picture.shape[:2]
    flat = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    return cv2.getPerspectiveTransform(flat, quad.astype(np.float32))


@dataclass(frozen=True, slots=True)
class Lens:
    """What is seen `r` away from its middle, in parts of its reach, was at `r * (1 + bend * r ** 2)`."""

    middle: tuple[float, float]
    reach: float
    bend: float

    @classmethod
    def some(cls, rng: random.Random, size: tuple[int, int], quad: Quad | None = None) -> "Lens":
        """Over a picture of this width and height; of a part of a picture its middle lies beside the text, at
        `quad`, which then bows."""
        wide, high = size
        middle = np.array((wide, high)) / 2
        if quad is None:
            middle += [rng.gauss(0, 0.15 * wide), rng.gauss(0, 0.15 * high)]
        else:
            along, down = quad[1] - quad[0], quad[3] - quad[0]
            middle = quad.mean(0) + rng.gauss(0, 0.8) * along + rng.gauss(0, 0.8) * down
            beside = along if np.linalg.norm(along) < np.linalg.norm(down) else down
            middle += rng.gauss(0, 0.5) * max(np.linalg.norm(along), np.linalg.norm(down)) * _unit(beside)
        rim = np.array(((0, 0), (wide, 0), (wide, high), (0, high)), float)
        reach = float(np.linalg.norm(rim - middle, axis=1).max())
        return cls((float(middle[0]), float(middle[1])), reach, rng.choice((-1, 1)) * rng.uniform(0.03, 0.22))

    def before(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        off = (points - self.middle) / self.reach
        there = off * (1 + self.bend * (off**2).sum(-1, keepdims=True))
        return (there * self.reach + self.middle).astype(np.float32)

    def after(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        was = (points - self.middle) / self.reach
        now = was.copy()
        for _ in range(30):
            now = was / (1 + self.bend * (now**2).sum(-1, keepdims=True))
        return (now * self.reach + self.middle).astype(np.float32)

    def seen(self, picture: Picture) -> Picture:
        high, wide = picture.shape[:2]
        y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
        there = self.before(np.stack((x, y), -1))
        return cv2.remap(
            picture, there[..., 0], there[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )

    def around(self, quad: Quad) -> Quad:
        """Corners around a text that is bent now: where its ends are, moved out as far as its sides bow."""
        found = self.after(quad)
        parts = np.linspace(0, 1, 9)[:, None]
        out = np.zeros_like(found)
        for a in range(4):
            b = (a + 1) % 4
            side = self.after((quad[a] * (1 - parts) + quad[b] * parts).astype(np.float32))
            run = _unit(found[b] - found[a])
            normal = np.array((run[1], -run[0]))  # out of it: corners go round as a clock does
            bow = max(0.0, float(((side - found[a]) @ normal).max()))
            out[a] += bow * normal
            out[b] += bow * normal
        return (found + out).astype(np.float32)

    def bears(self, quad: Quad) -> bool:
        """Whether a text there stays one: beyond the rim points have no place."""
        now = self.around(quad)
        area = cv2.contourArea(now) / max(cv2.contourArea(quad.astype(np.float32)), 1e-6)
        return bool(np.isfinite(now).all()) and cv2.isContourConvex(now) and 0.4 < area < 2.5


def _unit(way: NDArray[np.float32]) -> NDArray[np.float32]:
    return way / max(float(np.linalg.norm(way)), 1e-6)
