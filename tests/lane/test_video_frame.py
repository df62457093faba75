"""A picture as JPEG and decoded, each made from the other."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.lane.contracts import Garbled
from cuakhauso.lane.drivers.frame import decoded, encoded
from cuakhauso.lane.jpeg import is_jpeg
from cuakhauso.sim.devices import scene

JPEG = scene.jpeg(shade=90)


@pytest.mark.parametrize("shade", [40, 128, 210])
def test_a_picture_looks_the_same_after_it_became_a_jpeg(shade):
    again = decoded(encoded(scene.picture(shade)))
    assert (again.width, again.height) == (scene.WIDTH, scene.HEIGHT)
    assert abs(scene.shade_of(again.reformat(format="yuv420p", dst_color_range="MPEG")) - shade) <= 2


def test_zeros_behind_the_end_are_still_a_jpeg():
    assert is_jpeg(JPEG + b"\0" * 9)


@pytest.mark.parametrize("content", [b"", b"<html>", JPEG[1:], JPEG[:-1], JPEG + b"more"])
def test_what_begins_or_ends_otherwise_is_no_jpeg(content):
    assert not is_jpeg(content)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_garbled(junk):
    for content in (junk, b"\xff\xd8\xff" + junk + b"\xff\xd9"):
        with pytest.raises(Garbled):
            decoded(content)


def test_a_few_bytes_that_claim_to_be_a_picture_of_gigabytes_are_garbled():
    size = JPEG.index(b"\xff\xc0") + 5
    with pytest.raises(Garbled):
        decoded(JPEG[:size] + b"\xff\xf0\xff\xf0" + JPEG[size + 4 :])


@given(st.integers(20, len(JPEG) - 3), st.binary(min_size=1, max_size=40))
def test_a_damaged_jpeg_is_decoded_or_garbled_and_never_crashes(at, damage):
    with suppress(Garbled):
        decoded(JPEG[:at] + damage + JPEG[at + len(damage) :])
