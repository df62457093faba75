"""What other rules would have changed: fees, steps, places, permits; for the living and for what is past."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from msgspec import structs

from cuakhauso.core.charges import Charge, charge
from cuakhauso.core.effects import Both, Effects, Weights, compare
from cuakhauso.core.fold import fold
from cuakhauso.core.permit import Permit, Question, may_pass
from cuakhauso.core.procedure import next_leg
from cuakhauso.core.reference import HANOI, Calendar, Tolerance
from cuakhauso.core.standing import has_ended, statuses
from cuakhauso.core.steps import StepCode
from cuakhauso.core.weights import is_off
from cuakhauso.core.words import Kind, WeightClass

from .builders import (
    CUSTOMS,
    HEALTH,
    MONDAY,
    PLANT,
    YARD,
    Story,
    gate,
    goods,
    group,
    hours,
    journey,
    moment,
    tariff_row,
    truck,
)  # fmt: skip
from .histories import REFERENCES, histories
from .test_properties import bounded


def looked(*stories, after, before=None, at=None):
    told = [(story.crossing, story.facts) for story in stories]
    return compare(told, Both(before or gate(), after, at or moment("12:00")))


def gone(kind=Kind.EXPORT, **more):
    return journey(kind, **more)


def test_the_same_rules_change_nothing():
    assert looked(gone(), Story(truck()).declares(), after=gate()) == Effects(looked_at=2)


def test_another_rate_is_summed_before_and_after_over_those_who_would_owe_it():
    dearer = gate(tariff=(tariff_row(WeightClass.VT6, 900_000, kind=Kind.EXPORT),))
    found = looked(gone(), gone(), gone(Kind.RECEIVING), after=dearer)
    assert (found.fees.changed, found.fees.before, found.fees.after) == (3, 1_900_000, 1_800_000)
    assert found.fees.unknown_after == 1, "the receiving vehicle's class has no rate any more"
    assert len(found.examples["fee"]) == 3


def test_an_amount_is_that_of_the_day_on_which_it_would_begin():
    later = MONDAY + timedelta(days=10)
    old = tariff_row(WeightClass.VT6, 800_000, kind=Kind.EXPORT, valid_to=later)
    new = tariff_row(WeightClass.VT6, 850_000, kind=Kind.EXPORT, valid_from=later)
    after = gate(tariff=(old, new))
    assert looked(gone(), after=after, at=moment("12:00", 9)).fees.changed == 0
    assert looked(gone(), after=after, at=moment("12:00", 10)).fees.after == 850_000


def test_a_chapter_added_to_the_quarantine_table_is_a_step_more_and_would_have_stopped_what_passed():
    timber = truck(groups=(group(goods("44079900")),))
    after = gate(quarantine={**gate().quarantine, "44": frozenset({PLANT})})
    found = looked(gone(content=timber), gone(), after=after)
    assert found.newly_required == {StepCode.PLANT_QUARANTINED: 1}
    assert (found.refused, found.permitted, found.touched) == (1, 0, 1)
    back = looked(gone(content=timber), before=after, after=gate())
    assert back.no_longer == {StepCode.PLANT_QUARANTINED: 1}


def test_earlier_closing_refuses_those_who_passed_after_it():
    early = gate(calendar=Calendar(hours(7, 11)))
    assert looked(gone(), after=early).refused == 1, "it went to the other side at half past eleven"
    assert looked(gone(), after=gate(calendar=Calendar(hours(7, 12)))).refused == 0


def test_a_step_done_elsewhere_is_told_of_those_for_whom_it_is_still_open():
    waiting = Story(truck()).declares().confirm("registration_accepted", by=CUSTOMS)
    after = gate(step_places={StepCode.HEALTH_CHECKED: (YARD,)})
    found = looked(waiting, gone(), after=after)
    assert found.elsewhere == {StepCode.HEALTH_CHECKED: 1}
    waiting.at("09:00").both_confirm("entered").confirm("health_checked", by=HEALTH)
    assert looked(waiting, after=after).elsewhere == {}


def test_parts_add_up_to_the_whole_and_keep_few_examples():
    dearer = gate(tariff=(tariff_row(WeightClass.VT6, 900_000, kind=Kind.EXPORT),))
    stories = [gone() for _ in range(8)]
    whole = looked(*stories, after=dearer)
    parts = looked(*stories[:3], after=dearer) + looked(*stories[3:], after=dearer)
    assert whole == parts
    assert whole.fees.changed == 8
    assert len(whole.examples["fee"]) == 5


@bounded
@given(histories())
def test_what_is_told_of_a_living_vehicle_is_the_difference_of_what_the_law_says(history):
    """Against the rules asked one by one, for every pair of gates."""
    state = fold(history.facts)
    for after in REFERENCES:
        both = Both(history.ref, after, history.at)
        found = compare([(history.facts[0].crossing, history.facts)] if history.facts else [], both)
        if not history.facts or has_ended(state, history.ref):
            continue
        need = [{s.step.code for s in statuses(state, ref) if s.required} for ref in (history.ref, after)]
        assert set(found.newly_required) == need[1] - need[0]
        assert set(found.no_longer) == need[0] - need[1]
        on = history.at.astimezone(HANOI).date()
        amounts = [
            c.amount if isinstance(c := charge(state, r, on), Charge) else 0 for r in (history.ref, after)
        ]
        assert found.fees.after - found.fees.before == amounts[1] - amounts[0]
        leg = next_leg(state)
        if leg is not None:
            question = Question(state, leg.at, leg.direction, history.at, history.ref, state.gate)
            now, then = (isinstance(may_pass(replace(question, ref=r)), Permit) for r in (history.ref, after))
            assert (found.refused, found.permitted) == (int(now and not then), int(then and not now))


def test_tolerances_by_goods_tell_who_may_be_further_off_and_whom_the_scale_would_call_off():
    content = truck(groups=(group(goods("08109050", weight=10_000)),))
    content = replace_vehicle(content, own_weight_kg=10_000)
    weighed = [Story(content).at("09:00").declares().weighs(kg) for kg in (20_000, 21_400, 23_000)]
    coming = Story(content).declares()
    wider = gate(tolerances=(Tolerance("0810", 15),))
    found = looked(*weighed, coming, after=wider)
    assert found.weights == Weights(wider=4, narrower=0, off=0, right=1), "5 % of both, then 5 % and 15 %"
    back = looked(*weighed, coming, before=wider, after=gate())
    assert back.weights == Weights(wider=0, narrower=4, off=1, right=0)
    assert back.examples["weight"]


def test_goods_of_another_kind_and_unknown_weights_are_left_alone():
    plastic = Story(truck(groups=(group(goods("39269099")),))).at("09:00").declares().weighs(30_000)
    assert looked(plastic, after=gate(tolerances=(Tolerance("0810", 15),))).weights == Weights()
    assert is_off(plastic.state, gate()) is None, "its own weight was not declared"


def replace_vehicle(content, **changes):
    return structs.replace(content, vehicle=structs.replace(content.vehicle, **changes))
