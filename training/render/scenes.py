"""A drawn plate or code where a camera would see it: turned, leaning, small, before some background.

A corner's order is the text's: upper left, upper right, lower right, lower left, as it is read. `strip` cuts
the text out along them, which is what a reader is given.
"""

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .plates import Drawn, Picture

Quad = NDArray[np.float32]  # 4, 2: x and y of the corners in pixels


@dataclass(frozen=True, slots=True)
class Placed:
    drawn: Drawn
    quad: Quad


def leaning(rng: random.Random, wide: float, high: float, size: float, much: float = 1.0) -> Quad:
    """Corners of a rectangle of these proportions after a turn in space; `size` is its length in pixels."""
    scale = size / max(wide, high)
    w, h = wide * scale / 2, high * scale / 2
    flat = np.array([(-w, -h, 0), (w, -h, 0), (w, h, 0), (-w, h, 0)])
    turn = [rng.gauss(0, a * much) for a in (0.22, 0.32, 0.09)]
    matrix = np.eye(3)
    for axis, angle in enumerate(turn):
        c, s = np.cos(angle), np.sin(angle)
        i, j = [(1, 2), (0, 2), (0, 1)][axis]
        one = np.eye(3)
        one[i, i], one[i, j], one[j, i], one[j, j] = c, -s, s, c
        matrix = one @ matrix
    found = flat @ matrix.T
    away = rng.uniform(2.5, 8) * size
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
    for n, (sx, sy) in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1))):
        out, off = rng.uniform(0.0, 0.09), rng.gauss(0, much)
        found[n] += along * (sx * out + off) * tall + down * (sy * out + rng.gauss(0, much)) * tall
    return found


def straightening(quad: Quad, size: tuple[int, int]) -> tuple[NDArray[np.float64], bool]:
    """From the picture to the strip of `size` (width, height), and whether that shrinks. A standing text lies
    down, its first sign at the left, each sign on its side."""
    wide, high = size
    corners = quad
    if np.linalg.norm(quad[3] - quad[0]) > 1.6 * np.linalg.norm(quad[1] - quad[0]):
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
