"""What the locator's maps say: where texts are. Pure.

For each cell there is a chance per kind that a text's middle is there, and the way from the cell to the
corners of the text that it lies in. A corner is best known from nearby: the middle tells roughly, and then
cells on the way to each corner are asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.float32]
Quad = NDArray[np.float64]
LEAST, MOST = 0.25, 12
# Parts of the way from a text's middle to just inside of its corners; of lines so much longer than high.
WAY, WAY_LONG, LONG = (0.4, 0.7), (0.4, 0.7, 0.9), 6.0


@dataclass(frozen=True, slots=True)
class Spot:
    """`kind` is the number of the map it was found in; corners in the pixels of the network's picture."""

    kind: int
    chance: float
    quad: Quad


def spots(heat: Map, corners: Map, cell: int, least: float = LEAST) -> list[Spot]:
    """`heat` kinds, high, wide; `corners` 8, high, wide, in pixels from the cell's middle. The likeliest
    first, each text once."""
    found: list[Spot] = []
    for kind, row, column, chance in _peaks(heat, least):
        quad = _closer(corners, _told(corners, row, column, cell), cell)
        if not _is_text(quad) or any(is_same(quad, other.quad) for other in found):
            continue
        found.append(Spot(kind, chance, quad))
        if len(found) == MOST:
            break
    return found


def _peaks(heat: Map, least: float) -> Iterator[tuple[int, int, int, float]]:
    best = heat.max(0)
    padded = np.pad(best, 1, constant_values=-1.0)
    around = np.lib.stride_tricks.sliding_window_view(padded, (3, 3)).max((-1, -2))
    rows, columns = np.nonzero((best >= around) & (best >= least))
    for n in np.argsort(-best[rows, columns])[: 4 * MOST]:
        row, column = int(rows[n]), int(columns[n])
        yield int(heat[:, row, column].argmax()), row, column, float(best[row, column])


def _told(corners: Map, row: int, column: int, cell: int) -> Quad:
    at = ((column + 0.5) * cell, (row + 0.5) * cell)
    return corners[:, row, column].reshape(4, 2).astype(float) + at


def _closer(corners: Map, quad: Quad, cell: int) -> Quad:
    """Each corner as the cells say that lie on the way to it: from the middle a far end is known roughly, and
    beyond the end nobody knows anything, so that the last that are asked lie well inside."""
    for part in WAY_LONG if _is_long(quad) else WAY:
        quad = _asked(corners, quad, cell, part)
    return quad


def _asked(corners: Map, quad: Quad, cell: int, part: float) -> Quad:
    """By the cells that lie so far on the way from the middle to just inside of each corner."""
    along, down = _unit(quad[1] + quad[2] - quad[0] - quad[3]), _unit(quad[3] + quad[2] - quad[0] - quad[1])
    ways = ((1, 1), (-1, 1), (-1, -1), (1, -1))
    high, wide = corners.shape[1:]
    found, middle = quad.copy(), quad.mean(0)
    for n, (x, y) in enumerate(ways):
        inside = 0.5 * min(_long(quad[n - 1] - quad[n]), _long(quad[(n + 1) % 4] - quad[n]))
        near = quad[n] + inside * (x * along + y * down)
        at = (middle + part * (near - middle)) / cell
        column, row = int(np.clip(at[0], 0, wide - 1)), int(np.clip(at[1], 0, high - 1))
        found[n] = _told(corners, row, column, cell)[n]
    return found


def _is_long(quad: Quad) -> bool:
    """Lying: where a standing code ends is known less well."""
    return _long(quad[1] - quad[0]) > LONG * _long(quad[3] - quad[0])


def _unit(way: NDArray[np.float64]) -> NDArray[np.float64]:
    return way / max(_long(way), 1e-6)


def _long(way: NDArray[np.float64]) -> float:
    return float(np.hypot(way[0], way[1]))


def _is_text(quad: Quad) -> bool:
    """Four corners in their order, around something."""
    if not np.isfinite(quad).all():
        return False
    x, y = quad[:, 0], quad[:, 1]
    area = 0.5 * float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))
    return area > 24.0


def is_same(quad: Quad, other: Quad) -> bool:
    """Its middle lies in the other, or they cover each other for the most part."""
    low, top = np.maximum(quad.min(0), other.min(0)), np.minimum(quad.max(0), other.max(0))
    both = float(np.prod(np.maximum(top - low, 0)))
    least = min(float(np.prod(one.max(0) - one.min(0))) for one in (quad, other))
    return both > 0.5 * max(least, 1e-6)
