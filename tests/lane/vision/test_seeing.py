"""Of several texts in one picture: which is told first."""

import numpy as np
import pytest

from cuakhauso.lane.contracts import Chances
from cuakhauso.lane.vision.contracts import Found, Kind, Picture
from cuakhauso.lane.vision.seeing import Eyes

NEAR = Found(Kind.CODE, ((10, 10), (610, 10), (610, 110), (10, 110)), 0.9)
FAR = Found(Kind.CODE, ((700, 300), (850, 300), (850, 322), (700, 322)), 0.9)


class Told:
    """Finds what is told, and reads there what is told."""

    def __init__(self, texts: dict[Found, tuple[str, float]]) -> None:
        self._texts = texts

    def find(self, picture: Picture) -> tuple[Found, ...]:
        return tuple(self._texts)

    def read(self, picture: Picture, found: Found) -> Chances:
        text, certain = self._texts[found]
        return tuple({sign: certain, **dict.fromkeys("!?*", (1 - certain) / 3)} for sign in text)


def first(near: tuple[str, float], far: tuple[str, float]) -> str:
    told = Told({NEAR: near, FAR: far})
    seen = Eyes(told, {Kind.PLATE: told, Kind.CODE: told}).look(np.zeros((480, 960, 3), np.uint8))
    return seen[0].text


@pytest.mark.parametrize(("certain", "is_first"), [(0.34, False), (0.6, True)])
def test_a_near_code_that_is_guessed_is_not_told_before_one_that_is_read(certain, is_first):
    """One guess of eleven passes its check digit."""
    near, far = "TSTU1004288", "MSKU1234565"
    assert (first((near, certain), (far, 0.98)) == near) is is_first


def test_a_near_code_whose_check_digit_is_wrong_is_told_after_one_that_is_an_identity():
    assert first(("TSTU1004287", 0.98), ("MSKU1234565", 0.9)) == "MSKU1234565"
