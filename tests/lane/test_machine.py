"""A lane with one vehicle, with several, and with everything that goes wrong."""

from datetime import timedelta

import pytest

from cuakhauso.core.words import Place
from cuakhauso.lane import words as w
from cuakhauso.lane.contracts import Output, Revision, Signal, Subject
from cuakhauso.lane.words import Act, Message, NoteKind, Phase, Why

from .builders import (
    COLLEAGUE,
    DECLARED_38_T,
    DOWN,
    HELD,
    MOVING,
    OFFICER,
    UP,
    Story,
    a_lane,
    answer,
    crossing,
)

PLATE = "12C-100.05"


def test_a_lane_begins_in_unknown_until_the_sensors_agree():
    lane = Story(answer())
    assert lane.phase is Phase.UNKNOWN
    assert lane.are(MOVING).phase is Phase.UNKNOWN
    assert lane.are(DOWN).phase is Phase.IDLE


def test_a_permitted_vehicle_goes_through_and_its_passage_is_written_down():
    lane = a_lane().stands().reads(PLATE)
    assert lane.phase is Phase.OPENING
    lane.passes()
    assert lane.phase is Phase.IDLE
    [passage] = lane.passages
    assert passage["crossing"] == crossing(5)
    assert passage["irregular"] == []
    assert passage["to"] is Place.GATE_AREA
    assert lane.opened == 1


def test_what_is_done_stands_written_before_it():
    lane = a_lane().stands().reads(PLATE)
    kinds = [type(e) if not isinstance(e, w.Note) else e.kind for e in lane.done]
    asked = next(i for i, e in enumerate(lane.done) if isinstance(e, w.Pulse))
    assert kinds.index(NoteKind.DECISION) < asked
    requested = [i for i, k in enumerate(kinds) if k is NoteKind.COMMAND]
    assert requested
    assert requested[0] < asked


def test_a_read_ahead_of_the_loop_counts_once_it_stands():
    lane = a_lane().reads(PLATE)
    assert (lane.phase, lane.opened) == (Phase.APPROACH, 0)
    assert lane.stands().phase is Phase.OPENING


def test_an_old_read_is_not_the_vehicle_that_comes_now():
    lane = a_lane().reads(PLATE).after(25).stands()
    assert lane.phase is Phase.IDENTIFY
    assert any(isinstance(e, w.LookAgain) for e in lane.done)


@pytest.mark.parametrize(
    ("read", "why"),
    [
        ("12C-100.06", Why.NEAR_MATCH),
        ("98C-777.77", Why.NOBODY_EXPECTED),
        ("12С-100.05", Why.NEAR_MATCH),  # a Cyrillic С
    ],
)
def test_nearly_or_not_expected_asks_a_person_and_does_not_open(read, why):
    lane = a_lane().stands().reads(read).after(9)
    assert (lane.phase, lane.why, lane.opened) == (Phase.ATTEND, why, 0)


def test_an_unread_vehicle_waits_for_a_person():
    lane = a_lane().stands().reads("").after(9)
    assert (lane.phase, lane.why, lane.opened) == (Phase.ATTEND, Why.UNREAD, 0)


def test_a_low_confidence_neither_opens_nor_speaks_against():
    lane = a_lane().stands().reads(PLATE, confidence=0.4)
    assert lane.phase is Phase.IDENTIFY
    lane.reads("29H-333.33", confidence=0.4, source="cam-2").reads(PLATE, confidence=0.95)
    assert lane.phase is Phase.OPENING


def test_all_that_was_declared_must_be_read_where_it_can_be():
    truck = answer(trailers=("12R-000.88",), containers=("CSQU3054383",))
    lane = a_lane(truck, reads=frozenset(Subject)).stands().reads(PLATE)
    assert lane.phase is Phase.IDENTIFY
    lane.reads("12R-000.88", Subject.TRAILER)
    assert lane.phase is Phase.IDENTIFY
    assert lane.reads("CSQU3054383", Subject.CONTAINER).phase is Phase.OPENING


def test_another_trailer_than_declared_shows_both_and_does_not_open():
    truck = answer(trailers=("12R-000.88",))
    lane = a_lane(truck, reads=frozenset(Subject)).stands().reads(PLATE).reads("98R-111.11", Subject.TRAILER)
    assert (lane.phase, lane.why, lane.opened) == (Phase.ATTEND, Why.DIFFERS, 0)
    assert lane.notes(NoteKind.DECISION)[-1]["differences"] == [
        [Subject.TRAILER, ["12R-000.88"], "98R-111.11"]
    ]


