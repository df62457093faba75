"""Containers, tax codes, customs numbers, our own: forms, and what check digits promise."""

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import iso6346
from stdnum.iso7064 import mod_11_10
from stdnum.vn import mst

from cuakhauso.core.identifiers import (
    Invalid,
    chapter,
    make_number,
    parse_border_guard_number,
    parse_container,
    parse_customs_number,
    parse_hs_code,
    parse_number,
    parse_office_code,
    parse_tax_code,
    parse_type_code,
    same_declaration,
    shown_container,
)


def refusal_of(parse, text) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        parse(text)
    return refusal.value


def numerals(count: int) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from("0123456789"), min_size=count, max_size=count)


def with_one_other_digit(data: st.DataObject, number: str, positions: range) -> str:
    at = data.draw(st.sampled_from([i for i in positions if number[i].isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != number[at]]))
    return number[:at] + digit + number[at + 1 :]


CONTAINERS = st.builds(
    "{}{}{}".format,
    st.text(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), min_size=3, max_size=3),
    st.sampled_from("UJZ"),
    numerals(6),
).map(lambda body: body + iso6346.calc_check_digit(body))

TAX_BODIES = numerals(9).filter(lambda body: body[2:] != "0000000" and len(mst.calc_check_digit(body)) == 1)
TAX_CODES = TAX_BODIES.map(lambda body: body + mst.calc_check_digit(body))
BRANCHES = st.integers(1, 999).map("{:03}".format)
OUR_NUMBERS = st.builds(
    make_number, st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)), st.integers(1, 99_999)
)


# Containers


@pytest.mark.parametrize("typed", ["TSTU1004288", "tstu 100428 8", "TSTU-100428-8", "ＴＳＴＵ1004288\t"])
def test_a_container_is_stored_as_eleven_signs(typed):
    assert parse_container(typed) == "TSTU1004288"


def test_a_container_is_shown_as_on_its_door():
    assert shown_container("TSTU1004288") == "TSTU 100428 8"


@pytest.mark.parametrize(
    ("typed", "code", "params"),
    [
        ("TSTU1004287", "container_check_digit", {"expected": "8"}),
        ("TSTU100428", "container_length", {"length": "10"}),
        ("TSTR1004288", "container_category", {"category": "R"}),
        ("T1TU1004288", "container_unknown_form", {}),
        ("TSTU10O4288", "container_unknown_form", {}),
        ("ТSTU1004288", "lookalike_letter", {"name": "CYRILLIC CAPITAL LETTER TE"}),
        ("NULL", "blank", {}),
    ],
)
def test_a_refused_container_says_why(typed, code, params):
    refusal = refusal_of(parse_container, typed)
    assert refusal.code == code
    assert refusal.params.items() >= params.items()


@given(CONTAINERS)
def test_a_shown_container_reads_back(number):
    assert parse_container(shown_container(number)) == number


def remainder(number: str) -> int:
    """The check sum before 10 is folded onto 0."""
    letters = "0123456789A BCDEFGHIJK LMNOPQRSTU VWXYZ"
    return sum(letters.index(sign) << i for i, sign in enumerate(number[:10])) % 11


@given(CONTAINERS, st.data())
def test_one_wrong_digit_in_a_container_is_caught_unless_0_stands_for_10(number, data):
    typo = with_one_other_digit(data, number, range(4, 11))
    assume({remainder(number), remainder(typo)} != {0, 10})
    assert refusal_of(parse_container, typo).code == "container_check_digit"


# Tax codes


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("0100233488", "0100233488"),
        (" 0100\t233488", "0100233488"),
        ("0100233488-001", "0100233488-001"),
        ("0100233488001", "0100233488-001"),
        ("020090000412", "020090000412"),
    ],
)
def test_a_tax_code_has_one_normal_form(typed, normal):
    assert parse_tax_code(typed) == normal


@pytest.mark.parametrize(
    ("typed", "code", "params"),
    [
        ("0100233480", "tax_code_check_digit", {"expected": "8"}),
        ("100233488", "tax_code_length", {"digits": "9"}),
        ("010023348X", "tax_code_length", {"digits": "9"}),
        ("0100233488-000", "tax_code_branch", {}),
        ("0100000000", "tax_code_impossible", {}),
        ("0100000050", "tax_code_impossible", {}),
        ("٠١٠٠٢٣٣٤٨٨", "tax_code_length", {"digits": "0"}),
        ("020990000412", "person_id_century", {}),
        ("097090000412", "person_id_province", {"province": "097"}),
    ],
)
def test_a_refused_tax_code_says_why(typed, code, params):
    refusal = refusal_of(parse_tax_code, typed)
    assert refusal.code == code
    assert refusal.params.items() >= params.items()


@given(TAX_CODES, BRANCHES)
def test_tax_codes_read_back_with_and_without_branch(code, branch):
    assert parse_tax_code(code) == code
    assert parse_tax_code(code + branch) == parse_tax_code(f"{code}-{branch}") == f"{code}-{branch}"


