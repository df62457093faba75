"""What people paste becomes one plain line, or is refused before it is read."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.core.identifiers import Invalid, clean, is_placeholder

ANY_TEXT = st.text(st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("pasted", "plain"),
    [
        ("\t0100233488 \r\n", "0100233488"),
        ("Công\u00a0ty\n\nTNHH   Ví Dụ", "Công ty TNHH Ví Dụ"),
        ("１２Ｃ－３４５．６７", "12C-345.67"),
        ("桂Ｆ\u300012345", "桂F 12345"),
        ("Ngu\u200byễn \ufeffVăn An", "Nguyễn Văn An"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("A\x00B\ud800C", "A B C"),
        ("10 m²", "10 m²"),
    ],
)
def test_pasted_text_becomes_one_plain_line(pasted, plain):
    assert clean(pasted) == plain


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(text):
    once = clean(text)
    assert clean(once) == once


@given(ANY_TEXT)
def test_clean_text_is_composed_storable_and_has_no_hidden_signs(text):
    once = clean(text)
    assert unicodedata.is_normalized("NFC", once)
    assert not {unicodedata.category(sign) for sign in once} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    once.encode("utf-8")


@given(st.text(st.characters(), max_size=20), st.integers(0, 15))
def test_clean_text_never_passes_its_limit(text, limit):
    if len(text) > limit:
        with pytest.raises(Invalid, match="too_long"):
            clean(text, limit=limit)
    else:
        assert len(clean(text, limit=3 * limit)) <= 3 * limit


def test_a_text_that_grows_while_composing_is_still_held_to_the_limit():
    with pytest.raises(Invalid, match="too_long"):
        clean("\U0001d160", limit=2)


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", ",", "-", "...", "NULL", "null ", "Không có", "n/a", "无", "\u200b", "--/--"],
)
def test_a_placeholder_says_nothing(text):
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["0", "x", "na", "Na", "An", "12C-345.67", "." * 1_000_000])
def test_what_may_mean_something_is_no_placeholder(text):
    assert not is_placeholder(text)
