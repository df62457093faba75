"""Each kind of crossing from declaration to end, and what its permits wait for (procedures.md 2)."""

import pytest

from cuakhauso.core.decisions import Transfer as T
from cuakhauso.core.decisions import against_confirming, against_transshipping
from cuakhauso.core.facts import Confirmed
from cuakhauso.core.procedure import legs_ahead, may_turn_up_at
from cuakhauso.core.progress import Stage
from cuakhauso.core.standing import has_ended, status
from cuakhauso.core.words import Agency, Channel, Kind, Party, Place

from .builders import (
    ANIMAL,
    B1,
    B2,
    BORDER_GUARD,
    CUSTOMS,
    HEALTH,
    IN,
    JOURNEYS,
    LICENCE,
    LINE,
    NUMBER,
    OUT,
    PLANT,
    YARD,
    Story,
    gate,
    gate_with_a_scale,
    goods,
    group,
    journey,
    officer,
    truck,
)


@pytest.mark.parametrize("kind", Kind)
def test_a_truck_with_nothing_against_it_gets_every_permit_and_ends(kind):
    story = Story(truck(kind))
    for clock, act in JOURNEYS[kind]:
        act(story.at(clock))
        if isinstance(data := story.last.data, Confirmed):
            state_before = Story(truck(kind))
            state_before.facts, state_before.now = story.facts[:-1], story.now
            agency = story.last.actor.agency
            assert against_confirming(state_before.may(agency), data.step) == [], data.step
    assert has_ended(story.state, story.ref)
    assert story.summary.stage is Stage.ENDED
    assert story.summary.waits == ()


def test_export_lacks_at_b1_what_b1_needs():
    story = Story(truck()).at("08:00").declares()
    assert story.lacks(B1, OUT) == ["registration_accepted by customs"]
    story.confirm("registration_accepted", by=CUSTOMS)
    story.permit(B1, OUT)


def test_export_lacks_at_the_yard_everything_not_yet_done_there():
    story = journey(Kind.EXPORT, before="09:00")
    assert story.lacks(YARD, OUT) == [
        "entered by border_guard", "entered by customs", "health_checked by health",
        "licence_checked by transport_licence", "customs_cleared by customs", "paid by board",
    ]  # fmt: skip
    story = journey(Kind.EXPORT, before="10:01")
    assert story.lacks(YARD, OUT) == ["unpaid"]
    story.pays().permit(YARD, OUT)


def test_export_lacks_at_the_border_line_the_word_of_both_that_it_left_the_yard():
    story = journey(Kind.EXPORT, before="11:00")
    assert story.lacks(LINE, OUT) == ["left_yard by customs", "left_yard by border_guard"]
    story.confirm("left_yard", by=CUSTOMS)
    assert story.lacks(LINE, OUT) == ["left_yard by border_guard"]
    story.confirm("left_yard", by=BORDER_GUARD).permit(LINE, OUT)


def test_a_yard_needs_no_in_yard_confirmation_for_an_export_but_for_an_import():
    export = Story(truck())
    inland = Story(truck(Kind.IMPORT_INLAND))
    for story, lacks in ((export, False), (inland, True)):
        story.at("09:00").declares()
        assert ("in_yard by customs" in story.lacks(YARD, OUT if story is export else IN)) is lacks


def test_import_with_transshipment_lacks_at_the_yard_the_signature_and_the_goods():
    story = journey(Kind.IMPORT_TRANSSHIPMENT, before="09:45")
    assert story.lacks(YARD, OUT) == ["transshipment_signed by customs", "goods_remaining", "paid by board"]


def test_import_inland_leaves_by_b2_and_not_by_the_border():
    story = journey(Kind.IMPORT_INLAND, before="11:30")
    story.permit(B2, IN)
    assert story.codes(LINE, OUT) == ["not_expected_here"]


def test_a_receiving_vehicle_enters_with_the_short_form_alone():
    story = Story(truck(Kind.RECEIVING)).at("08:00").declares()
    story.permit(B1, OUT)


def test_a_receiving_vehicle_lacks_at_b2_goods_customs_word_and_payment():
    story = journey(Kind.RECEIVING, before="09:30")
    assert story.lacks(B2, IN) == [
        "received_goods by yard", "health_checked by health", "goods_released by customs", "paid by board",
        "left_yard by customs", "left_yard by border_guard",
    ]  # fmt: skip


