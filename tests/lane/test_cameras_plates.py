import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.lane.contracts import Garbled, Heading
from cuakhauso.lane.drivers.plates import Mounting, cleaned, country_of, has_foreign_letters, plate_of


def test_a_text_loses_spaces_and_control_characters_and_nothing_else():
    assert cleaned(" 29C\t067.89\r\n\x00\u200b\ufeff") == "29C067.89"
    assert cleaned("桂A·12345") == "桂A·12345"
    assert cleaned("29Ｃ") == "29Ｃ"


@pytest.mark.parametrize(
    "sent", ["", "--", " -- ", "----", "unknown", "UNKNOWN", "Unlicensed", "No Plate", "无牌车"]
)
def test_what_makers_send_when_they_read_none_is_no_plate(sent):
    assert plate_of(sent) == ""


@pytest.mark.parametrize("text", ["29С-067.89", "29Α-067.89", "٢٩A-067.89", "29A〇", "Ⅸ"])
def test_letters_of_another_script_are_told_as_they_are_and_found(text):
    assert plate_of(text) == text
    assert has_foreign_letters(text)


@pytest.mark.parametrize("text", ["29C-067.89", "29LĐ-012.34", "桂A12345", "学", "29Ｃ０", "", "·-."])
def test_latin_and_han_are_ours(text):
    assert not has_foreign_letters(text)


@given(st.text())
@settings(deadline=None)
def test_no_text_is_more_than_garbled(text):
    try:
        kept = cleaned(text)
    except Garbled:
        return
    assert not any(unicodedata.category(letter)[0] in "CZ" for letter in kept)
    kept.encode()
    has_foreign_letters(kept)


def test_a_time_without_offset_is_told_only_where_the_zone_is_known():
    here = Mounting(source="a", zone=timezone(timedelta(hours=7)))
    assert here.moment("2026-03-01 09:00:00.5") == datetime(2026, 3, 1, 2, 0, 0, 500000, tzinfo=UTC)
    assert Mounting(source="a").moment("2026-03-01 09:00:00") is None
    assert here.moment("") is None


@pytest.mark.parametrize("said", ["soon", "2026-13-01T00:00:00", "0001-01-01T00:00:00+07:00"])
def test_a_time_that_is_none_is_garbled(said):
    with pytest.raises(Garbled):
        Mounting(source="a").moment(said)


def test_from_behind_only_what_is_known_turns():
    assert Mounting(source="a", from_behind=True).heading(Heading.UNKNOWN) is Heading.UNKNOWN


def test_countries_that_are_numbers_are_not_told():
    assert [country_of(said) for said in ("vnm", "CN", "48", "unknown", "")] == ["VNM", "CN", "", "", ""]