def test_a_code_of_another_vehicle_does_not_open():
    lane = a_lane().stands().reads(f"https://gate/crossings/{crossing(6)}/", Subject.QR).reads(PLATE)
    assert (lane.phase, lane.why, lane.opened) == (Phase.ATTEND, Why.DIFFERS, 0)


def test_a_code_alone_opens_nothing():
    lane = a_lane().stands().reads(str(crossing(5)), Subject.QR).after(9)
    assert (lane.phase, lane.opened) == (Phase.ATTEND, 0)


def test_a_camera_that_corrects_itself_within_a_session_is_believed_at_its_last_word():
    lane = a_lane().stands().reads("12C-100.06", session="car1").after(9)
    assert lane.phase is Phase.ATTEND
    lane.reads(PLATE, session="car1", revision=Revision.UPDATE)
    assert lane.phase is Phase.OPENING


def test_a_held_vehicle_waits_and_goes_once_the_hold_is_lifted():
    lane = a_lane(answer(against=(HELD,))).stands().reads(PLATE)
    assert (lane.phase, lane.why) == (Phase.ATTEND, Why.OBJECTIONS)
    assert lane.after(120).phase is Phase.ATTEND
    lane.book.index(("B1", "out")).put(answer(facts=4))
    assert lane.hear(w.Changed(lane.now)).phase is Phase.OPENING


def test_a_permit_serves_once():
    lane = a_lane().stands().reads(PLATE).passes()
    lane.book.use(("B1", "out"), crossing(5), 3)  # as the engine does with the passage
    lane.after(30).stands().reads(PLATE)
    assert (lane.phase, lane.opened) == (Phase.ATTEND, 1)
    assert lane.notes(NoteKind.DECISION)[-1]["against"] == [Why.ALREADY_PASSED]


def test_a_vehicle_that_went_through_while_nobody_looked_has_used_its_ticket():
    """The module counted it; a node that hung for a moment never saw it under the boom."""
    lane = a_lane().stands().reads(PLATE).goes_up()
    lane.count += 1
    lane.senses(loop_before=False).after(1.5)
    [passage] = lane.passages
    assert (passage["why"], passage["irregular"]) == (Why.PASSED_UNSEEN, [])
    assert passage["crossing"] == crossing(5)
    assert lane.phase is Phase.CLOSING


def test_a_vehicle_that_is_counted_a_moment_before_it_is_seen_is_not_through_yet():
    lane = a_lane().stands().reads(PLATE).goes_up()
    lane.count += 1
    lane.senses()
    lane.on[Signal.LOOP_UNDER] = True  # counted already
    lane.after(3)
    assert (lane.passages, lane.phase) == ([], Phase.PASSING)
    lane.senses(loop_before=False).clears()
    assert [one["why"] for one in lane.passages] == [Why.CLEARED]


def test_what_a_camera_says_meanwhile_is_no_look_at_the_loop():
    """A node that was busy for a second asks the module again before it takes anybody for gone."""
    lane = a_lane().stands().reads(PLATE).goes_up()
    lane.count += 1
    lane.senses()
    lane.now += timedelta(seconds=5)
    lane.reads(PLATE, confidence=0.99)
    assert (lane.passages, lane.phase) == ([], Phase.OPEN)
    lane.senses(loop_under=True)
    assert (lane.passages, lane.phase) == ([], Phase.PASSING), "one vehicle, and nobody behind it"


def test_where_nothing_counts_a_vehicle_that_left_the_loop_backed_out():
    lane = a_lane(counts=False).stands().reads(PLATE).goes_up()
    lane.senses(loop_before=False).after(3)
    assert (lane.passages, lane.why) == ([], Why.BACKED_OUT)


def test_permits_count_for_as_long_as_the_place_lets_a_lane_go_on_alone():
    lane = a_lane()
    lane.now += timedelta(hours=3, minutes=59)
    assert lane.stands().reads(PLATE).phase is Phase.OPENING
    late = a_lane()
    late.now += timedelta(hours=4, seconds=1)
    late.stands().reads(PLATE)
    assert (late.phase, late.opened) == (Phase.ATTEND, 0)
    assert late.tells(Act.OPEN, reason="system_down").phase is Phase.OPENING


