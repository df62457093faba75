"""Two networks read codes: a quick one, and where that is in doubt a thorough one that looks four times."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cuakhauso.lane.vision.contracts import Found, Kind
from cuakhauso.lane.vision.readers import EVEN, SURE, CodeReader, surely, together

from .test_our_networks import board

CODE = "TSTU1004288"
PICTURE = np.asarray(board("TSTU 100428 8", 48, "#96282a", "white"))
HIGH, WIDE = PICTURE.shape[:2]
FOUND = Found(Kind.CODE, ((4.0, 4.0), (WIDE - 4.0, 4.0), (WIDE - 4.0, HIGH - 4.0), (4.0, HIGH - 4.0)), 1.0)
STRAIGHT = np.stack((EVEN, np.full(len(EVEN), 0.5)), 1)


@pytest.fixture(scope="module")
def reader() -> CodeReader:
    return CodeReader()


def text_of(chances) -> str:
    return "".join(max(place, key=place.__getitem__) for place in chances)


def says(reader: CodeReader, text: str, chance: float) -> np.ndarray:
    """Each sign of the text with this chance, the others share what is left."""
    signs = reader._quick._signs
    seen = np.full((len(text), len(signs)), (1 - chance) / (len(signs) - 1), np.float32)
    for place, sign in enumerate(text):
        seen[place, signs.index(sign)] = chance
    return seen


def test_a_code_that_is_sure_at_first_sight_is_not_looked_at_again(reader, monkeypatch):
    monkeypatch.setattr(reader._thorough, "look", lambda *_: pytest.fail("looked at again"))
    assert text_of(reader.read(PICTURE, FOUND)) == CODE


def test_of_a_code_in_doubt_only_the_thorough_network_says_what_it_is(reader, monkeypatch):
    wrong = says(reader, "XXXX0000000", SURE - 0.01)
    monkeypatch.setattr(reader._quick, "look", lambda *_: (wrong, STRAIGHT))
    assert text_of(reader.read(PICTURE, FOUND)) == CODE


def test_a_code_in_doubt_is_looked_at_as_it_was_found_and_three_times_along_its_signs(reader, monkeypatch):
    asked = []

    def look(picture, found, line=None):
        asked.append(line is not None)
        return says(reader, CODE, 0.6), STRAIGHT

    monkeypatch.setattr(reader._quick, "look", lambda *_: (says(reader, CODE, 0.5), STRAIGHT))
    monkeypatch.setattr(reader._thorough, "look", look)
    reader.read(PICTURE, FOUND)
    assert asked == [False, True, True, True]


def test_a_text_that_hardly_looks_like_a_code_is_not_looked_at_again(reader, monkeypatch):
    monkeypatch.setattr(reader._quick, "look", lambda *_: (says(reader, "XXXX0000000", 0.4), STRAIGHT))
    monkeypatch.setattr(reader._thorough, "look", lambda *_: pytest.fail("looked at again"))
    assert text_of(reader.read(PICTURE, FOUND)) == "XXXX0000000"


def test_where_signs_do_not_follow_each_other_one_thorough_look_is_all_that_counts(reader, monkeypatch):
    asked = []

    def look(*_):
        asked.append(1)
        return says(reader, CODE, 0.4), STRAIGHT[::-1]

    monkeypatch.setattr(reader._quick, "look", lambda *_: (says(reader, "XXXX0000000", 0.89), STRAIGHT))
    monkeypatch.setattr(reader._thorough, "look", look)
    assert text_of(reader.read(PICTURE, FOUND)) == CODE
    assert len(asked) == 1


def test_one_sure_look_counts_more_than_three_that_hardly_know_and_less_than_three_sure_ones():
    eight, three = np.array([[0.7, 0.3]]), np.array([[0.0005, 0.9995]])
    assert together([eight, eight, eight, three]).argmax() == 1  # three looks that hardly know
    sure_eight = np.array([[0.95, 0.05]])
    assert together([sure_eight, sure_eight, sure_eight, three]).argmax() == 0


LOOKS = arrays(np.float32, (4, 11, 37), elements=st.floats(0, 1, width=32))


@given(LOOKS)
def test_looks_together_are_chances_and_their_order_says_nothing(drawn):
    looks = [(one + 1e-3) / (one + 1e-3).sum(-1, keepdims=True) for one in drawn]
    seen = together(looks)
    assert np.allclose(seen.sum(-1), 1, atol=1e-4)
    assert np.allclose(seen, together(looks[::-1]), atol=1e-5)


@given(LOOKS)
def test_the_same_look_four_times_is_no_surer_than_once(drawn):
    look = (drawn[0] + 1e-3) / (drawn[0] + 1e-3).sum(-1, keepdims=True)
    assert surely(together([look] * 4)) <= surely(look) + 1e-3
