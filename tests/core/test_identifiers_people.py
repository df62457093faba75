"""Papers and phones of people, and what a list may show of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.core.identifiers import (
    Invalid,
    PersonId,
    PersonKind,
    mask_id,
    mask_name,
    mask_phone,
    parse_person_id,
    parse_phone,
)

CITIZENS = st.builds("{:03}{}{:08}".format, st.integers(1, 96), st.integers(0, 3), st.integers(0, 99_999_999))
MOBILES = st.builds("0{}{:08}".format, st.sampled_from("35789"), st.integers(0, 99_999_999))
CN_MOBILES = st.builds("1{}{:09}".format, st.integers(3, 9), st.integers(0, 999_999_999))


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("020 090 000 412", "citizen_id", "020090000412"),
        ("c1234567", "passport", "C1234567"),
        ("E12345678", "passport", "E12345678"),
        ("EA 1234567", "passport", "EA1234567"),
    ],
)
def test_digits_are_a_card_and_letters_a_passport(typed, kind, value):
    assert parse_person_id(typed) == PersonId(kind=PersonKind(kind), value=value)


def test_a_border_pass_is_read_only_when_named():
    assert parse_person_id("0123/gth-26", "border_pass").value == "0123GTH26"
    with pytest.raises(Invalid, match="person_id_length"):
        parse_person_id("0123/GTH-26")


@pytest.mark.parametrize(
    ("typed", "kind", "code"),
    [
        (".", None, "blank"),
        (",", None, "blank"),
        ("20090000412", None, "person_id_length"),
        ("012345678", None, "person_id_old_card"),
        ("000090000412", None, "person_id_province"),
        ("097090000412", None, "person_id_province"),
        ("020490000412", None, "person_id_century"),
        ("CDE1234567", None, "passport_form"),
        ("С1234567", None, "lookalike_letter"),
        ("GTH", "border_pass", "border_pass_form"),
        ("020090000412", "licence", "person_id_unknown_kind"),
        ("0912345642 Nguyễn Văn An", None, "person_id_length"),
    ],
)
def test_a_refused_paper_says_why(typed, kind, code):
    with pytest.raises(Invalid) as refusal:
        parse_person_id(typed, kind)
    assert refusal.value.code == code


@given(CITIZENS)
def test_every_citizen_number_reads_back(value):
    assert parse_person_id(value).value == value


@given(CITIZENS)
def test_printing_a_paper_or_its_refusal_names_nobody(value):
    assert value[:8] not in repr(parse_person_id(value))
    with pytest.raises(Invalid) as refusal:
        parse_person_id(value + "0")
    assert value not in str(refusal.value) + repr(refusal.value)


@pytest.mark.parametrize(
    "typed",
    ["0912345642", "0912 345 642", "0912.345.642", "+84 912 345 642", "+84 (0)912 345 642",
     "84912345642", "0084-912345642", "０９１２３４５６４２"],
)  # fmt: skip
def test_a_vietnamese_phone_has_one_normal_form(typed):
    assert parse_phone(typed) == "+84912345642"


@pytest.mark.parametrize("typed", ["13812345678", "+86 138 1234 5678", "0086 13812345678"])
def test_a_chinese_mobile_has_one_normal_form(typed):
    assert parse_phone(typed) == "+8613812345678"


def test_a_fixed_line_of_lang_son_is_a_phone():
    assert parse_phone("0205 3812 345") == "+842053812345"


@pytest.mark.parametrize(
    "typed",
    ["912345642", "091234564", "0123456789", "0612345678", "An 0912345642", "0912345642/0987654321",
     "12345678901", "+1 202 5550123", "٠٩١٢٣٤٥٦٤٢"],
)  # fmt: skip
def test_what_is_not_exactly_one_phone_is_refused(typed):
    with pytest.raises(Invalid, match="phone_unknown_form"):
        parse_phone(typed)


@given(MOBILES)
def test_every_vietnamese_mobile_reads_back_from_its_normal_form(typed):
    assert parse_phone(parse_phone(typed)) == parse_phone(typed) == "+84" + typed[1:]


@given(CN_MOBILES)
def test_every_chinese_mobile_reads_back_from_its_normal_form(typed):
    assert parse_phone(parse_phone(typed)) == parse_phone(typed) == "+86" + typed


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Nguyễn Văn An", "N. V. An"),
        ("  nguyễn  văn an ", "n. v. an"),
        ("An", "A••"),
        ("王小明", "王••"),
        ("Nguyễn Văn An 0912345642", "N. V. A. •••"),
        ("0912345642", "•••"),
        (".", ""),
        ("", ""),
    ],
)
def test_a_list_shows_enough_of_a_name_to_call_by(name, shown):
    assert mask_name(name) == shown


@given(st.text(st.characters(), max_size=300))
def test_a_masked_name_never_shows_a_digit(name):
    assert not any(sign.isdigit() for sign in mask_name(name))


def test_a_list_shows_the_end_of_a_number_only():
    assert mask_id("020090000412") == "••• ••• 0412"
    assert mask_id("GTH1234") == "••• •••"
    assert mask_phone("0912 345 642") == mask_phone("+84912345642") == "09•• ••• 642"
    assert mask_phone("13812345678") == "+86 13•• ••• 678"
    assert mask_phone("An 0912345642") == "••• •••"


@given(MOBILES | CN_MOBILES)
def test_a_masked_phone_shows_at_most_five_digits_of_the_number(phone):
    shown = mask_phone(phone).removeprefix("+86 ")
    assert sum(map(str.isdigit, shown)) == 5
    assert shown.endswith(phone[-3:])
