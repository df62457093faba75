"""The part of a picture in which a lane's own vehicles stand: of several in one frame only those count.

A region is a polygon in parts of the picture, 0 to 1 from the upper left; an empty one is the whole. Pure.
"""

from collections.abc import Sequence

Point = tuple[float, float]


def middle(corners: Sequence[Point]) -> Point:
    return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)


def is_inside(region: Sequence[Point], point: Point) -> bool:
    """By how many sides are crossed on the way out; a point on a side may count either way."""
    if not region:
        return True
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in zip(region, (*region[1:], region[0]), strict=True):
        if (ay > y) != (by > y) and x < ax + (bx - ax) * (y - ay) / (by - ay):
            inside = not inside
    return inside


def stands_in(region: Sequence[Point], corners: Sequence[Point], wide: int, high: int) -> bool:
    """Whether the middle of a text, told in pixels, is in the region."""
    x, y = middle(corners)
    return is_inside(region, (x / max(wide, 1), y / max(high, 1)))
