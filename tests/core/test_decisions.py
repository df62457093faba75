"""May this officer do this now: every reason against it at once."""

import pytest

from cuakhauso.core.decisions import (
    Case,
    against_confirming,
    against_disposing,
    against_holding,
    against_lifting,
    against_paying,
    against_setting_channel,
    against_settling,
    against_undoing,
)
from cuakhauso.core.words import Agency, Kind, Order

from .builders import (
    BORDER_GUARD,
    BUSINESS,
    CUSTOMS,
    HEALTH,
    LANE,
    LICENCE,
    NUMBER,
    SCALE,
    Story,
    journey,
    new_id,
    truck,
)


def codes(objections) -> list[str]:
    return [str(o.code) for o in objections]


def confirming(story: Story, step: str, by: Agency) -> list[str]:
    return codes(against_confirming(story.may(by), step))


def test_only_the_steps_own_agency_confirms_it():
    story = journey(Kind.EXPORT, before="09:10")
    assert confirming(story, "health_checked", CUSTOMS) == ["wrong_agency"]
    assert confirming(story, "health_checked", HEALTH) == []


def test_what_is_done_is_not_done_again():
    story = journey(Kind.EXPORT, before="09:20")
    [objection] = against_confirming(story.may(HEALTH), "health_checked")
    assert (objection.code, objection.details["by"]) == ("already_done", "health officer")


def test_a_payment_a_weight_or_an_unknown_step_is_not_confirmed_by_hand():
    story = journey(Kind.EXPORT, before="09:10")
    assert confirming(story, "paid", Agency.BOARD) == ["not_by_hand"]
    assert confirming(story, "left_zone", BORDER_GUARD) == ["no_such_step"]
    assert confirming(story, "dance", BORDER_GUARD) == ["no_such_step"]


def test_a_step_that_is_not_required_is_not_asked_for_but_the_optional_stamps_are_taken():
    story = journey(Kind.EXPORT, before="09:10")
    assert confirming(story, "plant_quarantined", Agency.PLANT_QUARANTINE) == ["step_not_required"]
    assert confirming(story, "board_finished", Agency.BOARD) == []


def test_agencies_do_not_work_on_a_vehicle_that_did_not_declare():
    assert confirming(Story().stopped_undeclared(), "health_checked", HEALTH) == ["not_declared"]


def test_nothing_is_decided_once_it_is_over():
    story = journey(Kind.EXPORT)
    assert "crossing_ended" in confirming(story, "border_guard_completed", Agency.BORDER_GUARD)
    assert confirming(story, "board_finished", Agency.BOARD) == [], "the Board's last word may come later"
    assert codes(against_holding(story.may(HEALTH), "fever")) == ["crossing_ended"]


def test_to_confirm_a_passage_is_to_let_it_pass():
    story = journey(Kind.EXPORT, before="09:00").hold(HEALTH)
    assert confirming(story, "entered", BORDER_GUARD) == ["hold_live"]
    assert confirming(story.lift(HEALTH).at("20:00"), "entered", BORDER_GUARD) == ["place_closed"]


def test_the_second_agency_confirms_after_hours_what_has_passed_but_not_against_a_hold():
    story = journey(Kind.EXPORT, before="09:01").at("20:05")
    assert confirming(story, "entered", CUSTOMS) == []
    assert confirming(story.hold(HEALTH), "entered", CUSTOMS) == ["hold_live"]


def test_either_of_two_says_in_yard_and_once_is_enough():
    story = journey(Kind.IMPORT_INLAND, before="09:30").confirm("in_yard", by=Agency.YARD)
    assert confirming(story, "in_yard", CUSTOMS) == ["already_done"]


def test_an_empty_vehicle_is_looked_at_once_and_only_while_it_is_empty():
    story = journey(Kind.RECEIVING, before="09:30")
    assert confirming(story, "looked_empty", BORDER_GUARD) == []
    story.confirm("looked_empty", by=BORDER_GUARD)
    assert "already_done" in confirming(story, "looked_empty", BORDER_GUARD)
    loaded = journey(Kind.RECEIVING, before="09:40")
    assert confirming(loaded, "looked_empty", BORDER_GUARD) == ["step_not_required"]


def test_border_guard_alone_confirms_an_empty_return():
    story = journey(Kind.EMPTY_RETURN, before="09:00")
    assert confirming(story, "entered", CUSTOMS) == ["wrong_agency"]
    assert confirming(story, "entered", BORDER_GUARD) == []


# --- hold and lift ---------------------------------------------------------------------------------


@pytest.mark.parametrize("agency", Agency)
def test_any_agency_may_hold_with_a_reason(agency):
    story = journey(Kind.EXPORT, before="09:10")
    assert against_holding(story.may(agency), "suspicion") == []
    assert codes(against_holding(story.may(agency), " ")) == ["reason_required"]


def test_nobody_holds_for_no_agency():
    story = journey(Kind.EXPORT, before="09:10")
    assert codes(against_holding(Case(story.state, BUSINESS, story.now, story.ref), "x")) == ["wrong_agency"]