def test_no_permit_outlives_the_opening_hours_whatever_the_centre_does():
    ends = answer().as_of + timedelta(minutes=30)
    lane = a_lane(answer(ends=ends))
    lane.now += timedelta(minutes=31)
    lane.stands().reads(PLATE)
    assert lane.phase is Phase.ATTEND
    assert lane.notes(NoteKind.DECISION)[-1]["against"] == ["place_closed"]


class TestWeight:
    def test_the_vehicle_is_weighed_before_it_goes(self):
        lane = a_lane(answer(**DECLARED_38_T), weighs=True).stands().reads(PLATE)
        assert lane.phase is Phase.WEIGH
        assert lane.weighs(38_400).phase is Phase.OPENING

    @pytest.mark.parametrize(("kg", "why"), [(45_000, "overweight"), (30_000, Why.WEIGHT_DIFFERS)])
    def test_too_heavy_or_not_as_declared_asks_a_person(self, kg, why):
        truck = answer(**DECLARED_38_T, max_gross_kg=42_000)
        lane = a_lane(truck, weighs=True).stands().reads(PLATE).weighs(kg)
        assert (lane.phase, lane.opened) == (Phase.ATTEND, 0)
        assert why in lane.notes(NoteKind.DECISION)[-1]["against"]

    def test_a_scale_that_says_nothing_asks_a_person(self):
        lane = a_lane(weighs=True).stands().reads(PLATE).after(26)
        assert (lane.phase, lane.why) == (Phase.ATTEND, Why.NO_WEIGHT)


class TestPersons:
    def test_a_named_person_opens_against_objections_with_a_reason(self):
        lane = a_lane(answer(against=(HELD,))).stands().reads(PLATE).tells(Act.OPEN)
        assert lane.phase is Phase.ATTEND
        assert lane.notes(NoteKind.ACT)[-1]["refused"] is Why.REASON_NEEDED
        lane.tells(Act.OPEN, reason="emergency", words="Cấp cứu").passes()
        [passage] = lane.passages
        assert passage["opened_by"] == {"id": "u1", "name": OFFICER.name}
        assert passage["irregular"] == ["hold_live"]

    def test_where_the_place_says_so_a_second_person_is_needed_and_not_the_same(self):
        lane = a_lane(answer(against=(HELD,)), second_person=True).stands().reads(PLATE)
        for second in (None, OFFICER):
            lane.tells(Act.OPEN, reason="emergency", second=second)
            assert lane.notes(NoteKind.ACT)[-1]["refused"] is Why.SECOND_PERSON_NEEDED
        assert lane.tells(Act.OPEN, reason="emergency", second=COLLEAGUE).phase is Phase.OPENING

    def test_out_of_the_zone_nobody_opens_without_the_centres_permit(self):
        lane = a_lane(answer(against=(HELD,)), permit_always=True).stands().reads(PLATE)
        lane.tells(Act.OPEN, reason="emergency", second=COLLEAGUE)
        assert (lane.phase, lane.opened) == (Phase.ATTEND, 0)
        unknown = a_lane(permit_always=True).stands().reads("98C-777.77").after(9)
        assert unknown.tells(Act.OPEN, reason="emergency").opened == 0
        old = a_lane(permit_always=True)
        old.now += timedelta(hours=5)
        assert old.stands().reads(PLATE).tells(Act.OPEN, reason="system_down").phase is Phase.OPENING

    def test_a_person_corrects_what_a_camera_misread_and_it_opens_on_the_permit(self):
        lane = a_lane().stands().reads("12C-100.06").after(9)
        lane.tells(Act.CORRECT, subject=Subject.PLATE, text=PLATE, reason="dirty_plate")
        assert lane.phase is Phase.OPENING
        assert lane.notes(NoteKind.DECISION)[-1]["permits"]
        assert lane.notes(NoteKind.ACT)[-1]["text"] == PLATE

    def test_the_undeclared_is_shown_to_the_temporary_yard(self):
        lane = a_lane().stands().reads("98C-777.77").after(9).tells(Act.TEMPORARY_YARD)
        assert lane.opened == 0
        assert any(isinstance(e, w.Show) and e.message is Message.TEMPORARY_YARD for e in lane.done)
        through = a_lane(temporary_yard_ahead=True).stands().reads("98C-777.77").after(9)
        through.tells(Act.TEMPORARY_YARD).passes()
        assert through.passages[0]["to"] is Place.TEMPORARY_YARD

    @pytest.mark.parametrize("seconds", [1, 9])
    def test_one_who_is_turned_back_reads_so_on_the_sign_whenever_it_is_said(self, seconds):
        lane = a_lane().stands().reads("98C-777.77").after(seconds).tells(Act.REFUSE)
        assert [e.message for e in lane.done if isinstance(e, w.Show)][-1] is Message.TURN_BACK

    def test_a_person_cannot_open_what_is_not_before_the_boom(self):
        assert a_lane().tells(Act.OPEN, reason="emergency").opened == 0

    def test_a_vehicle_that_was_turned_away_does_not_go_because_it_is_permitted_meanwhile(self):
        lane = a_lane(answer(against=(HELD,))).stands().reads(PLATE).tells(Act.REFUSE)
        lane.book.index(("B1", "out")).put(answer(facts=4))
        assert lane.hear(w.Changed(lane.now)).phase is Phase.ATTEND
        assert lane.tells(Act.OPEN).phase is Phase.OPENING

    def test_a_permitted_vehicle_that_could_not_be_weighed_needs_a_reason(self):
        lane = a_lane(weighs=True).stands().reads(PLATE).after(26).tells(Act.OPEN)
        assert lane.notes(NoteKind.ACT)[-1]["refused"] is Why.REASON_NEEDED
        lane.tells(Act.OPEN, reason="device_fault").passes()
        assert lane.passages[0]["irregular"] == [Why.NO_WEIGHT]


