"""From the locator's maps to texts: each once, its corners as its nearest cells say."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cuakhauso.lane.vision.locating import spots

CELL = 8
ONE = ((40, 60), (200, 64), (198, 92), (38, 88))
OTHER = ((40, 150), (120, 150), (120, 180), (40, 180))


def maps(
    *texts: tuple[int, tuple[tuple[float, float], ...]], off: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """As of a locator that knows everything; `off`: how wrong a corner is for each pixel of way."""
    heat, corners = np.zeros((3, 30, 32), np.float32), np.zeros((8, 30, 32), np.float32)
    y, x = np.mgrid[0:30, 0:32] * CELL + CELL / 2
    for kind, quad in texts:
        points = np.array(quad, float)
        middle = points.mean(0)
        heat[kind, int(middle[1] // CELL), int(middle[0] // CELL)] = 0.9
        low, top = points.min(0) - CELL, points.max(0) + CELL
        inside = (x >= low[0]) & (x <= top[0]) & (y >= low[1]) & (y <= top[1])
        for n, (cx, cy) in enumerate(points):
            corners[2 * n][inside] = ((cx - x) * (1 + off))[inside]
            corners[2 * n + 1][inside] = ((cy - y) * (1 + off))[inside]
    return heat, corners


def test_a_text_is_found_with_its_corners() -> None:
    (spot,) = spots(*maps((1, ONE)), CELL)
    assert spot.kind == 1
    assert spot.chance > 0.85
    assert np.abs(spot.quad - np.array(ONE)).max() < 1e-3


def test_corners_are_told_by_cells_nearer_to_them_than_the_middle_is() -> None:
    """A cell in the middle that errs by a tenth of the way errs by 8 pixels at a far corner."""
    (spot,) = spots(*maps((1, ONE), off=0.1), CELL)
    assert np.abs(spot.quad - np.array(ONE)).max() < 5


def test_where_a_far_end_is_told_too_far_out_the_cells_beyond_it_are_not_asked() -> None:
    """From its middle a standing code seems a fifth too long, and what lies below it says anything."""
    standing = ((100, 40), (116, 40), (114, 200), (102, 200))
    heat, corners = maps((1, standing))
    corners[5, 15] *= 1.2
    corners[7, 15] *= 1.2
    below = np.mgrid[0:30, 0:32][0] * CELL > 185
    corners[5][below] = corners[7][below] = 90
    (spot,) = spots(heat, corners, CELL)
    assert abs(spot.quad[2, 1] - 200) < 4
    assert abs(spot.quad[3, 1] - 200) < 4


def test_a_tractor_and_its_trailer_are_two() -> None:
    assert [spot.kind for spot in spots(*maps((0, ONE), (0, OTHER)), CELL)] == [0, 0]


def test_one_text_with_two_likely_middles_is_one() -> None:
    heat, corners = maps((1, ONE))
    heat[0, 9, 18] = 0.8
    (spot,) = spots(heat, corners, CELL)
    assert spot.kind == 1


def test_what_is_hardly_likely_is_not_told() -> None:
    heat, corners = maps((0, ONE))
    assert spots(heat * 0.2, corners, CELL) == []


@given(arrays(np.float32, (11, 6, 7), elements=st.floats(-1e6, 1e6, width=32)))
def test_whatever_the_network_says_texts_have_corners_in_order(said: np.ndarray) -> None:
    for spot in spots(said[:3], said[3:], CELL):
        x, y = spot.quad[:, 0], spot.quad[:, 1]
        assert np.isfinite(spot.quad).all()
        assert np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) > 0