def test_a_receiving_vehicle_with_goods_under_no_customs_declaration_stays():
    story = journey(Kind.RECEIVING, before="09:40")
    story.goods_are_released(False)
    assert "goods_released by customs" in story.lacks(B2, IN)


def test_a_receiving_vehicle_that_got_nothing_leaves_empty_after_an_officers_look():
    story = journey(Kind.RECEIVING, before="09:30").at("15:00")
    story.objections(YARD, IN)
    story.confirm("looked_empty", by=BORDER_GUARD).permit(YARD, IN)
    story.both_confirm("left_yard").permit(B2, IN)
    story.confirm("left_zone", by=BORDER_GUARD)
    assert has_ended(story.state, story.ref)


def test_a_look_at_an_empty_vehicle_excuses_nothing_once_it_has_goods():
    story = journey(Kind.RECEIVING, before="09:30").confirm("looked_empty", by=BORDER_GUARD).receives(4)
    assert "paid by board" in story.lacks(YARD, IN)


def test_an_empty_return_from_abroad_enters_on_border_guards_word_alone():
    story = Story(truck(Kind.EMPTY_RETURN)).at("09:00").declares()
    story.permit(LINE, IN)
    story.confirm("entered", by=BORDER_GUARD)
    assert story.lacks(B2, IN) == ["licence_checked by transport_licence"]
    story.confirm("licence_checked", by=LICENCE).permit(B2, IN)


def test_a_foreign_vehicle_that_was_inland_goes_back_over_the_border_on_border_guards_word():
    story = Story(truck(Kind.EMPTY_RETURN, country="CN")).at("09:00").declares()
    story.permit(B1, OUT)
    story.confirm("entered", by=BORDER_GUARD).confirm("licence_checked", by=LICENCE)
    story.permit(LINE, OUT)
    story.confirm("left_to_other_side", by=BORDER_GUARD)
    assert has_ended(story.state, story.ref)


def test_entered_needs_both_agencies_in_any_order():
    for first, second in ((BORDER_GUARD, CUSTOMS), (CUSTOMS, BORDER_GUARD)):
        story = journey(Kind.EXPORT, before="09:00").confirm("entered", by=first)
        assert f"entered by {second}" in story.lacks(YARD, OUT)
        story.confirm("entered", by=second)
        assert not [lack for lack in story.lacks(YARD, OUT) if "entered" in lack]


def test_another_agencys_word_does_not_count():
    story = journey(Kind.EXPORT, before="09:00").confirm("entered", by=HEALTH)
    assert {"entered by border_guard", "entered by customs"} <= set(story.lacks(YARD, OUT))
    assert story.state.place is Place.UNKNOWN
    assert status("entered", story.state, story.ref).facts == ()


@pytest.mark.parametrize(("hs", "agency"), [("08109050", PLANT), ("03021100", ANIMAL)])
def test_quarantine_is_required_by_the_goods_chapter(hs, agency):
    story = Story(truck(groups=(group(goods(hs)),))).declares()
    assert any(agency in lack for lack in story.lacks(YARD, OUT))
    plain = Story(truck()).declares()
    assert not any("quarantine" in lack for lack in plain.lacks(YARD, OUT))


def test_goods_received_bring_their_quarantine_with_them():
    story = journey(Kind.RECEIVING, before="09:30").receives(10, hs="08")
    assert "plant_quarantined by plant_quarantine" in story.lacks(YARD, IN)


@pytest.mark.parametrize("channel", [Channel.YELLOW, Channel.RED])
def test_yellow_and_red_wait_for_customs(channel):
    story = journey(Kind.EXPORT, before="09:40").channel(channel)
    assert "customs_cleared by customs" in story.lacks(YARD, OUT)


def test_green_counts_as_cleared_with_the_registration():
    story = journey(Kind.EXPORT, before="09:40").channel(Channel.GREEN)
    assert "customs_cleared by customs" not in story.lacks(YARD, OUT)
    story.channel(Channel.RED)
    assert "customs_cleared by customs" in story.lacks(YARD, OUT)


def test_one_red_declaration_among_green_ones_waits_for_customs():
    two = (group(), group(number="10799999999"))
    story = journey(Kind.EXPORT, before="09:40", content=truck(groups=two)).channel(Channel.GREEN)
    assert "customs_cleared by customs" in story.lacks(YARD, OUT)
    story.channel(Channel.GREEN, "107999999991")
    assert "customs_cleared by customs" not in story.lacks(YARD, OUT)