@pytest.mark.parametrize("agency", [a for a in Agency if a is not HEALTH])
def test_only_the_agency_that_holds_lifts_and_with_words(agency):
    story = journey(Kind.EXPORT, before="09:10").hold(HEALTH)
    hold = story.last.id
    assert codes(against_lifting(story.may(agency), hold, "")) == ["not_your_hold", "words_required"]
    assert codes(against_lifting(story.may(HEALTH), hold, " ")) == ["words_required"]
    assert against_lifting(story.may(HEALTH), hold, "checked") == []
    assert codes(against_lifting(story.lift(HEALTH).may(HEALTH), hold, "again")) == ["no_such_hold"]


# --- undo ------------------------------------------------------------------------------------------


def undoing(story: Story, fact, by, words: str = "wrong truck") -> list[str]:
    actor = story.may(by).actor if isinstance(by, Agency) else by
    return codes(against_undoing(Case(story.state, actor, story.now, story.ref), story.facts, fact.id, words))


def test_an_agency_takes_back_only_its_own_word_with_a_reason():
    story = journey(Kind.EXPORT, before="09:20")
    word = story.found("health_checked", HEALTH)
    assert undoing(story, word, CUSTOMS) == ["not_your_fact"]
    assert undoing(story, word, HEALTH, " ") == ["words_required"]
    assert undoing(story, word, HEALTH) == []
    assert undoing(story.undo(word), word, HEALTH) == ["already_undone"]


def test_holds_passages_and_declarations_are_not_undone():
    story = journey(Kind.EXPORT, before="09:20").hold(HEALTH)
    assert undoing(story, story.last, HEALTH) == ["not_undoable"]
    assert undoing(story, story.facts[0], BUSINESS) == ["not_undoable"]


def test_a_device_is_nobodys_agency_so_nobody_without_one_takes_its_word_back():
    story = journey(Kind.EXPORT, before="09:20").weighs(20_000)
    assert undoing(story, story.last, LANE) == ["not_your_fact"]
    assert undoing(story, story.last, BUSINESS) == ["not_your_fact"]
    assert undoing(story, story.last, SCALE) == []


def test_a_fact_of_another_crossing_is_not_found():
    story = journey(Kind.EXPORT, before="09:20")
    other = journey(Kind.EXPORT, before="09:20")
    assert undoing(story, other.last, HEALTH) == ["no_such_fact"]


# --- goods, channel, money, settling ------------------------------------------------------------------


def test_only_customs_stores_goods_and_no_more_than_are_left():
    story = journey(Kind.IMPORT_TRANSSHIPMENT, before="09:50")
    assert codes(against_disposing(story.may(HEALTH), 0, 11)) == ["wrong_agency", "too_many_packages"]
    assert codes(against_disposing(story.may(CUSTOMS), 0, 0)) == ["too_many_packages"]
    assert codes(against_disposing(story.may(CUSTOMS), 5, 1)) == ["no_such_group"]
    assert against_disposing(story.may(CUSTOMS), 0, 10) == []


def test_the_channel_is_customs_word_on_goods_that_are_on_board():
    story = journey(Kind.EXPORT, before="09:20")
    assert against_setting_channel(story.may(CUSTOMS), NUMBER + "0") == []
    assert codes(against_setting_channel(story.may(HEALTH), NUMBER)) == ["wrong_agency"]
    assert codes(against_setting_channel(story.may(CUSTOMS), "99999999999")) == ["no_such_group"]
    assert codes(against_setting_channel(story.may(CUSTOMS), "")) == ["no_such_group"]


def test_exactly_what_is_owed_is_paid():
    story = journey(Kind.EXPORT, before="10:01")
    case = story.may(Agency.BOARD)
    assert against_paying(case, Order.INFRASTRUCTURE, 800_000) == []
    assert codes(against_paying(case, Order.INFRASTRUCTURE, 799_999)) == ["wrong_amount"]
    assert codes(against_paying(case, Order.TRANSSHIPMENT, 800_000)) == ["nothing_owed"]
    assert codes(against_paying(case, "tea", 1)) == ["nothing_owed"]


def test_border_guard_and_customs_settle_what_can_be_settled_with_words():
    story = journey(Kind.EXPORT, before="10:01")
    assert against_settling(story.may(BORDER_GUARD), "overstay", "seen") == []
    assert codes(against_settling(story.may(LICENCE), "unpaid", "")) == [
        "wrong_agency", "not_undoable", "words_required",
    ]  # fmt: skip


def test_no_decision_fails_on_a_crossing_without_facts():
    story = Story(truck())
    case = story.may(CUSTOMS)
    assert against_confirming(case, "entered")
    assert against_disposing(case, 0, 1)
    assert against_setting_channel(case, NUMBER)
    assert against_paying(case, Order.INFRASTRUCTURE, 1)
    assert against_lifting(case, new_id(), "x")
    assert against_undoing(case, [], new_id(), "x")