class TestWhatGoesWrong:
    def test_backing_out_returns_the_ticket_unused(self):
        lane = a_lane().stands().reads(PLATE).goes_up().senses(loop_before=False).after(3)
        assert (lane.phase, lane.passages) == (Phase.CLOSING, [])
        returned = [c for c in lane.notes(NoteKind.COMMAND) if c["command"] == "ticket"]
        assert [c["state"] for c in returned] == ["returned"]
        lane.goes_down().after(30).stands().reads(PLATE)
        assert lane.phase is Phase.OPENING

    def test_a_second_vehicle_on_one_ticket_is_an_alarm_and_an_irregular_passage(self):
        lane = a_lane().stands().reads(PLATE).goes_up().drives_under().clears()
        assert lane.phase is Phase.CLOSING
        lane.senses(loop_under=True)
        assert lane.phase is Phase.TAILGATE
        assert "followed" in lane.alarms
        lane.clears().goes_down()
        assert [p["irregular"] for p in lane.passages] == [[], ["followed"]]
        assert lane.passages[1]["crossing"] is None

    def test_no_boom_is_asked_down_while_somebody_stands_under_it(self):
        lane = a_lane().stands().reads(PLATE).goes_up().senses(loop_under=True).after(100)
        assert lane.phase is Phase.STUCK
        assert "stuck_under_boom" in lane.alarms
        assert not any(isinstance(e, w.Pulse) and e.output is Output.CLOSE for e in lane.done)
        assert lane.clears().phase is Phase.CLOSING

    def test_the_gap_between_tractor_and_trailer_is_no_second_vehicle(self):
        lane = a_lane().stands().reads(PLATE).goes_up().senses(loop_under=True).after(1)
        lane.senses(loop_before=False).after(0.5).senses(loop_before=True).after(1)
        lane.senses(loop_under=False).after(0.5).senses(loop_under=True).after(1)
        lane.senses(loop_before=False).clears().goes_down()
        assert len(lane.passages) == 1
        assert "two_may_have_passed" not in lane.alarms

    def test_two_ends_on_one_ticket_are_told(self):
        lane = a_lane().stands().reads(PLATE).goes_up().drives_under().after(3)
        lane.senses(loop_before=True).after(2).senses(loop_before=False).clears()
        assert "two_may_have_passed" in lane.alarms

    def test_a_boom_that_does_not_move_asks_a_person_and_the_ticket_is_whole(self):
        lane = a_lane().stands().reads(PLATE).after(9)
        assert (lane.phase, lane.why, lane.opened) == (Phase.ATTEND, Why.DID_NOT_OPEN, 1)
        assert lane.after(60).opened == 1
        assert lane.tells(Act.OPEN).passes().passages[0]["crossing"] == crossing(5)

    def test_silent_contacts_lead_to_unknown_and_back_by_themselves(self):
        lane = a_lane().stands().hear(w.Silent(a_lane().now))
        assert lane.phase is Phase.UNKNOWN
        assert lane.reads(PLATE).opened == 0
        assert lane.are({}).phase is Phase.OPENING

    def test_a_vehicle_that_breaks_through_is_written_down_by_its_plate(self):
        lane = a_lane(answer(against=(HELD,))).stands().reads(PLATE).are(MOVING | {Signal.LOOP_UNDER: True})
        assert lane.phase is Phase.FAULT
        lane.senses(loop_before=False).clears().are(DOWN)
        assert [(p["crossing"], p["irregular"]) for p in lane.passages] == [
            (crossing(5), ["under_without_ticket"])
        ]
        assert lane.after(6).phase is Phase.IDLE

    def test_the_key_rules_and_what_passes_is_seen(self):
        lane = a_lane().senses(key_manual=True).stands().reads(PLATE)
        assert (lane.phase, lane.opened) == (Phase.MANUAL, 0)
        lane.are(UP).drives_under().clears().are(DOWN)
        assert [p["irregular"] for p in lane.passages] == [["key"]]
        assert lane.senses(key_manual=False).phase is Phase.IDLE

    def test_the_key_goes_before_the_emergency_contact(self):
        lane = a_lane().senses(emergency=True)
        assert lane.phase is Phase.EMERGENCY
        assert lane.senses(key_manual=True).phase is Phase.MANUAL

    def test_switches_that_contradict_each_other_open_nothing(self):
        lane = a_lane().are({Signal.BOOM_UP: True, Signal.BOOM_DOWN: True}).stands().reads(PLATE)
        assert (lane.phase, lane.opened) == (Phase.UNKNOWN, 0)