def test_weighing_is_required_where_there_is_a_scale_and_only_a_stable_weight_counts():
    story = journey(Kind.EXPORT, before="10:30", ref=gate_with_a_scale())
    assert story.lacks(YARD, OUT) == ["weighed by device"]
    assert story.weighs(20_000, stable=False).lacks(YARD, OUT) == ["weighed by device"]
    story.weighs(20_000).permit(YARD, OUT)


def test_a_place_without_a_yard_asks_for_no_in_yard():
    story = journey(Kind.IMPORT_INLAND, before="09:30", ref=gate(yards=frozenset()))
    assert not any("in_yard" in lack for lack in story.lacks(YARD, IN))


def test_in_yard_is_said_by_customs_or_by_the_yards_system():
    for agency in (CUSTOMS, Agency.YARD):
        story = journey(Kind.IMPORT_INLAND, before="09:30").confirm("in_yard", by=agency)
        assert status("in_yard", story.state, story.ref).done_at is not None


# --- the transshipment -----------------------------------------------------------------------------


def foreign_and_receiving() -> tuple[Story, Story]:
    foreign = journey(Kind.IMPORT_TRANSSHIPMENT, before="09:00")
    receiving = Story(truck(Kind.RECEIVING)).at("08:30").declares()
    foreign.links(receiving)
    return foreign, receiving


def test_signing_a_transshipment_has_four_conditions_all_told_at_once():
    foreign = Story(truck(Kind.IMPORT_TRANSSHIPMENT, licence="")).at("09:00").declares()
    found = against_confirming(foreign.may(CUSTOMS), "transshipment_signed")
    assert [(o.code, o.party) for o in found] == [
        ("need_open", Party.TRANSPORT_LICENCE), ("need_open", Party.BORDER_GUARD),
        ("need_open", Party.CUSTOMS), ("licence_not_registered", Party.BUSINESS),
        ("no_receiving_vehicle", Party.BUSINESS),
    ]  # fmt: skip


def test_a_receiving_vehicle_confirmed_in_by_both_is_a_ground_for_the_signature():
    foreign, receiving = foreign_and_receiving()
    foreign.at("09:10").both_confirm("entered").confirm("licence_checked", by=LICENCE)
    receiving.at("09:20").confirm("entered", by=BORDER_GUARD)
    assert [o.code for o in against_confirming(foreign.may(CUSTOMS), "transshipment_signed")] == [
        "no_receiving_vehicle"
    ]
    receiving.confirm("entered", by=CUSTOMS)
    assert against_confirming(foreign.at("09:30").may(CUSTOMS), "transshipment_signed") == []


def test_a_receiving_vehicle_linked_after_it_entered_counts_too():
    foreign = journey(Kind.IMPORT_TRANSSHIPMENT, before="09:45")
    receiving = Story(truck(Kind.RECEIVING)).at("08:30").declares().both_confirm("entered")
    foreign.at("09:40").links(receiving)
    assert against_confirming(foreign.at("09:50").may(CUSTOMS), "transshipment_signed") == []


def signed() -> tuple[Story, Story]:
    foreign, receiving = foreign_and_receiving()
    receiving.at("09:05").both_confirm("entered")
    foreign.at("09:10").both_confirm("entered").confirm("licence_checked", by=LICENCE)
    foreign.at("09:50").confirm("transshipment_signed", by=CUSTOMS)
    return foreign.at("10:00"), receiving.at("10:00")


def is_signed(foreign: Story) -> bool:
    return status("transshipment_signed", foreign.state, foreign.ref).done_at is not None


@pytest.mark.parametrize(
    ("step", "agency"), [("entered", BORDER_GUARD), ("entered", CUSTOMS), ("licence_checked", LICENCE)]
)
def test_undoing_a_ground_opens_the_signature_again(step, agency):
    foreign, _ = signed()
    foreign.undo(foreign.found(step, agency))
    assert not is_signed(foreign)
    foreign.at("10:05").confirm(step, by=agency)
    assert not is_signed(foreign), "the ground stands again, the signature has to be given again"
    foreign.confirm("transshipment_signed", by=CUSTOMS)
    assert is_signed(foreign)


def test_the_last_receiving_vehicle_taken_back_opens_the_signature_again():
    foreign, receiving = signed()
    receiving.undo(receiving.found("entered", CUSTOMS))
    assert not is_signed(foreign)


