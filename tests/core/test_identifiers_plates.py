"""Plates of both countries: read, shown, compared, and refused with the reason."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cuakhauso.core.identifiers import Invalid, parse_plate, parse_trailer_plate, same_plate

CN_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
CN_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
DIGITS = string.digits


def signs(alphabet: str, count: int) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(alphabet), min_size=count, max_size=count)


VN_PLATES = st.builds(
    "{}{}{}".format,
    st.integers(11, 99),
    st.sampled_from([*"ABCDEFGHKLMNPSTUVXYZ", "R", "RM", "LD", "NG", "MD", "C1", "F2"]),
    signs(DIGITS, 4) | signs(DIGITS, 5),
)
CN_BODIES = (
    st.tuples(signs(CN_SIGNS, 3), signs(DIGITS, 2)).map("".join)
    | signs(CN_SIGNS, 4).map(lambda serial: serial + "挂")
    | st.tuples(st.sampled_from("DF"), signs(CN_SIGNS, 1), signs(DIGITS, 4)).map("".join)
    | st.tuples(signs(DIGITS, 5), st.sampled_from("DF")).map("".join)
)
CN_PLATES = st.builds(
    "{}{}{}".format,
    st.just("") | st.sampled_from(CN_PROVINCES),
    st.sampled_from("ABCDEFGHJKLMNP"),
    CN_BODIES,
)
PLATES = VN_PLATES | CN_PLATES
NEAR_PLATES = st.text(st.sampled_from(string.ascii_uppercase + DIGITS + "桂挂学"), max_size=9)


@pytest.mark.parametrize(
    ("typed", "shown", "normalised", "province", "is_trailer"),
    [
        ("12C34567", "12C-345.67", "12C34567", "12", False),
        (" 12c - 345.67\n", "12C-345.67", "12C34567", "12", False),
        ("１２Ｃ－３４５．６７", "12C-345.67", "12C34567", "12", False),
        ("12\u200bC–345·67", "12C-345.67", "12C34567", "12", False),
        ("12C-1234", "12C-1234", "12C1234", "12", False),
        ("12R00123", "12R-001.23", "12R00123", "12", True),
        ("29rm 000 12", "29RM-000.12", "29RM00012", "29", True),
        ("29LD-001.23", "29LD-001.23", "29LD00123", "29", False),
        ("12C1-234.56", "12C1-234.56", "12C123456", "12", False),
        ("12mđ 00123", "12MD-001.23", "12MD00123", "12", False),
    ],
)
def test_vietnamese_plates_are_read_however_they_are_typed(typed, shown, normalised, province, is_trailer):
    plate = parse_plate(typed)
    assert (plate.country, plate.shown, plate.normalised) == ("VN", shown, normalised)
    assert (plate.province, plate.is_trailer) == (province, is_trailer)


@pytest.mark.parametrize(
    ("typed", "shown", "normalised", "province", "is_trailer"),
    [
        ("桂F12345", "桂F·12345", "F12345", "桂", False),
        ("桂f·12345", "桂F·12345", "F12345", "桂", False),
        ("f12345", "F·12345", "F12345", "", False),
        ("桂F1234挂", "桂F·1234挂", "F1234挂", "桂", True),
        ("F 1234 挂", "F·1234挂", "F1234挂", "", True),
        ("桂FD12345", "桂F·D12345", "FD12345", "桂", False),
        ("桂F12345F", "桂F·12345F", "F12345F", "桂", False),
        ("粤Z1234港", "粤Z·1234港", "Z1234港", "粤", False),
        ("桂F1234学", "桂F·1234学", "F1234学", "桂", False),
    ],
)
def test_chinese_plates_are_read_with_or_without_the_province_character(
    typed, shown, normalised, province, is_trailer
):
    plate = parse_plate(typed)
    assert (plate.country, plate.shown, plate.normalised) == ("CN", shown, normalised)
    assert (plate.province, plate.is_trailer) == (province, is_trailer)


@pytest.mark.parametrize(
    ("typed", "code", "params"),
    [
        (
            "12В-345.67",
            "plate_lookalike_letter",
            {"letter": "В", "name": "CYRILLIC CAPITAL LETTER VE"},
        ),
        (
            "12Κ-345.67",
            "plate_lookalike_letter",
            {"letter": "Κ", "name": "GREEK CAPITAL LETTER KAPPA"},
        ),
        ("12ı34567", "plate_lookalike_letter", {"letter": "ı"}),
        ("12Đ-345.67", "plate_lookalike_letter", {"letter": "Đ"}),
        ("12C-345.67/12R-001.23", "plate_character", {"character": "/"}),
        ("12C-34٥.67", "plate_character", {"character": "٥"}),
        ("12C-O4567", "plate_unused_letter", {"letter": "O"}),
        ("12I-345.67", "plate_unused_letter", {"letter": "I"}),
        ("桂FO2345", "plate_unused_letter", {"letter": "O"}),
        ("10C-345.67", "plate_province", {"province": "10"}),
        ("龙F12345", "plate_province", {"province": "龙"}),
        ("F1234", "plate_trailer_mark", {}),
        ("12C-345", "plate_unknown_form", {}),
        ("12C-345.678 12R", "plate_unknown_form", {}),
        ("桂F123456", "plate_unknown_form", {}),
        ("F12345挂", "plate_unknown_form", {}),
        ("BADGE", "plate_unknown_form", {}),
        (".", "blank", {}),
    ],
)
def test_a_refused_plate_says_why(typed, code, params):
    with pytest.raises(Invalid) as refusal:
        parse_plate(typed)
    assert refusal.value.code == code
    assert refusal.value.params.items() >= params.items()


@pytest.mark.parametrize(("typed", "named", "actual"), [("桂F12345", "VN", "CN"), ("12C-345.67", "CN", "VN")])
def test_a_plate_of_the_other_country_is_told_apart(typed, named, actual):
    with pytest.raises(Invalid) as refusal:
        parse_plate(typed, named)
    assert refusal.value.code == "plate_other_country"
    assert refusal.value.params["country"] == actual


def test_a_truck_is_not_a_trailer():
    assert parse_trailer_plate("12R-001.23").is_trailer
    assert parse_trailer_plate("桂F1234挂").is_trailer
    with pytest.raises(Invalid, match="plate_not_trailer"):
        parse_trailer_plate("12C-345.67")


def test_a_missing_province_fits_any_but_two_provinces_must_agree():
    guangxi, guangdong, unsaid = map(parse_plate, ["桂F12345", "粤F12345", "F12345"])
    assert same_plate(guangxi, unsaid)
    assert same_plate(unsaid, guangdong)
    assert not same_plate(guangxi, guangdong)


def test_a_learner_and_a_trailer_with_one_number_are_two_vehicles():
    assert not same_plate(parse_plate("桂F1234挂"), parse_plate("桂F1234学"))


@given(PLATES)
def test_the_shown_form_reads_back_as_the_same_plate(typed):
    plate = parse_plate(typed)
    assert parse_plate(plate.shown) == plate
    assert parse_plate(plate.shown, plate.country) == plate


@given(PLATES)
def test_the_normalised_form_reads_back_as_the_same_plate(typed):
    plate = parse_plate(typed)
    again = parse_plate(plate.normalised)
    assert again.normalised == plate.normalised
    assert same_plate(again, plate)


@given(PLATES | NEAR_PLATES)
def test_no_sign_of_a_plate_is_lost_added_or_changed(text):
    if is_plate_of(text, "VN") or is_plate_of(text, "CN"):
        assert parse_plate(text).shown.translate(str.maketrans("", "", ".-·")) == text


@given(PLATES | NEAR_PLATES)
def test_no_text_is_a_plate_of_both_countries(text):
    assert not (is_plate_of(text, "VN") and is_plate_of(text, "CN"))


@given(PLATES | NEAR_PLATES)
def test_naming_the_country_never_changes_what_is_read(text):
    named = [parse_plate(text, country) for country in ("VN", "CN") if is_plate_of(text, country)]
    if named:
        assert named == [parse_plate(text)]
    else:
        with pytest.raises(Invalid):
            parse_plate(text)


@given(PLATES, PLATES)
def test_two_different_plates_are_never_the_same(one, other):
    a, b = parse_plate(one), parse_plate(other)
    assume(a.normalised != b.normalised)
    assert not same_plate(a, b)
    assert not same_plate(b, a)


@given(PLATES, st.data())
def test_one_other_sign_is_another_plate(typed, data):
    at = data.draw(st.integers(0, len(typed) - 1))
    sign = data.draw(st.sampled_from(string.ascii_uppercase + DIGITS + CN_PROVINCES + "挂学"))
    assume(sign != typed[at])
    try:
        other = parse_plate(typed[:at] + sign + typed[at + 1 :])
    except Invalid:
        return
    assert not same_plate(parse_plate(typed), other)


@given(PLATES, st.data())
def test_separators_and_letter_case_do_not_matter(typed, data):
    separators = st.sampled_from(["", " ", ".", "-", "·", "\t", "\u00a0", "\u200b", " - "])
    spread = "".join(sign + data.draw(separators) for sign in typed)
    if len(spread) <= 40:
        assert parse_plate(spread.lower()) == parse_plate(typed)


def is_plate_of(text: str, country: str) -> bool:
    try:
        return parse_plate(text, country).country == country
    except Invalid:
        return False
