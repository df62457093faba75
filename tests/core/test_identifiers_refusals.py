"""What holds for every identifier: refusals are complete data, and nothing else is ever raised."""

import copy
import datetime as dt
import pickle
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.core import identifiers as ids
from cuakhauso.core.identifiers import PARAMS, Invalid, InvalidCode

PARSERS = [getattr(ids, name) for name in ids.__all__ if name.startswith("parse_")]
QUIET = [ids.is_placeholder, ids.mask_id, ids.mask_name, ids.mask_phone]

EXAMPLES = {
    "transport_licence_form": lambda: ids.parse_transport_licence("GP-17"),
    "too_long": lambda: ids.clean("x" * 501),
    "blank": lambda: ids.parse_plate("NULL"),
    "lookalike_letter": lambda: ids.parse_container("ТSTU1004288"),
    "plate_lookalike_letter": lambda: ids.parse_plate("12В-345.67"),
    "plate_character": lambda: ids.parse_plate("12C-345.67/68"),
    "plate_unused_letter": lambda: ids.parse_plate("12C-O4567"),
    "plate_province": lambda: ids.parse_plate("09C-345.67"),
    "plate_trailer_mark": lambda: ids.parse_plate("F1234"),
    "plate_unknown_form": lambda: ids.parse_plate("12C"),
    "plate_unknown_country": lambda: ids.parse_plate("12C-345.67", "LA"),
    "plate_other_country": lambda: ids.parse_plate("12C-345.67", "CN"),
    "plate_not_trailer": lambda: ids.parse_trailer_plate("12C-345.67"),
    "container_length": lambda: ids.parse_container("TSTU"),
    "container_unknown_form": lambda: ids.parse_container("T1TU1004288"),
    "container_category": lambda: ids.parse_container("TSTX1004288"),
    "container_check_digit": lambda: ids.parse_container("TSTU1004280"),
    "tax_code_length": lambda: ids.parse_tax_code("01002"),
    "tax_code_impossible": lambda: ids.parse_tax_code("0100000000"),
    "tax_code_branch": lambda: ids.parse_tax_code("0100233488-000"),
    "tax_code_check_digit": lambda: ids.parse_tax_code("0100233480"),
    "customs_number_length": lambda: ids.parse_customs_number("308"),
    "customs_number_direction": lambda: ids.parse_customs_number("508123456780"),
    "hs_code_length": lambda: ids.parse_hs_code("0810"),
    "hs_code_chapter": lambda: ids.parse_hs_code("77010000"),
    "office_code_form": lambda: ids.parse_office_code("15"),
    "type_code_form": lambda: ids.parse_type_code("11"),
    "person_id_length": lambda: ids.parse_person_id("020"),
    "person_id_old_card": lambda: ids.parse_person_id("012345678"),
    "person_id_province": lambda: ids.parse_person_id("097090000412"),
    "person_id_century": lambda: ids.parse_person_id("020990000412"),
    "person_id_unknown_kind": lambda: ids.parse_person_id("020", "licence"),
    "passport_form": lambda: ids.parse_person_id("C12"),
    "border_pass_form": lambda: ids.parse_person_id("C12", "border_pass"),
    "phone_unknown_form": lambda: ids.parse_phone("113"),
    "declaration_number_length": lambda: ids.parse_number("20260508"),
    "declaration_number_date": lambda: ids.make_number(dt.date(1999, 1, 1), 1),
    "declaration_number_serial": lambda: ids.make_number(dt.date(2026, 5, 8), 0),
    "declaration_number_check_digit": lambda: ids.parse_number(wrong_check_digit()),
    "border_guard_number_length": lambda: ids.parse_border_guard_number("08052026"),
    "border_guard_number_date": lambda: ids.parse_border_guard_number("3102202600001"),
    "border_guard_number_serial": lambda: ids.parse_border_guard_number("0805202600000"),
}


def wrong_check_digit() -> str:
    number = ids.make_number(dt.date(2026, 5, 8), 2069)
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def refusal_for(code: str) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        EXAMPLES[code]()
    return refusal.value


@pytest.mark.parametrize("code", list(InvalidCode))
def test_every_code_is_raised_with_the_params_its_sentence_may_use(code):
    refusal = refusal_for(code)
    assert refusal.code == code
    assert set(refusal.params) == PARAMS[code]


@pytest.mark.parametrize("code", list(InvalidCode))
def test_a_refusal_survives_a_copy_and_a_job_queue(code):
    refusal = refusal_for(code)
    for again in (copy.copy(refusal), pickle.loads(pickle.dumps(refusal))):  # noqa: S301
        assert (again.code, again.params) == (refusal.code, refusal.params)


ANY_TEXT = st.text(st.characters(), max_size=60)
LIKELY_TEXT = st.text(
    st.sampled_from(string.ascii_letters + string.digits * 3 + " .-/+()桂挂ĐđВ²Ⅷ٣ıſﬁ\u0301\u200b\n"),
    max_size=20,
)


def outcome(parse, *args):
    try:
        return parse(*args)
    except Invalid as refusal:
        return refusal


def is_described(refusal: Invalid) -> bool:
    short = all(len(value) <= 120 for value in refusal.params.values())
    return short and set(refusal.params) == PARAMS[InvalidCode(refusal.code)]


@pytest.mark.parametrize("parse", PARSERS)
@given(text=ANY_TEXT | LIKELY_TEXT)
def test_no_text_raises_anything_but_a_described_refusal(parse, text):
    parsed = outcome(parse, text)
    assert not isinstance(parsed, Invalid) or is_described(parsed)


@pytest.mark.parametrize("kind", ["citizen_id", "passport", "border_pass", "", "other"])
@given(text=ANY_TEXT | LIKELY_TEXT)
def test_no_paper_of_any_kind_raises_anything_but_a_described_refusal(kind, text):
    parsed = outcome(ids.parse_person_id, text, kind)
    assert not isinstance(parsed, Invalid) or is_described(parsed)


@given(text=ANY_TEXT | LIKELY_TEXT, country=ANY_TEXT | st.sampled_from(["VN", "CN"]))
def test_no_country_raises_anything_but_a_described_refusal(text, country):
    parsed = outcome(ids.parse_plate, text, country)
    assert not isinstance(parsed, Invalid) or is_described(parsed)


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize("sign", ["1", " ", "A", "挂", "\u0301", "."])
def test_a_megabyte_is_refused_at_once(parse, sign):
    started = time.process_time()
    with pytest.raises(Invalid, match="too_long"):
        parse(sign * 1_000_000)
    assert time.process_time() - started < 0.05


@pytest.mark.parametrize("function", QUIET)
@pytest.mark.parametrize("sign", ["1", " ", "A", "挂", "\u0301", "."])
def test_masking_a_megabyte_is_quick_and_quiet(function, sign):
    started = time.process_time()
    function(sign * 1_000_000)
    assert time.process_time() - started < 0.05


@pytest.mark.parametrize("function", QUIET)
@given(text=ANY_TEXT)
def test_masking_never_raises(function, text):
    function(text)
