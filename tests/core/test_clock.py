"""Whose second it is, line by line of the table (procedures.md 6)."""

from datetime import date, timedelta

from cuakhauso.core.clock import per_party
from cuakhauso.core.declaration import Document
from cuakhauso.core.reference import Calendar, Closure
from cuakhauso.core.standing import ended_at
from cuakhauso.core.words import Agency, Kind, Order, Party, Place

from .builders import (
    BORDER_GUARD,
    CUSTOMS,
    HEALTH,
    LICENCE,
    LINE,
    OUT,
    Story,
    gate,
    hours,
    journey,
    moment,
    truck,
)


def test_the_recorded_export_has_an_owner_for_every_minute():
    """domain.md 2.3: one real record; the confirmations do not come in order."""
    story = Story(truck()).at("22:46", day=-1).declares()
    story.at("22:50", day=-1).confirm("registration_accepted", by=CUSTOMS)
    story.at("08:54").confirm("health_checked", by=HEALTH)
    story.at("09:40").confirm("entered", by=CUSTOMS)
    story.at("09:57").confirm("in_yard", by=CUSTOMS).confirm("border_guard_completed", by=BORDER_GUARD)
    story.at("09:58").confirm("customs_cleared", by=CUSTOMS).is_charged()
    story.at("10:07").pays()
    story.at("11:03").confirm("entered", by=BORDER_GUARD)
    story.at("13:48").confirm("licence_checked", by=LICENCE)
    story.at("13:51").confirm("left_yard", by=CUSTOMS).confirm("left_to_other_side", by=CUSTOMS)
    story.at("13:53").confirm("left_yard", by=BORDER_GUARD).confirm("left_to_other_side", by=BORDER_GUARD)
    assert story.owners() == [
        ("08:54", "driver", "on_its_way"),
        ("09:40", "border_guard", "entered"),
        ("11:03", "transport_licence", "licence_checked"),
        ("13:48", "driver", "on_its_way"),
        ("13:51", "border_guard", "left_yard"),
    ]
    assert sum(per_party(story.spans()).values(), timedelta()) == timedelta(hours=4, minutes=59)


def test_time_begins_with_presence_not_with_the_declaration():
    story = journey(Kind.EXPORT, before="09:00")
    assert story.spans() == []
    assert story.at("08:40").arrives(Place.ROAD).owners("09:00")[0][0] == "08:40"


def test_before_the_registration_is_accepted_it_is_customs_second():
    story = Story(truck()).at("08:00").declares().arrives(Place.ROAD)
    assert story.owners("08:30") == [("08:00", "customs", "registration_accepted")]


def test_an_outage_goes_before_a_hold_and_a_hold_before_everything_else():
    story = journey(Kind.EXPORT, before="09:20").queues().hold(HEALTH, "fever")
    story.at("09:30").outage("scale")
    story.at("09:40").outage_over("scale").at("09:50").lift(HEALTH)
    assert story.owners("10:00")[-4:] == [
        ("09:20", "health", "hold:fever"), ("09:30", "system", "scale"),
        ("09:40", "health", "hold:fever"), ("09:50", "transport_licence", "licence_checked"),
    ]  # fmt: skip


def test_of_several_holds_the_first_one_owns_the_second():
    story = journey(Kind.EXPORT, before="09:20").hold(HEALTH).at("09:25").hold(CUSTOMS)
    story.at("09:40").lift(HEALTH)
    assert [party for _, party, _ in story.owners("09:50")][-2:] == ["health", "customs"]


def test_the_night_belongs_to_closed_hours_and_a_closure_by_the_other_side_to_it():
    shut = Closure(moment("08:00", 1), moment("09:00", 1), other_side=True)
    story = journey(Kind.EXPORT, before="09:00", ref=gate(calendar=Calendar(hours(), (shut,))))
    story.at("19:00").arrives(Place.ROAD)
    spans = [(s.begins, s.party) for s in story.spans("10:00", day=1)]
    assert spans == [
        (moment("19:00"), Party.DRIVER), (moment("20:00"), Party.CLOSED_HOURS),
        (moment("07:00", 1), Party.DRIVER), (moment("08:00", 1), Party.OTHER_SIDE),
        (moment("09:00", 1), Party.DRIVER),
    ]  # fmt: skip


def test_the_queue_owns_the_time_until_the_call():
    story = journey(Kind.EXPORT, before="09:00").at("08:20").queues().at("08:50").is_called()
    assert story.owners("09:00") == [("08:20", "queue", "queued"), ("08:50", "driver", "on_its_way")]


def test_nothing_open_but_the_fee_is_the_business_and_before_it_is_computed_the_board():
    story = journey(Kind.EXPORT, before="10:07")
    assert story.owners("10:07")[-2:] == [("09:40", "board", "charge"), ("10:00", "business", "paid")]


def test_a_correction_asked_is_the_business_until_it_declares_anew():
    story = journey(Kind.EXPORT, before="09:20").asks_correction(CUSTOMS, "weight").at("09:45").declares()
    assert story.owners("10:00")[-2:] == [
        ("09:20", "business", "correction"), ("09:45", "transport_licence", "licence_checked"),
    ]  # fmt: skip


def test_an_undeclared_vehicle_waits_for_the_business():
    story = Story(truck()).at("09:00").stopped_undeclared().at("09:30").declares()
    assert story.owners("10:00") == [
        ("09:00", "business", "declaration"), ("09:30", "customs", "registration_accepted"),
    ]  # fmt: skip


def test_a_paper_that_runs_out_at_midnight_is_the_business_from_midnight():
    content = truck(documents=(Document(kind="inspection", valid_to=date(2025, 5, 12)),))
    story = journey(Kind.EXPORT, before="09:20", content=content)
    spans = story.spans("01:00", day=1)
    assert (spans[-1].begins, spans[-1].party) == (moment("00:00", day=1), Party.BUSINESS)


