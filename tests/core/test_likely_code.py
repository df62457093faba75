"""A code whose check digit fails: what a person is asked about. It is a question, and opens nothing."""

from itertools import pairwise, product
from math import isclose, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.core import identifiers as ids
from cuakhauso.core.evidence import Verdict
from cuakhauso.core.likely_code import by_chance, likely_code
from cuakhauso.core.looks import likeliest

from ..lane.builders import answer
from .test_evidence import frames, front, judged, side

CODE = "CSQU3054383"
SIGNS = st.sampled_from("0123456789ABCDEFU")
CHANCES = st.dictionaries(SIGNS, st.floats(0.002, 1.0), min_size=1, max_size=4)


def shows(text, **unclear):
    """A frame of which all signs are clear but those at the places p0, p1, …"""
    places = [{sign: 0.98} for sign in text]
    for place, chances in unclear.items():
        places[int(place[1:])] = chances
    return tuple(places)


def misread(code, place, taken_for, sure=0.9):
    """This code, with one sign taken for another."""
    return shows(code, **{f"p{place}": {taken_for: sure, code[place]: 1 - sure}})


def test_a_sign_that_was_taken_for_another_is_asked_about():
    """The door says 5, and mud makes it a 6: of all that can stand there one has the right check digit."""
    seen = misread(CODE, 6, "6")
    assert likeliest(seen) == "CSQU3064383"
    assert likely_code(seen) == CODE


def test_a_check_digit_itself_is_asked_about_only_where_the_picture_allows_it():
    assert likely_code(misread(CODE, 10, "8")) == CODE
    assert likely_code(shows("CSQU3054388")) == ""  # never the digit that it should have, out of nothing


def test_nothing_is_asked_where_what_was_read_is_a_code():
    assert likely_code(shows(CODE)) == ""
    assert likely_code(shows(CODE, p6={"5": 0.6, "6": 0.4})) == ""


@pytest.mark.parametrize(("less", "asked"), [(0.1, ""), (0.02, "CSQU1154383")])
def test_nothing_is_asked_where_two_codes_are_as_likely(less, asked):
    """The 0 may be a 1, or the 1 a 7: either would be a code."""
    assert likely_code(shows("CSQU0154383", p4={"0": 0.9, "1": 0.1}, p5={"1": 0.9, "7": less})) == asked


@pytest.mark.parametrize(("sure", "asked"), [(0.49, ""), (0.51, CODE)])
def test_of_what_is_not_half_legible_nothing_is_asked(sure, asked):
    assert likely_code(shows(CODE, p6={"6": 0.9, "5": 0.1}, p2={"Q": sure, "0": 0.4})) == asked


def test_a_lane_never_takes_the_code_that_it_asks_about_for_the_one_that_is_expected():
    """Tractor and number agree, and the container would if its sign were repaired: a person decides."""
    truck = answer("12C-100.05", 5, containers=(CODE,))
    muddy = tuple(misread(CODE, 6, "6", 0.9 - n / 1000) for n in range(3))
    assert likely_code(muddy[0]) == CODE
    found = judged([front(*frames("12C10005")), side(*muddy)], truck)
    assert found.verdict is Verdict.ASK


@given(st.dictionaries(st.integers(0, 10), CHANCES, min_size=1, max_size=4))
def test_what_is_asked_is_a_code_that_the_picture_allows_and_another_than_was_read(unclear):
    seen = shows(CODE, **{f"p{place}": {CODE[place]: 0.2} | chances for place, chances in unclear.items()})
    asked = likely_code(seen)
    assert _is_code(likeliest(seen)) <= (asked == "")
    if asked:
        assert _is_code(asked)
        assert asked != likeliest(seen)
        assert all(sign in place for sign, place in zip(asked, seen, strict=True))


@given(st.lists(CHANCES, min_size=1, max_size=4))
def test_every_text_comes_once_and_the_likeliest_first(places):
    told = list(by_chance(tuple(places)))
    chances = [chance for _, chance in told]
    assert all(one >= other or isclose(one, other) for one, other in pairwise(chances))
    every = {"".join(signs): prod(map(dict.__getitem__, places, signs)) for signs in product(*places)}
    assert {text for text, _ in told} == every.keys()
    assert len(told) == len(every)
    assert all(isclose(chance, every[text], rel_tol=1e-9) for text, chance in told)


@pytest.mark.parametrize("chance", [float("nan"), 0.0, -1.0])
def test_a_sign_without_a_chance_is_none(chance):
    assert likely_code(shows(CODE, p6={"6": 0.9, "5": chance})) == ""


def test_a_look_at_nothing_asks_nothing():
    assert likely_code(()) == ""
    assert likely_code(({},) * 11) == ""
    assert likely_code(shows("A" * 40)) == ""


def _is_code(text):
    try:
        ids.parse_container(text)
    except ids.Invalid:
        return False
    return True