def test_a_second_receiving_vehicle_still_in_keeps_the_signature():
    foreign, receiving = signed()
    other = Story(truck(Kind.RECEIVING)).at("09:10").declares().both_confirm("entered")
    foreign.links(other)
    receiving.at("10:10").undo(receiving.found("entered", CUSTOMS))
    assert is_signed(foreign)


def test_undoing_another_step_leaves_the_signature():
    foreign, _ = signed()
    foreign.confirm("health_checked", by=HEALTH).undo()
    assert is_signed(foreign)


def test_part_loads_leave_goods_behind_and_the_objection_names_what_is_left():
    foreign, receiving = signed()
    foreign.gives(4, receiving)
    left = [o for o in foreign.objections(YARD, OUT) if o.code == "goods_remaining"]
    assert [(o.details["customs_number"], o.details["packages"]) for o in left] == [(NUMBER, 6)]
    assert foreign.state.remaining(0) == 6
    foreign.stores(1).gives(5, receiving)
    assert "goods_remaining" not in foreign.codes(YARD, OUT)


def test_goods_given_are_goods_received_and_taken_back_again():
    foreign, receiving = signed()
    foreign.gives(4, receiving)
    given = foreign.last
    assert [fact.data.packages for fact in receiving.state.received] == [4]
    foreign.at("10:30").undo(given)
    assert receiving.state.received == []
    assert foreign.state.remaining(0) == 10


def test_the_word_of_customs_reaches_the_vehicle_that_carries_the_goods():
    foreign, receiving = signed()
    foreign.gives(10, receiving)
    assert "goods_released by customs" in receiving.lacks(B2, IN)
    foreign.at("10:20").confirm("customs_cleared", by=CUSTOMS)
    word = foreign.last
    assert "goods_released by customs" not in receiving.lacks(B2, IN)
    foreign.at("10:40").undo(word)
    assert "goods_released by customs" in receiving.lacks(B2, IN)


def test_goods_may_be_given_only_after_the_signature_to_a_linked_vehicle_and_no_more_than_there_are():
    foreign, receiving = foreign_and_receiving()
    stranger = Story(truck(Kind.RECEIVING))
    codes = [o.code for o in against_transshipping(foreign.may(Agency.YARD), T(0, 11, stranger.crossing))]
    assert codes == ["not_signed", "not_linked", "too_many_packages"]
    foreign, receiving = signed()
    case = foreign.may(Agency.YARD)
    assert against_transshipping(case, T(0, 10, receiving.crossing)) == []
    assert [o.code for o in against_transshipping(case, T(1, 1, receiving.crossing))] == ["no_such_group"]
    assert [o.code for o in against_transshipping(case, T(-1, 1, receiving.crossing))] == ["no_such_group"]


def test_goods_of_a_group_that_is_not_declared_move_nothing():
    foreign, receiving = signed()
    foreign.content = truck(Kind.IMPORT_TRANSSHIPMENT, groups=(group(), group(number="")))
    foreign.gives(3, receiving, group=1)
    assert receiving.state.received == []


def test_a_late_confirmation_of_the_receiving_vehicle_still_reaches_its_source():
    foreign, receiving = foreign_and_receiving()
    receiving.at("09:05").both_confirm("entered").at("09:15").undo()
    assert foreign.state.receiving_entered == {receiving.crossing: False}
    learned = receiving.at("09:30").now
    receiving.at("09:08").take(Confirmed(step="entered"), officer(CUSTOMS), recorded_at=learned)
    assert foreign.state.receiving_entered == {receiving.crossing: True}


def test_a_vehicle_that_nobody_declared_may_turn_up_anywhere_and_a_declared_one_where_its_way_leads():
    stopped = Story().stopped_undeclared()
    everywhere = {(leg.at, leg.direction) for leg in may_turn_up_at(stopped.state)}
    for kind in Kind:
        state = journey(kind, before="08:30").state
        ahead = [(leg.at, leg.direction) for leg in may_turn_up_at(state)]
        assert ahead == [(leg.at, leg.direction) for leg in legs_ahead(state)]
        assert everywhere.issuperset(ahead)


def test_one_whose_declaration_was_withdrawn_is_still_known_where_its_way_led():
    story = journey(Kind.EXPORT, before="08:30")
    ahead = may_turn_up_at(story.state)
    assert ahead
    assert may_turn_up_at(story.withdraws().state) == ahead
    assert "declaration_withdrawn" in story.codes(ahead[0].at, ahead[0].direction)
