"""May it pass: every objection at once, and the one way of the undeclared (procedures.md 3, 4)."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from cuakhauso.core.declaration import Document, Plate
from cuakhauso.core.permit import PERMIT_LASTS, Permit
from cuakhauso.core.procedure import next_leg
from cuakhauso.core.reference import Calendar, Closure
from cuakhauso.core.words import Agency, CheckpointKind, Direction, Kind, Order, Party, Place

from .builders import (
    B1,
    B2,
    BORDER_GUARD,
    CUSTOMS,
    GATE,
    HEALTH,
    IN,
    LINE,
    OUT,
    PLANT,
    TEMPORARY_YARD,
    YARD,
    YARD_NAME,
    Story,
    gate,
    gate_with_a_scale,
    hours,
    journey,
    legs,
    moment,
    truck,
)


def at_b1(**of_the_truck) -> Story:
    """An export that B1 would let in."""
    return journey(Kind.EXPORT, before="09:00", content=truck(**of_the_truck))


def test_a_permit_says_which_vehicle_where_until_when_and_from_how_many_facts():
    story = at_b1(containers=("TCLU1234568",))
    permit = story.permit(B1, OUT)
    assert (permit.plate, permit.containers) == ("12C05678", ("TCLU1234568",))
    assert (permit.checkpoint, permit.direction) == (B1, OUT)
    assert (permit.valid_from, permit.until) == (story.now, story.now + PERMIT_LASTS)
    assert permit.facts == len(story.facts)


def test_without_a_fact_nothing_is_permitted_anywhere():
    story = Story(truck())
    for at in CheckpointKind:
        for direction in Direction:
            assert not isinstance(story.asks(at, direction), Permit)
    assert "unknown_state" in story.codes(B1, OUT)


# --- undeclared, withdrawn -----------------------------------------------------------------------


def test_an_undeclared_vehicle_has_exactly_one_way_the_temporary_yard():
    story = Story().at("09:00").stopped_undeclared()
    for at in CheckpointKind:
        for direction in Direction:
            assert isinstance(story.asks(at, direction), Permit) is (at is TEMPORARY_YARD)
    assert story.objections(B1, OUT)[0].code == "undeclared"


def test_once_declared_it_goes_its_way_and_no_more_to_the_temporary_yard():
    story = Story(truck()).at("09:00").stopped_undeclared().declares()
    assert story.lacks(B1, OUT) == ["registration_accepted by customs"]
    assert story.codes(TEMPORARY_YARD, OUT) == ["not_expected_here"]


def test_a_held_undeclared_vehicle_stays_unless_it_reports_at_the_temporary_yard():
    held = Story().at("09:00").stopped_undeclared().hold(CUSTOMS)
    assert held.codes(TEMPORARY_YARD, OUT) == ["hold_live"]
    sent = Story().at("09:00").stopped_undeclared().hold(CUSTOMS, report_to=Place.TEMPORARY_YARD)
    sent.permit(TEMPORARY_YARD, OUT)


def test_an_undeclared_vehicle_that_was_struck_off_has_no_way_at_all():
    story = Story().at("09:00").stopped_undeclared().struck_off()
    assert story.codes(TEMPORARY_YARD, OUT) == ["struck_off"]


def test_another_gates_temporary_yard_is_not_its_way():
    story = Story().at("09:00").stopped_undeclared()
    story.ref = gate(gate="tan_thanh")
    assert story.codes(TEMPORARY_YARD, OUT) == ["not_expected_here"]


def test_a_withdrawn_declaration_permits_nothing():
    story = at_b1().withdraws()
    assert "declaration_withdrawn" in story.codes(B1, OUT)


def test_a_late_earlier_version_does_not_bring_a_withdrawn_declaration_back():
    story = at_b1().declares()
    first = story.facts[0]
    story.at("09:10").withdraws()
    story.version = 0
    story.at("09:11").declares()
    assert story.last.data.version == first.data.version
    assert "declaration_withdrawn" in story.codes(B1, OUT)


def test_a_new_declaration_after_a_withdrawn_one_counts_although_its_version_is_lower():
    story = at_b1().declares().at("09:10").withdraws()
    story.version = 0
    story.at("09:20").declares(truck(licence="GPVT-2"), number="HN-2")
    assert story.state.number == "HN-2"
    assert story.state.content.vehicle.transport_licence == "GPVT-2"
    story.withdraws("HN-1")
    assert story.state.content is not None, "what was replaced is withdrawn, not what replaced it"


def test_the_later_version_replaces_the_earlier_one():
    story = at_b1().declares(truck(max_gross_kg=1))
    assert story.state.content.vehicle.max_gross_kg == 1


# --- identity, place, direction -------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["plate", "trailer", "container", "seal"])
def test_what_was_read_must_be_what_was_declared(subject):
    story = at_b1(containers=("TCLU1234568",), seals=("S1",)).is_read(subject, "12H09999")
    [objection] = story.objections(B1, OUT)
    assert objection.code == "identity_mismatch"
    assert objection.details["read"] == "12H09999"
    story.settle("identity_mismatch", subject).permit(B1, OUT)
    assert story.is_read(subject, "12H08888").codes(B1, OUT) == ["identity_mismatch"]


@pytest.mark.parametrize(
    ("declared", "read", "agrees"),
    [("桂", "桂", True), ("桂", "粤", False), ("桂", "", True), ("", "粤", True)],
)
def test_a_chinese_plate_agrees_in_its_province_too_where_both_say_one(declared, read, agrees):
    content = truck()
    plate = Plate(country="CN", number="F12345", shown=f"{declared}F·12345", province=declared)
    content = replace(content, vehicle=replace(content.vehicle, plate=plate))
    story = journey(Kind.EXPORT, before="09:00", content=content).is_read("plate", "F12345", read)
    if agrees:
        story.permit(B1, OUT)
        return
    [objection] = story.objections(B1, OUT)
    assert objection.code == "identity_mismatch"
    assert (objection.details["read"], objection.details["declared"]) == ("粤F12345", "桂F12345")


def test_reading_the_right_plate_ends_the_mismatch():
    story = at_b1().is_read("plate", "12H09999").is_read("plate", "12C05678")
    story.permit(B1, OUT)


def test_wrong_gate_and_wrong_direction_are_not_expected():
    story = at_b1()
    assert story.codes(B1, IN) == ["not_expected_here"]
    assert story.codes(B2, IN) == ["not_expected_here"]
    story.ref = gate(gate="tan_thanh")
    assert story.codes(B1, OUT) == ["not_expected_here"]


# --- holds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_any_agencys_hold_stops_the_vehicle_at_every_checkpoint(kind):
    story = journey(kind, before="11:00").hold(HEALTH)
    for at, direction in legs(story):
        assert "hold_live" in story.codes(at, direction)


def test_several_holds_each_live_their_own_life():
    story = at_b1().hold(HEALTH).at("09:05").hold(CUSTOMS).hold(CUSTOMS, "seal")
    assert story.codes(B1, OUT) == ["hold_live"] * 3
    assert [o.party for o in story.objections(B1, OUT)] == [Party.HEALTH, Party.CUSTOMS, Party.CUSTOMS]
    story.lift(HEALTH).lift(CUSTOMS)
    assert [o.details["reason"] for o in story.objections(B1, OUT)] == ["seal"]
    assert story.summary.held_by == (Party.CUSTOMS,)
    story.lift(CUSTOMS).permit(B1, OUT)


def test_a_held_vehicle_may_go_where_the_hold_says_to_report():
    story = at_b1().hold(PLANT, report_to=Place.YARD)
    story.permit(B1, OUT)
    story.hold(CUSTOMS)
    assert story.codes(B1, OUT) == ["hold_live"], "the other hold says nothing of the yard"


def test_the_way_to_the_report_place_is_no_way_out():
    story = journey(Kind.EXPORT, before="11:00").hold(PLANT, report_to=Place.YARD)
    assert story.codes(YARD, OUT) == ["hold_live"]
    story.hold(PLANT, report_to=Place.BORDER_LINE)
    assert story.codes(YARD, OUT) == ["hold_live"]


def test_a_lift_that_was_recorded_before_its_hold_still_lifts_it():
    story = at_b1().hold(HEALTH)
    hold = story.last
    story.at("08:59").lift(HEALTH, hold).at("09:00").permit(B1, OUT)


# --- money, papers, weight, hours -------------------------------------------------------------------


def test_each_order_that_is_not_paid_is_named_with_its_amount():
    story = journey(Kind.EXPORT, before="10:01")
    [objection] = story.objections(YARD, OUT)
    assert (objection.code, objection.party, objection.details["amount"]) == (
        "unpaid",
        Party.BUSINESS,
        800_000,
    )
    assert story.pays(500_000).objections(YARD, OUT)[0].details["amount"] == 300_000
    story.pays().permit(YARD, OUT)


def test_a_later_difference_is_owed_even_after_the_first_payment():
    story = journey(Kind.EXPORT, before="11:00").is_charged(50_000)
    assert story.codes(YARD, OUT) == ["unpaid"]
    assert story.codes(LINE, OUT) == ["step_open", "step_open", "unpaid"]


def test_money_on_one_order_does_not_pay_another():
    story = journey(Kind.EXPORT, before="10:01").pays(800_000, Order.TRANSSHIPMENT)
    assert story.codes(YARD, OUT) == ["unpaid"]


def test_a_paper_is_good_through_its_last_day_in_hanoi():
    story = at_b1(documents=(Document(kind="inspection", valid_to=date(2025, 5, 12)),))
    story.at("19:59").permit(B1, OUT)
    [objection] = story.at("07:00", day=1).objections(B1, OUT)
    assert (objection.code, objection.details["document"]) == ("document_expired", "inspection")


def test_a_foreign_vehicle_leaves_within_its_stay_or_an_officer_has_settled_it():
    story = journey(Kind.IMPORT_INLAND, before="11:30")
    story.at("09:00", day=1).permit(B2, IN)
    assert story.at("09:01", day=1).codes(B2, IN) == ["overstay"]
    story.settle("overstay").permit(B2, IN)


def test_a_vietnamese_vehicle_has_no_stay_limit():
    journey(Kind.EXPORT, before="11:30").at("09:30", day=3).permit(LINE, OUT)


def test_the_weight_may_exceed_the_limit_by_the_tolerance_and_no_more():
    story = journey(Kind.EXPORT, before="11:00", ref=gate_with_a_scale())
    story.weighs(42_000).permit(YARD, OUT)
    [objection] = story.weighs(42_001).objections(YARD, OUT)
    assert (objection.code, objection.details["measured"]) == ("overweight", 42_001)
    story.settle("overweight", by=CUSTOMS).permit(YARD, OUT)
    assert story.at("11:30").weighs(60_000).codes(YARD, OUT) == ["overweight"], "settled was another weight"


def test_an_unknown_limit_of_weight_is_no_objection_and_an_unstable_weight_no_weight():
    story = journey(Kind.EXPORT, before="11:00", content=truck(max_gross_kg=None))
    story.weighs(90_000).permit(YARD, OUT)
    journey(Kind.EXPORT, before="11:00").weighs(90_000, stable=False).permit(YARD, OUT)


def test_outside_its_hours_a_checkpoint_says_when_it_opens():
    story = at_b1().at("20:00")
    [objection] = story.objections(B1, OUT)
    assert (objection.code, objection.party) == ("place_closed", Party.CLOSED_HOURS)
    assert objection.details["opens"] == moment("07:00", day=1)
    story.at("07:00", day=1).permit(B1, OUT)


def test_a_gate_closed_by_the_other_side_is_the_other_sides_time():
    shut = Closure(moment("09:00"), moment("10:00"), "holiday", other_side=True)
    story = at_b1()
    story.ref = gate(calendar=Calendar(hours(), (shut,)))
    [objection] = story.at("09:30").objections(B1, OUT)
    assert (objection.code, objection.party) == ("place_closed", Party.OTHER_SIDE)
    assert objection.details["opens"] == moment("10:00")


def test_where_no_hours_are_set_nothing_is_open():
    story = at_b1()
    story.ref = gate(calendar=Calendar())
    assert story.codes(B1, OUT) == ["place_closed"]


def test_the_yard_keeps_no_hours_of_the_gate():
    journey(Kind.EXPORT, before="11:00").at("23:00").permit(YARD, OUT)


def test_a_full_yard_lets_nobody_new_in_but_everybody_out():
    full = gate(free_bays={YARD_NAME: 0})
    story = at_b1()
    story.ref = full
    assert story.codes(B1, OUT) == ["yard_full"]
    inside = journey(Kind.EXPORT, before="11:00", ref=full)
    inside.permit(YARD, OUT)


def test_a_queued_vehicle_waits_until_it_is_called():
    story = at_b1().queues()
    assert story.codes(B1, OUT) == ["called_others_first"]
    story.is_called().permit(B1, OUT)


# --- the end -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_a_crossing_that_is_over_gets_no_permit(kind):
    story = journey(kind).at("12:00")
    for at, direction in legs(story):
        assert "crossing_ended" in story.codes(at, direction)


def test_objections_come_all_at_once_in_the_order_of_the_law():
    story = (
        Story(truck(documents=(Document(kind="inspection", valid_to=date(2025, 1, 1)),)), gate(gate=GATE))
        .at("21:00").declares().queues().is_read("plate", "X").hold(Agency.BOARD).is_charged(800_000)
    )  # fmt: skip
    assert [o.code for o in story.objections(YARD, OUT)] == [
        "identity_mismatch", *["step_open"] * 6, "hold_live", "unpaid", "document_expired",
        "called_others_first",
    ]  # fmt: skip
    assert [o.code for o in story.objections(B1, OUT)] == [
        "identity_mismatch", "step_open", "hold_live", "document_expired", "place_closed",
        "called_others_first",
    ]  # fmt: skip


def test_a_permit_is_short():
    assert timedelta() < PERMIT_LASTS <= timedelta(hours=1)


def test_who_must_move_on_an_open_step_is_said_for_each_agency():
    story = journey(Kind.EXPORT, before="09:00")
    parties = [o.party for o in story.objections(YARD, OUT) if o.details.get("step") == "entered"]
    assert parties == [Party(BORDER_GUARD), Party(CUSTOMS)]
    assert LINE in {at for at, _ in legs(story)}


def test_a_vehicle_that_backed_out_of_b1_may_try_again():
    story = at_b1()
    story.passes(B1, OUT, Place.GATE_AREA)
    assert next_leg(story.state).at is YARD
    story.passes(B1, IN, Place.ROAD)
    assert next_leg(story.state).at is B1
