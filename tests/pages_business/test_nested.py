"""From what the page posts to the form of the API, and the numbers that people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.centre.declarations.form import DeclarationIn
from cuakhauso.centre.declarations.nested import flat, fraction, moment, nest, unambiguous, whole

from .as_typed import typed


@pytest.mark.parametrize(
    ("text", "read"),
    [("21000", "21000"), ("21.000", "21000"), ("21,000", "21000"), ("21 000", "21000"), ("", ""),
     (" 800\u00a0000 ", "800000"), ("12,5", "12,5"), ("21.00", "21.00"), ("1.234,567", "1.234,567"),
     ("1.234.567", "1234567")],
)  # fmt: skip
def test_where_no_fraction_is_possible_threes_are_thousands_and_the_rest_stays_as_typed(text, read):
    assert whole(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [("21000", "21000"), ("12,5", "12.5"), ("12.5", "12.5"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"),
     ("1.234.567", "1234567"), ("1 234 567,25", "1234567.25"), ("0,125", "0.125"), ("0.500", "0.5"),
     ("21.0000", "21"), ("1234.567", "1234.567"), ("21,0", "21"), ("21 000", "21000"), ("a", "a")],
)  # fmt: skip
def test_a_number_that_can_be_read_in_one_way_is_read_so(text, read):
    assert fraction(text) == read


@pytest.mark.parametrize(
    ("text", "small", "large"),
    [("21.000", "21.0", "21000"), ("21,000", "21.0", "21000"), ("1,125", "1.1250", "1125")],
)
def test_a_number_that_can_be_read_in_two_ways_is_refused_with_both(text, small, large):
    nested = nest(typed(groups__0__items__0__weight_kg=text))
    (error,) = nested.errors
    assert (error.field, error.code) == ("groups.0.items.0.weight_kg", "number_ambiguous")
    assert error.params == {"value": text, "small": small, "large": large}
    assert fraction(small) in (small.rstrip("0").rstrip("."), small.rstrip("0"))
    assert fraction(large) == large


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_what_the_page_shows_of_a_number_it_reads_back_the_same(number):
    shown = unambiguous(f"{number:f}".rstrip("0").rstrip(".") or "0")
    assert float(fraction(shown)) == float(number)


def test_times_on_the_page_are_hanois():
    assert moment("2026-11-24T14:30") == "2026-11-24T14:30+07:00"
    assert moment("24/11/2026 14:30") == "2026-11-24T14:30+07:00"
    assert moment("24/11/2026") == "2026-11-24"
    assert moment("chiều mai") == "chiều mai"


def test_blocks_left_empty_go_and_errors_still_find_their_field():
    nested = nest(
        typed(groups__0__items__1__name="", groups__0__items__1__hs="")
        | {"groups.0.items.2.name": "Xoài", "groups.1.items.0.hs": "", "vehicle.trailers.1": " "}
    )
    items = nested.tree["groups"][0]["items"]
    assert [item["name"] for item in items] == ["Thanh long ruột đỏ", "Xoài"]
    assert len(nested.tree["groups"]) == 1
    assert nested.tree["vehicle"]["trailers"] == ["12R-000.88"]
    assert nested.on_page("groups.0.items.1.hs") == "groups.0.items.2.hs"


def test_the_first_goods_stay_though_empty_so_that_their_fields_can_say_what_they_lack():
    nested = nest({"kind": "export", "groups.0.items.0.name": "", "groups.0.items.0.hs": ""})
    assert nested.tree["groups"] == [{"items": [{"name": "", "hs": ""}]}]


def test_parts_that_a_kind_does_not_need_are_not_sent_on():
    kept = nest(typed(kind="empty_return") | {"receiving.0.vehicle.plate": "29C-111.22"})
    assert "groups" not in kept.tree
    assert "receiving" not in kept.tree


def test_names_that_are_no_fields_of_the_form_are_not_taken():
    nested = nest({"csrfmiddlewaretoken": "x", "__class__": "x", "groups.x.y.z.u.v.w": "x", "gate": "TT"})
    assert nested.tree == {"gate": "TT"}


def test_a_form_shown_on_the_page_and_posted_again_is_the_same_form():
    form = DeclarationIn.model_validate(nest(typed(groups__0__items__0__weight_kg="1.1250")).tree)
    again = DeclarationIn.model_validate(nest(dict(flat(form.model_dump(mode="json")))).tree)
    assert again.model_dump(exclude={"id"}) == form.model_dump(exclude={"id"})
