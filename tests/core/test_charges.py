"""What a crossing owes: the recorded cases, the Board's gaps, ore, cap, dearest goods (procedures.md 7)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.core.charges import Charge, MissingRate, charge, difference, expected_charge
from cuakhauso.core.consequences import consequences
from cuakhauso.core.reference import FeeRules, Reference, Share
from cuakhauso.core.words import Agency, Kind, Order, Regime, WeightClass

from .builders import (
    B1,
    MONDAY,
    OUT,
    YARD,
    Story,
    gate,
    goods,
    group,
    journey,
    moment,
    tariff_row,
    truck,
)


def due(story: Story) -> Charge | MissingRate | None:
    return charge(story.state, story.ref, MONDAY)


def expected(content, ref=None, on=MONDAY):
    return expected_charge(content, ref or gate(), on)


def fold_again(story: Story) -> list:
    return [fact.data for fact in consequences(story.last, story.state, story.ref)]


@pytest.mark.parametrize(
    ("kind", "order", "amount"),
    [
        (Kind.EXPORT, Order.INFRASTRUCTURE, 800_000),
        (Kind.IMPORT_TRANSSHIPMENT, Order.TRANSSHIPMENT, 90_000),
        (Kind.RECEIVING, Order.INFRASTRUCTURE, 300_000),
        (Kind.IMPORT_INLAND, Order.INFRASTRUCTURE, 390_000),
    ],
)
def test_the_recorded_cases_are_reproduced_to_the_dong(kind, order, amount):
    story = journey(kind, before="10:00")
    found = due(story)
    assert (found.order, found.amount) == (order, amount)
    assert sum(line.amount for line in found.lines) == amount
    assert all(line.law for line in found.lines)


def test_a_transshipment_of_two_receiving_vehicles_is_charged_on_three_vehicles():
    """domain.md 2.4: 2 × 300,000 on the Vietnamese plates and 90,000 on the Chinese one."""
    foreign = journey(Kind.IMPORT_TRANSSHIPMENT, before="09:50")
    amounts = []
    for _ in range(2):
        receiving = Story(truck(Kind.RECEIVING)).at("09:00").declares().both_confirm("entered")
        foreign.links(receiving)
        foreign.gives(5, receiving)
        amounts.append(due(receiving).amount)
    assert [*amounts, due(foreign).amount] == [300_000, 300_000, 90_000]


def test_an_empty_vehicle_owes_nothing():
    assert due(journey(Kind.EMPTY_RETURN)) is None
    assert due(journey(Kind.RECEIVING, before="09:30")) is None
    assert expected(truck(Kind.EMPTY_RETURN)) is None


@pytest.mark.parametrize("weight_class", [WeightClass.VT1, WeightClass.VT2, WeightClass.VT3, WeightClass.VT5])
def test_a_class_that_the_board_has_not_filled_in_is_refused_not_guessed(weight_class):
    found = expected(truck(weight_class=weight_class))
    assert found == MissingRate(weight_class, Regime.BUSINESS, "ordinary", Kind.EXPORT)


def test_a_vehicle_that_cannot_be_charged_does_not_leave_and_it_is_the_boards_move():
    story = journey(Kind.EXPORT, before="10:00", content=truck(weight_class=WeightClass.VT5))
    assert story.lacks(YARD, OUT) == ["paid by board"]
    assert fold_again(story) == []
    assert ("board", "paid") in story.waiting()


def test_another_regime_has_its_own_rows():
    content = truck(weight_class=WeightClass.VT6, groups=(group(goods("10063099")),), regime=Regime.TRANSIT)
    assert isinstance(expected(content), MissingRate)
    farm = truck(groups=(group(goods("10063099")),), regime=Regime.TEMPORARY_IMPORT)
    assert expected(farm).amount == 4_000_000


def test_a_row_counts_from_its_day_until_before_its_last():
    rows = (
        tariff_row(WeightClass.VT6, 700_000, valid_from=date(2025, 1, 1), valid_to=date(2025, 5, 8)),
        tariff_row(WeightClass.VT6, 800_000, valid_from=date(2025, 5, 8)),
    )
    ref = gate(tariff=rows)
    assert expected(truck(), ref, date(2025, 5, 7)).amount == 700_000
    assert expected(truck(), ref, date(2025, 5, 8)).amount == 800_000
    assert isinstance(expected(truck(), ref, date(2024, 12, 31)), MissingRate)


def test_a_row_for_this_kind_comes_before_a_row_for_any():
    rows = (tariff_row(WeightClass.VT6, 1), tariff_row(WeightClass.VT6, 2, kind=Kind.EXPORT))
    assert expected(truck(), gate(tariff=rows)).amount == 2


def test_ore_pays_five_times_the_base():
    [line] = expected(truck(groups=(group(goods("26011100")),))).lines
    assert (line.base, line.amount) == (4_000_000, 4_000_000)


def test_nothing_costs_more_than_the_cap():
    ref = gate(tariff=(tariff_row(WeightClass.VT6, 1_100_000),))
    assert expected(truck(groups=(group(goods("26011100")),)), ref).amount == 5_000_000


def test_fresh_fruit_out_on_a_small_vehicle_pays_its_own_rate():
    fruit = truck(weight_class=WeightClass.VT1, groups=(group(goods("08109050")),))
    assert expected(fruit).amount == 100_000


def test_the_dearest_goods_decide_the_rate():
    ore, cloth = goods("26011100", value=10), goods("52081100", value=20)
    assert expected(truck(groups=(group(ore, cloth),))).amount == 800_000
    ore = goods("26011100", value=21)
    assert expected(truck(groups=(group(cloth), group(ore)))).amount == 4_000_000


def test_a_receiving_vehicle_pays_for_the_dearest_goods_it_took():
    cloth, ore = group(goods("52081100", value=10)), group(goods("26011100", value=900))
    foreign = journey(
        Kind.IMPORT_TRANSSHIPMENT,
        before="09:50",
        content=truck(Kind.IMPORT_TRANSSHIPMENT, groups=(cloth, ore)),
    )
    receiving = Story(truck(Kind.RECEIVING)).at("09:00").declares().both_confirm("entered")
    foreign.links(receiving)
    foreign.gives(5, receiving, group=0)
    assert due(receiving).amount == 300_000
    foreign.gives(5, receiving, group=1)
    assert due(receiving).amount == 1_500_000


def test_a_change_adds_a_difference_line_and_edits_nothing():
    story = journey(Kind.EXPORT, before="10:01")
    first = story.last
    story.declares(truck(groups=(group(goods("26011100")),)))
    change = difference(story.state, due(story))
    assert (change.amount, change.lines[0].rule, change.lines[0].base) == (3_200_000, "difference", 800_000)
    story.take(change, story.facts[0].actor)
    assert first in story.facts
    assert story.state.owes(Order.INFRASTRUCTURE) == 4_000_000
    assert difference(story.state, due(story)) is None


def test_a_cheaper_change_is_a_difference_too():
    story = journey(Kind.EXPORT, before="10:01").pays()
    story.declares(truck(weight_class=WeightClass.VT4))
    story.take(difference(story.state, due(story)), story.facts[0].actor)
    assert story.state.owes(Order.INFRASTRUCTURE) == -500_000
    story.at("10:20").permit(YARD, OUT)


def test_a_change_of_route_moves_the_charge_to_the_other_order():
    story = journey(Kind.IMPORT_TRANSSHIPMENT, before="10:01").declares(truck(Kind.IMPORT_INLAND))
    for data in fold_again(story):
        story.take(data, story.facts[0].actor)
    assert story.state.owes(Order.TRANSSHIPMENT) == 0
    assert story.state.owes(Order.INFRASTRUCTURE) == 390_000
    assert fold_again(story.declares()) == []


def test_goods_taken_back_take_the_charge_with_them():
    story = journey(Kind.RECEIVING, before="10:01")
    received = next(fact for fact in story.facts if fact.kind == "received")
    story.undo(received)
    [change] = fold_again(story)
    assert (change.order, change.amount) == (Order.INFRASTRUCTURE, -300_000)


def test_the_charge_falls_due_with_the_entry_and_only_once():
    story = journey(Kind.EXPORT, before="09:00")
    assert fold_again(story) == []
    story.confirm("entered", by=story.facts[-1].actor.agency)
    [change] = fold_again(story)
    assert change.amount == 800_000
    again = list(consequences(story.last, story.state, story.ref))
    assert [fact.id for fact in again] == [
        fact.id for fact in consequences(story.last, story.state, story.ref)
    ]
    story.append(again[0]).confirm("health_checked", by=story.facts[0].actor.agency)
    assert fold_again(story) == []


def test_no_charge_no_leaving():
    story = journey(Kind.EXPORT, before="10:00").at("10:05")
    assert story.lacks(YARD, OUT) == ["paid by board"]
    story.permit(B1, OUT)
    assert story.now == moment("10:05")


# --- the tariff of the day on which it fell due ---------------------------------------------------

TOMORROW = MONDAY + timedelta(days=1)


def changed(ref: Reference, amounts: dict[WeightClass, int], percent: int, cap: int | None) -> Reference:
    """The same gate once the Board has changed everything that decides a fee, from tomorrow on."""
    ended = tuple(replace(row, valid_to=TOMORROW) for row in ref.tariff)
    rows = tuple(tariff_row(wc, amount, valid_from=TOMORROW) for wc, amount in amounts.items())
    shares = tuple(Share(s.kind, s.order, percent, s.law) for s in ref.shares)
    then = FeeRules(date(2025, 1, 1), ref.goods_classes, ref.shares, ref.multipliers, ref.fee_cap)
    now = FeeRules(TOMORROW, ref.goods_classes, shares, {"ore": 9}, cap)
    return replace(
        ref, tariff=ended + rows, shares=shares, multipliers={"ore": 9}, fee_cap=cap, fee_rules=(then, now)
    )


AMOUNTS = st.dictionaries(st.sampled_from(WeightClass), st.integers(1, 9_000_000), max_size=6)
LATER = st.lists(st.sampled_from(["confirm", "hold", "weigh", "again", "pay"]), min_size=1, max_size=6)


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from([Kind.EXPORT, Kind.IMPORT_INLAND, Kind.IMPORT_TRANSSHIPMENT, Kind.RECEIVING]),
    st.sampled_from(["26011100", "52081100"]),
    AMOUNTS,
    st.integers(1, 200),
    st.one_of(st.none(), st.integers(1, 5_000_000)),
    LATER,
)
def test_a_change_of_the_tariff_alone_never_charges_a_vehicle_that_was_charged(
    kind, hs, amounts, percent, cap, later
):
    content = None if kind is Kind.RECEIVING else truck(kind, groups=(group(goods(hs)),))
    story = journey(kind, before="10:01", content=content)
    assert story.state.charges
    owed = dict(story.state.charged)
    story.ref = changed(story.ref, amounts, percent, cap)
    story.at("08:00", day=1)
    for what in later:
        _happens(story, what)
        assert fold_again(story) == []
    assert story.state.charged == owed


def _happens(story: Story, what: str) -> None:
    match what:
        case "confirm":
            story.confirm("health_checked", by=Agency.HEALTH)
        case "hold":
            story.hold(by=Agency.CUSTOMS)
        case "weigh":
            story.weighs(30_000)
        case "again":
            story.declares()
        case "pay":
            story.pays(1_000)


def test_a_correction_after_a_change_is_computed_by_the_tariff_of_the_first_day():
    story = journey(Kind.EXPORT, before="10:01")
    new = {WeightClass.VT4: 450_000, WeightClass.VT6: 999_000}
    story.ref = changed(story.ref, new, 100, None)
    story.at("08:00", day=1)
    story.declares(truck(weight_class=WeightClass.VT4))
    [change] = fold_again(story)
    assert change.amount == 300_000 - 800_000
    story.take(change, story.facts[0].actor)
    story.declares(truck(weight_class=WeightClass.VT4, groups=(group(goods("26011100")),)))
    [change] = fold_again(story)
    assert change.amount == 5 * 300_000 - 300_000, "ore was five times the base on that day"


def test_who_is_charged_first_after_the_change_pays_by_the_new_tariff():
    story = journey(Kind.EXPORT, before="09:00")
    story.ref = changed(story.ref, {WeightClass.VT6: 999_000}, 100, None)
    story.at("08:00", day=1)
    story.confirm("entered", by=story.facts[-1].actor.agency)
    [change] = fold_again(story)
    assert change.amount == 999_000
