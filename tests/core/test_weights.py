"""How far a weight may be from the declared one, and what a vehicle weighs empty."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from cuakhauso.core import facts as f
from cuakhauso.core.declaration import Plate
from cuakhauso.core.fold import fold
from cuakhauso.core.reference import Tolerance
from cuakhauso.core.weights import (
    goods_kg,
    goods_tolerance_kg,
    is_over,
    rig_of,
    tolerance_kg,
    usual_tare,
)
from cuakhauso.core.words import Agency, Kind

from .builders import gate, journey, officer

FRUIT, MACHINES = Tolerance("08", 8, 300), Tolerance("84", 3, 200)
TABLE = gate(tolerances=(FRUIT, MACHINES, Tolerance("0810", 12)))


def loaded(*lines: tuple[str, int]):
    """An export with lines of goods: HS code and kilograms."""
    content = journey(Kind.EXPORT).state.content
    item = content.items[0]
    items = tuple(structs.replace(item, hs=hs, weight_kg=Decimal(kg)) for hs, kg in lines)
    return structs.replace(content, groups=(structs.replace(content.groups[0], items=items),))


def test_each_line_of_goods_may_differ_by_the_share_of_its_own_kind():
    assert goods_tolerance_kg(loaded(("08051000", 10_000)), TABLE) == 800
    assert goods_tolerance_kg(loaded(("08051000", 10_000), ("84713020", 10_000)), TABLE) == 1_100
    assert goods_tolerance_kg(loaded(("39269099", 10_000)), TABLE) == 500, "the gate's own share"


def test_a_basket_of_fruit_covers_no_tonnes_of_machines():
    machines = goods_tolerance_kg(loaded(("84713020", 20_000)), TABLE)
    mixed = goods_tolerance_kg(loaded(("84713020", 20_000), ("08051000", 50)), TABLE)
    assert mixed - machines <= 50 * 8 / 100


def test_the_longest_prefix_of_the_boards_table_counts():
    assert goods_tolerance_kg(loaded(("08109020", 10_000)), TABLE) == 1_200


def test_a_small_load_may_differ_by_what_its_kind_may_at_least():
    assert goods_tolerance_kg(loaded(("08051000", 500)), TABLE) == 300
    assert goods_tolerance_kg(loaded(*[("08051000", 10)] * 40), TABLE) == 300, "once, however many lines"


def test_the_vehicle_itself_may_differ_by_the_gates_share():
    assert tolerance_kg(15_000, 5, 800) == 1_550


lines = st.lists(
    st.tuples(st.sampled_from(["08051000", "84713020", "39269099"]), st.integers(1, 30_000)),
    min_size=1,
    max_size=6,
)


@given(lines)
def test_no_load_may_differ_by_more_than_its_widest_kind_nor_by_less_than_its_narrowest(given_lines):
    allowed = goods_tolerance_kg(loaded(*given_lines), TABLE)
    total = sum(kg for _, kg in given_lines)
    rows = [TABLE.tolerance(hs) for hs, _ in given_lines]
    floor = max(row.least_kg for row in rows)
    assert allowed <= max(max(row.percent for row in rows) * total / 100 + 1, floor)
    assert allowed >= max(min(row.percent for row in rows) * total / 100 - 1, floor)


def test_the_limit_may_be_exceeded_by_the_share_and_no_more():
    assert not is_over(Decimal(42_000), 40_000, 5)
    assert is_over(Decimal("42000.5"), 40_000, 5)


# --- tares -----------------------------------------------------------------------------------------


def test_three_weights_that_agree_are_a_usual_tare():
    assert usual_tare((15_000, 15_200, 15_100), 5) == 15_100
    assert usual_tare((15_000, 15_200), 5) is None, "two may be chance"
    assert usual_tare((15_000, 15_200, 11_000), 5) is None, "they contradict each other"


def test_another_trailer_or_a_container_makes_it_another_vehicle_to_a_scale():
    tractor = loaded(("08051000", 1)).vehicle
    trailer = Plate(country="VN", number="12R00088", shown="12R-000.88")
    with_trailer = structs.replace(tractor, trailers=(trailer,))
    loaded_with_one = structs.replace(with_trailer, containers=("CSQU3054383",))
    assert len({rig_of(tractor), rig_of(with_trailer), rig_of(loaded_with_one)}) == 3


def test_a_vehicle_that_comes_to_fetch_goods_is_weighed_empty_until_it_has_them():
    story = journey(Kind.RECEIVING, before="09:00").weighs(12_300)
    assert story.state.weighed_empty.data.gross_kg == 12_300
    assert goods_kg(story.state) == 0
    later = story.receives(5).weighs(24_000)
    assert later.state.weighed_empty.data.gross_kg == 12_300
    assert goods_kg(later.state) is None


@pytest.mark.parametrize(("how", "tare"), [("stored", 14_000), ("sent_back", None)])
def test_one_that_has_given_everything_away_is_empty_unless_goods_were_sent_back(how, tare):
    story = journey(Kind.IMPORT_TRANSSHIPMENT, before="08:30").weighs(38_000)
    for index, group in enumerate(story.state.content.groups):
        story.take(f.Disposed(group=index, packages=group.packages, how=how), officer(Agency.CUSTOMS))
    state = fold(story.weighs(14_000).facts)
    assert (state.weighed_empty.data.gross_kg if state.weighed_empty else None) == tare


def test_a_weight_that_was_taken_back_is_no_tare():
    story = journey(Kind.EMPTY_RETURN, before="09:00").weighs(12_300)
    assert story.undo(story.facts[-1]).state.weighed_empty is None