@given(TAX_CODES, BRANCHES, st.data())
def test_one_wrong_digit_in_a_tax_code_is_always_caught(code, branch, data):
    typo = with_one_other_digit(data, code, range(10))
    for written in (typo, f"{typo}-{branch}"):
        refusal = refusal_of(parse_tax_code, written)
        assert refusal.code in ("tax_code_check_digit", "tax_code_impossible")


@given(numerals(9))
def test_nine_digits_without_a_check_digit_take_none_at_all(body):
    accepted = [d for d in "0123456789" if is_accepted(parse_tax_code, body + d)]
    possible = len(mst.calc_check_digit(body)) == 1 and body[2:] != "0000000"
    assert len(accepted) == (1 if possible else 0)


# Customs


@pytest.mark.parametrize(
    ("typed", "direction", "amendment"),
    [("108123456780", "import", 0), ("3081 2345 6782", "export", 2)],
)
def test_a_customs_number_tells_direction_and_amendments(typed, direction, amendment):
    number = parse_customs_number(typed)
    assert (number.direction, number.amendment) == (direction, amendment)
    assert number.base == number.digits[:11]


def test_an_amended_declaration_is_the_same_declaration():
    first, amended, other = map(parse_customs_number, ["308123456780", "308123456781", "308123456790"])
    assert same_declaration(first, amended)
    assert not same_declaration(first, other)


@pytest.mark.parametrize(
    ("parse", "typed", "code"),
    [
        (parse_customs_number, "30812345678", "customs_number_length"),
        (parse_customs_number, "30812345678X", "customs_number_length"),
        (parse_customs_number, "508123456780", "customs_number_direction"),
        (parse_hs_code, "810600", "hs_code_length"),
        (parse_hs_code, "7701.00.00", "hs_code_chapter"),
        (parse_hs_code, "00010203", "hs_code_chapter"),
        (parse_office_code, "15B", "office_code_form"),
        (parse_office_code, "15BБ", "lookalike_letter"),
        (parse_type_code, "A1", "type_code_form"),
        (parse_type_code, "1A1", "type_code_form"),
    ],
)
def test_a_refused_customs_code_says_why(parse, typed, code):
    assert refusal_of(parse, typed).code == code


def test_customs_codes_are_read_however_they_are_typed():
    assert parse_hs_code(" 0810.60 00") == "08106000"
    assert chapter("08106000") == "08"
    assert parse_office_code("28nj") == "28NJ"
    assert parse_type_code(" b11\n") == "B11"


@given(st.sampled_from("13"), numerals(11))
def test_every_customs_number_reads_back(first, rest):
    number = parse_customs_number(first + rest)
    assert number.digits == first + rest
    assert parse_customs_number(number.digits) == number


# Our own numbers, and the border guard's


def test_our_number_is_date_serial_and_check_digit():
    number = make_number(dt.date(2026, 5, 8), 2069)
    assert number[:-1] == "20260508-02069-"
    assert parse_number(number.replace("-", "")) == number
    assert parse_number(number.replace("-", " ")) == number


@given(OUR_NUMBERS)
def test_our_number_reads_back(number):
    assert parse_number(number) == number


@given(OUR_NUMBERS, st.data())
def test_one_wrong_digit_in_our_number_is_always_caught(number, data):
    typo = with_one_other_digit(data, number, range(len(number)))
    assert refusal_of(parse_number, typo).code == "declaration_number_check_digit"


@pytest.mark.parametrize("serial", [0, -1, 100_000])
def test_a_serial_outside_the_day_is_refused(serial):
    with pytest.raises(Invalid, match="declaration_number_serial"):
        make_number(dt.date(2026, 5, 8), serial)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("2026023000001", "declaration_number_date"),
        ("0805202600017", "declaration_number_date"),
        ("2026050800000", "declaration_number_serial"),
    ],
)
def test_a_right_check_digit_does_not_make_a_day_or_a_serial(body, code):
    assert refusal_of(parse_number, body + mod_11_10.calc_check_digit(body)).code == code


def test_a_year_outside_the_century_is_refused():
    with pytest.raises(Invalid, match="declaration_number_date"):
        make_number(dt.date(1999, 12, 31), 1)


def test_the_border_guards_number_is_day_month_year_and_serial():
    assert parse_border_guard_number("08052026 00017") == "0805202600017"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2026050800017", "border_guard_number_date"),
        ("2008050800017", "border_guard_number_date"),
        ("3102202600017", "border_guard_number_date"),
        ("0805202600000", "border_guard_number_serial"),
        ("08052026", "border_guard_number_length"),
    ],
)
def test_a_refused_border_guards_number_says_why(typed, code):
    assert refusal_of(parse_border_guard_number, typed).code == code


def is_accepted(parse, text) -> bool:
    try:
        parse(text)
    except Invalid:
        return False
    return True
