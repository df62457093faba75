"""A text that leans in the picture lies straight in its strip, wherever the camera hangs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.lane.vision.contracts import Found, Kind
from cuakhauso.lane.vision.straightening import line_through, perspective, strip, wider


def found(*corners: tuple[float, float]) -> Found:
    a, b, c, d = corners
    return Found(Kind.PLATE, (a, b, c, d), 1.0)


def halves(wide: int = 120, high: int = 40) -> np.ndarray:
    """Red at the left, blue at the right, where its sides are 120 by 40 in the middle of 200 by 120."""
    picture = np.zeros((120, 200, 3), np.uint8)
    picture[40:80, 40:100, 0] = 255
    picture[40:80, 100:160, 2] = 255
    return picture


def colours(seen: np.ndarray) -> str:
    """Of the left and of the right quarter."""
    names = "rgb"
    wide = seen.shape[1]
    return "".join(
        names[int(part.mean((0, 1)).argmax())] for part in (seen[:, : wide // 4], seen[:, -wide // 4 :])
    )


def test_a_text_between_its_corners_fills_the_strip() -> None:
    seen = strip(halves(), found((40, 40), (160, 40), (160, 80), (40, 80)), 60, 20)
    assert seen.shape == (20, 60, 3)
    assert colours(seen) == "rb"
    assert seen[:, :28, 0].min() > 240
    assert seen[:, 32:, 2].min() > 240


def test_a_text_upside_down_is_read_from_its_first_sign() -> None:
    seen = strip(halves(), found((160, 80), (40, 80), (40, 40), (160, 40)), 60, 20)
    assert colours(seen) == "br"


def test_a_standing_code_lies_down_with_its_first_sign_at_the_left() -> None:
    standing = np.ascontiguousarray(halves().transpose(1, 0, 2))  # red above, blue below
    seen = strip(standing, found((40, 40), (80, 40), (80, 160), (40, 160)), 60, 20)
    assert colours(seen) == "rb"


def test_a_large_picture_is_averaged_and_not_sampled() -> None:
    fine = np.zeros((400, 1200, 3), np.uint8)
    fine[:, ::2] = 255
    seen = strip(fine, found((0, 0), (1200, 0), (1200, 400), (0, 400)), 60, 20)
    assert seen.min() > 100
    assert seen.max() < 155


def test_beyond_the_picture_its_edge_goes_on() -> None:
    white = np.full((50, 50, 3), 200, np.uint8)
    seen = strip(white, found((-30, -30), (90, -30), (90, 70), (-30, 70)), 60, 20)
    assert (seen == 200).all()


@given(st.lists(st.tuples(*[st.floats(-1e9, 1e9)] * 2), min_size=4, max_size=4))
def test_corners_of_any_kind_give_a_strip_and_no_fault(corners: list[tuple[float, float]]) -> None:
    assert strip(halves(), found(*corners), 60, 20).shape == (20, 60, 3)


def test_the_eight_numbers_take_each_corner_to_its_place() -> None:
    here = np.array(((0, 0), (60, 0), (60, 20), (0, 20)), float)
    there = np.array(((13, 22), (101, 37), (96, 71), (9, 49)), float)
    a, b, c, d, e, f, g, h = perspective(here, there)
    for (x, y), (u, v) in zip(here, there, strict=True):
        below = g * x + h * y + 1
        assert abs((a * x + b * y + c) / below - u) < 1e-6
        assert abs((d * x + e * y + f) / below - v) < 1e-6


def test_a_wider_view_has_as_much_more_on_each_side() -> None:
    seen = wider(found((40, 40), (160, 40), (160, 80), (40, 80)), 0.25, 0.5)
    assert np.allclose(seen.corners, ((30, 30), (170, 30), (170, 90), (30, 90)))


def test_beside_a_standing_text_there_is_more_room_than_before_and_after_it() -> None:
    seen = wider(found((40, 40), (60, 40), (60, 240), (40, 240)), 0.1, 0.4)
    assert np.allclose(seen.corners, ((32, 38), (68, 38), (68, 242), (32, 242)))


EVEN = tuple((n + 0.5) / 11 for n in range(11))


def bowed(wide: int = 300, high: int = 120) -> np.ndarray:
    """Eleven stripes, lighter and lighter, on a band that hangs in the middle and ends at two thirds."""
    picture = np.zeros((high, wide, 3), np.uint8)
    for x in range(wide * 2 // 3):
        top = round(20 + 60 * x / wide * (1 - 1.5 * x / wide) * 4)
        picture[top : top + 20, x] = 50 + 20 * (x * 33 // (2 * wide))
    return picture


def middles(picture: np.ndarray) -> np.ndarray:
    """Of each stripe, in parts of the picture."""
    high, wide = picture.shape[:2]
    at = [np.argwhere(picture[..., 0] == 50 + 20 * n).mean(0) for n in range(11)]
    return np.array(at)[:, ::-1] / (wide, high)


def test_along_its_signs_a_text_that_bows_and_ends_too_early_is_straight_and_fills_the_strip() -> None:
    picture = bowed()
    whole = found((0, 0), (300, 0), (300, 120), (0, 120))
    line = line_through(middles(picture), EVEN)
    assert line is not None
    seen = strip(picture, whole, 300, 120, line)
    assert np.allclose(middles_near(seen), np.stack((EVEN, np.full(11, 0.5)), 1), atol=0.02)
    assert strip(picture, whole, 300, 120)[:, 210:].max() == 0, "which it did not before"


def middles_near(picture: np.ndarray) -> np.ndarray:
    """Of each stripe, where a warp has mixed their shades a little."""
    high, wide = picture.shape[:2]
    shades = picture[..., 0].astype(int)
    at = [np.median(np.argwhere(abs(shades - 50 - 20 * n) < 6), 0) for n in range(11)]
    return np.array(at)[:, ::-1] / (wide, high)


def test_what_stands_in_the_straight_strip_is_where_it_came_from() -> None:
    before = middles(bowed())
    line = line_through(before, EVEN)
    assert line is not None
    assert np.allclose(line.before(np.stack((EVEN, np.full(11, 0.5)), 1)), before, atol=0.02)


def test_two_signs_that_were_taken_for_something_else_do_not_bend_the_line() -> None:
    seen = middles(bowed())
    seen[3] += (0.15, 0.3)
    seen[7] -= (0.15, 0.3)
    line = line_through(seen, EVEN)
    assert line is not None
    assert np.allclose(line.before(np.array([(0.5, 0.5)])), [middles(bowed())[5]], atol=0.03)


def test_two_signs_that_lie_off_on_one_side_do_not_pull_the_line_over() -> None:
    seen = middles(bowed())
    seen[[3, 4]] += (0.0, 0.3)
    line = line_through(seen, EVEN)
    assert line is not None
    ends = np.array([(EVEN[0], 0.5), (EVEN[10], 0.5)])
    assert np.allclose(line.before(ends), middles(bowed())[[0, 10]], atol=0.03)
    assert np.allclose(line.before(np.array([(0.5, 0.5)])), [middles(bowed())[5]], atol=0.03)


def test_a_line_that_leads_out_beside_the_corners_is_followed() -> None:
    """The text bows so much that its middle lies under the corners that were found."""
    picture = np.zeros((120, 300, 3), np.uint8)
    picture[54:64] = 200
    corners = found((0, 20), (300, 20), (300, 50), (0, 50))
    low = np.array([(part, 1.3) for part in EVEN])  # as parts of the strip between those corners
    line = line_through(low, EVEN)
    assert line is not None
    seen = strip(picture, corners, 300, 30, line)
    assert seen[13:17, 20:280].min() > 150
    assert strip(picture, corners, 300, 30).max() == 0


def test_signs_that_run_backwards_are_no_line() -> None:
    assert line_through(middles(bowed())[::-1], EVEN) is None


@given(st.lists(st.tuples(*[st.floats(0, 1)] * 2), min_size=11, max_size=11), st.data())
def test_signs_anywhere_give_a_strip_and_no_fault(middles: list[tuple[float, float]], data) -> None:
    line = line_through(np.array(middles), EVEN)
    corners = data.draw(st.lists(st.tuples(*[st.floats(-1e9, 1e9)] * 2), min_size=4, max_size=4))
    if line is not None:
        assert strip(halves(), found(*corners), 60, 20, line).shape == (20, 60, 3)