def test_the_transshipment_crew_owns_the_time_between_signature_and_goods():
    story = journey(Kind.IMPORT_TRANSSHIPMENT, before="09:55")
    assert story.owners("09:55")[-1] == ("09:50", "yard", "transshipped")


def test_a_vehicle_that_a_lane_saw_leave_waits_for_the_agencies_that_did_not_confirm():
    story = journey(Kind.EXPORT, before="11:30").passes(LINE, OUT, Place.OTHER_SIDE)
    assert story.owners("11:40")[-1] == ("11:30", "border_guard", "left_to_other_side")
    assert story.waiting() == {
        (Party.BORDER_GUARD, "left_to_other_side"), (Party.CUSTOMS, "left_to_other_side"),
    }  # fmt: skip


def test_an_entry_that_one_agency_has_not_confirmed_is_its_second_even_in_the_yard():
    story = journey(Kind.EXPORT, before="09:01").at("09:30").confirm("in_yard", by=CUSTOMS)
    story.confirm("health_checked", by=HEALTH).confirm("licence_checked", by=LICENCE)
    story.confirm("customs_cleared", by=CUSTOMS).is_charged().pays()
    assert story.owners("10:00")[-1] == ("09:00", "customs", "entered")
    [wait] = [w for w in story.summary.waits if w.step == "entered"]
    assert wait.keys == ("customs@B1",)


def test_the_end_is_when_it_left_not_when_the_last_note_was_taken():
    story = journey(Kind.EXPORT).at("12:00").asks_correction(CUSTOMS, "note")
    assert ended_at(story.state, story.ref) == moment("11:31")
    assert story.summary.ended_at == moment("11:31")
    assert story.spans("13:00")[-1].ends == moment("11:31")


def test_a_withdrawn_declaration_brings_no_vehicle_back():
    story = journey(Kind.EXPORT).at("12:00").withdraws()
    assert story.summary.ended_at == moment("11:31")


def test_an_end_taken_back_leaves_no_gap():
    story = journey(Kind.EXPORT)
    story.at("12:00").undo(story.found("left_to_other_side", CUSTOMS))
    assert story.owners("12:10")[-2:] == [
        ("11:31", "system", "taken_for_ended"), ("12:00", "customs", "left_to_other_side"),
    ]  # fmt: skip


def test_a_presence_taken_back_does_not_count():
    story = journey(Kind.EXPORT, before="09:00").confirm("entered", by=BORDER_GUARD).at("09:10").undo()
    assert story.spans("09:30") == []
    story.at("09:20").both_confirm("entered")
    assert story.spans("09:30")[0].begins == moment("09:20") == story.summary.since


def test_a_withdrawn_declaration_of_a_vehicle_that_never_came_ends_it():
    story = journey(Kind.EXPORT, before="09:00").withdraws()
    assert story.summary.ended_at == story.now
    assert story.summary.waits == ()


# --- what waits for whom --------------------------------------------------------------------------


def test_a_step_is_on_a_worklist_once_the_vehicle_is_there_or_on_its_way():
    story = journey(Kind.EXPORT, before="08:05")
    assert story.waiting() == {(Party.CUSTOMS, "registration_accepted")}
    story = journey(Kind.EXPORT, before="09:00").at("08:50").arrives(Place.ROAD)
    assert (Party.HEALTH, "health_checked") in story.waiting()
    assert (Party.CUSTOMS, "customs_cleared") not in story.waiting()
    story = journey(Kind.EXPORT, before="09:10")
    assert (Party.CUSTOMS, "customs_cleared") in story.waiting()


def test_nobody_is_asked_to_let_a_vehicle_out_before_all_is_done():
    story = journey(Kind.EXPORT, before="10:07")
    assert not any(step == "left_yard" for _, step in story.waiting())
    story.pays()
    assert {party for party, step in story.waiting() if step == "left_yard"} == {
        Party.CUSTOMS, Party.BORDER_GUARD,
    }  # fmt: skip


def test_the_board_is_not_asked_for_a_fee_before_the_vehicle_is_in():
    story = journey(Kind.EXPORT, before="09:00").arrives(Place.ROAD)
    assert not any(step == "paid" for _, step in story.waiting())
    story.confirm("entered", by=CUSTOMS)
    assert (Party.BOARD, "paid") in story.waiting()
    assert (Party.BUSINESS, "paid") in story.is_charged().waiting()


def test_customs_has_no_word_to_give_on_goods_not_yet_received():
    story = journey(Kind.RECEIVING, before="09:30")
    assert not {"goods_released", "paid"} & {step for _, step in story.waiting()}
    story.receives(1)
    assert (Party.CUSTOMS, "goods_released") in story.waiting()


def test_a_struck_off_vehicle_waits_for_nobody():
    story = journey(Kind.EXPORT, before="09:30").struck_off()
    assert (story.summary.stage, story.summary.waits) == ("struck_off", ())
    assert story.spans("12:00")[-1].ends == moment("09:30")


def test_stages_follow_the_vehicle():
    seen = {
        journey(Kind.EXPORT, before=clock).summary.stage for clock in ("08:05", "09:05", "09:35", "11:30")
    }
    assert seen == {"coming", "entered", "in_yard", "left_yard"}
    assert Story(truck()).stopped_undeclared().summary.stage == "undeclared"
    assert Order.INFRASTRUCTURE not in journey(Kind.EXPORT, before="08:05").state.charged
    assert Agency.YARD not in {party for party, _ in journey(Kind.IMPORT_INLAND, before="09:40").waiting()}