class TestAfterTheNodeWasAway:
    """What was under way is taken up again, or accounted for."""

    def lane_with_a_ticket(self, *, counts=True, count=0, ends=None) -> Story:
        before, after = Story(answer(), counts=counts), Story(answer(), counts=counts)
        before.count, after.ends = count, ends or {}
        before.starts().stands().reads(PLATE)
        after.lane = type(after.lane)(ticket=before.lane.ticket)
        after.on, after.count, after.now = before.on, before.count, before.now
        return after

    def test_a_vehicle_still_under_the_boom_is_followed_to_its_end(self):
        lane = self.lane_with_a_ticket().are(UP | {Signal.LOOP_UNDER: True})
        assert lane.phase is Phase.PASSING
        lane.senses(loop_before=False).clears()
        assert [p["crossing"] for p in lane.passages] == [crossing(5)]

    def test_one_that_is_through_is_known_by_the_counter(self):
        lane = self.lane_with_a_ticket()
        lane.count += 1
        lane.are({Signal.LOOP_BEFORE: False})
        assert [(p["crossing"], p["why"]) for p in lane.passages] == [(crossing(5), Why.PASSED_UNSEEN)]

    def test_a_counter_that_began_again_at_0_has_gone_on_counting(self):
        lane = self.lane_with_a_ticket(count=0xFFFF, ends={Signal.LOOP_UNDER: 1 << 16})
        lane.count = 0
        lane.are({Signal.LOOP_BEFORE: False})
        assert [p["crossing"] for p in lane.passages] == [crossing(5)]

    @pytest.mark.parametrize("ends", [{}, {Signal.LOOP_UNDER: 1 << 16}], ids=["never", "16 bits"])
    def test_a_module_that_lost_its_count_says_nothing_and_a_person_must_look(self, ends):
        lane = self.lane_with_a_ticket(count=5000, ends=ends)
        lane.count = 0
        lane.are({Signal.LOOP_BEFORE: False})
        assert (lane.alarms, lane.passages, lane.opened) == (["passage_unknown"], [], 0)

    def test_one_that_never_went_keeps_its_permit(self):
        lane = self.lane_with_a_ticket().starts()
        assert lane.passages == []
        assert lane.reads(PLATE).phase is Phase.OPENING

    def test_without_a_counter_a_person_must_look_and_nothing_opens(self):
        lane = self.lane_with_a_ticket(counts=False).are({Signal.LOOP_BEFORE: False})
        assert lane.alarms == ["passage_unknown"]
        assert lane.opened == 0

    def test_the_next_one_does_not_drive_on_the_ticket_of_the_last(self):
        lane = self.lane_with_a_ticket()
        lane.count += 1
        lane.are(UP | {Signal.LOOP_BEFORE: True})
        assert lane.phase is Phase.CLOSING
        assert not any(isinstance(e, w.Lights) and e.green for e in lane.done)

    def test_a_boom_left_up_by_nobody_is_asked_down_once_it_is_clear(self):
        lane = Story(answer()).are(UP).after(6)
        assert lane.alarms == ["boom_moved_by_nobody"]
        assert lane.phase is Phase.CLOSING
