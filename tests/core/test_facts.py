"""Facts: their form, their chain, undoing, lateness and doubles (procedures.md 5)."""

import hashlib
import json
from datetime import timedelta

import msgspec
import pytest

from cuakhauso.core import facts as f
from cuakhauso.core.chain import chain
from cuakhauso.core.facts import Fact, at_a_possible_time, from_json, many_from_json, to_json, voided
from cuakhauso.core.fold import fold, walk
from cuakhauso.core.words import Kind, Place

from .builders import (
    B1,
    BORDER_GUARD,
    CUSTOMS,
    HEALTH,
    OUT,
    SOURCE,
    YARD,
    Story,
    journey,
    moment,
    new_id,
    officer,
    truck,
)


def canonical(body: bytes) -> bytes:
    """What an auditor's short script would do, without our code."""
    return json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@pytest.mark.parametrize("kind", Kind)
def test_every_fact_of_a_journey_survives_json_and_is_canonical(kind):
    for fact in journey(kind).facts:
        body = to_json(fact)
        assert from_json(body) == fact
        assert to_json(from_json(body)) == body == canonical(body)


def test_the_chain_can_be_checked_without_our_code():
    facts = journey(Kind.EXPORT).facts
    head = b"\0" * 32
    for fact in facts:
        head = hashlib.sha256(head + canonical(to_json(fact))).digest()
    assert chain(facts) == head
    assert chain(facts[:-1]) != head


def test_many_facts_are_read_at_once():
    facts = journey(Kind.EXPORT).facts
    assert many_from_json(to_json(fact).decode() for fact in facts) == facts
    assert many_from_json([]) == []


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"v":1}', b"not json"])
def test_what_is_not_a_fact_is_refused(body):
    with pytest.raises(msgspec.DecodeError):
        from_json(body)


def test_a_fact_of_an_unknown_kind_is_refused():
    body = to_json(journey(Kind.EXPORT).last).replace(b'"kind":"confirmed"', b'"kind":"imagined"')
    with pytest.raises(msgspec.ValidationError):
        from_json(body)


def test_a_clock_more_than_two_minutes_ahead_is_not_believed():
    now = moment("10:00")
    assert at_a_possible_time(now + timedelta(minutes=2), now) == now + timedelta(minutes=2)
    assert at_a_possible_time(now + timedelta(minutes=2, seconds=1), now) == now
    assert at_a_possible_time(now - timedelta(days=1), now) == now - timedelta(days=1)


# --- undo ----------------------------------------------------------------------------------------


def test_an_undone_confirmation_opens_its_step_again():
    story = journey(Kind.EXPORT, before="11:00").undo(None)
    assert story.lacks(YARD, OUT) == ["unpaid"]
    story = journey(Kind.EXPORT, before="11:00")
    story.undo(story.found("health_checked", HEALTH))
    assert story.lacks(YARD, OUT) == ["health_checked by health"]
    story.confirm("health_checked", by=HEALTH).permit(YARD, OUT)


def test_an_undo_can_itself_be_taken_back():
    story = journey(Kind.EXPORT, before="11:00")
    story.undo(story.found("health_checked", HEALTH)).at("11:05").undo()
    story.permit(YARD, OUT)


def test_an_undo_is_heard_whatever_its_clock_says():
    story = journey(Kind.EXPORT, before="11:00")
    target = story.found("health_checked", HEALTH)
    story.at("09:05").undo(target)
    assert voided(story.facts) == {target.id}
    undo = story.last
    story.at("08:55").undo(undo)
    assert voided(story.facts) == {undo.id}
    story.at("11:00").permit(YARD, OUT)


def test_undos_in_a_ring_give_one_answer_in_any_order():
    story = journey(Kind.EXPORT, before="09:00")
    one, two = new_id(), new_id()
    ring = [
        msgspec.structs.replace(story.last, id=a, data=f.Undone(), undoes=b)
        for a, b in ((one, two), (two, one))
    ]
    assert voided(ring) == voided(ring[::-1])


def test_what_was_seen_to_pass_stays_passed_when_the_confirmation_is_undone():
    story = journey(Kind.EXPORT, before="09:00").passes(B1, OUT, Place.GATE_AREA)
    story.at("09:05").confirm("entered", by=BORDER_GUARD).undo()
    assert (story.state.place, story.state.rank) == (Place.GATE_AREA, 1)


def test_the_last_moment_of_a_walk_is_the_fold_also_with_an_undo_before_its_fact():
    story = journey(Kind.EXPORT, before="11:00")
    story.at("08:30").undo(story.found("health_checked", HEALTH))
    *_, (_, following, state) = walk(story.facts)
    assert following is None
    assert state == fold(story.facts)


# --- late and doubled ------------------------------------------------------------------------------


def test_the_same_fact_twice_is_once():
    story = journey(Kind.EXPORT, before="10:08")
    once = story.state
    story.again().again(story.facts[0])
    assert story.state == once


def test_a_late_fact_is_placed_where_it_happened():
    story = journey(Kind.EXPORT, before="11:30")
    late = Fact(
        id=new_id(), crossing=story.crossing, occurred_at=moment("08:59"), recorded_at=moment("11:20"),
        actor=story.facts[0].actor, source=story.facts[0].source,
        data=f.Passed(at=B1, direction=OUT, to=Place.GATE_AREA), v=1,
    )  # fmt: skip
    story.append(late)
    assert story.state.place is Place.BORDER_LINE
    assert story.state.present_since == moment("08:59")
    assert story.spans("11:30")[0].begins == moment("08:59")


def test_a_late_confirmation_never_moves_a_vehicle_back():
    story = journey(Kind.EXPORT, before="11:30")
    story.at("11:20").confirm("in_yard", by=CUSTOMS)
    assert story.state.place is Place.BORDER_LINE


def test_a_passage_back_does():
    story = journey(Kind.EXPORT, before="11:30").passes(YARD, OUT, Place.YARD)
    assert story.state.place is Place.YARD


def test_at_one_moment_ids_give_the_order():
    story = journey(Kind.EXPORT, before="09:00").passes(B1, OUT, Place.GATE_AREA).passes(B1, OUT, Place.YARD)
    assert fold(story.facts).place is fold(story.facts[::-1]).place is Place.YARD


def test_confirmations_of_no_agency_count_for_nothing():
    story = journey(Kind.EXPORT, before="09:00")
    story.take(f.Confirmed(step="entered"), f.PLATFORM)
    assert {step for step, _ in story.state.confirmations} == {"registration_accepted"}
    assert story.state.rank == 0


def test_customs_word_told_days_later_reaches_the_receiving_vehicle_from_when_it_was_given():
    """A day told afterwards gives the same times as one told at once (procedures.md 5)."""
    foreign, receiving = journey(Kind.IMPORT_TRANSSHIPMENT, before="09:40"), Story(truck(Kind.RECEIVING))
    foreign.links(receiving)
    foreign.at("10:30").gives(5, receiving)
    learned = moment("09:00", day=2)
    foreign.at("11:00").take(f.Confirmed(step="customs_cleared"), officer(CUSTOMS), recorded_at=learned)

    echo = receiving.facts[-1]
    assert isinstance(echo.data, f.GoodsReleased)
    assert (echo.occurred_at, echo.recorded_at) == (moment("11:00"), learned)


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_echoes_on_one_thing_the_one_recorded_later_is_right(turn):
    """It was computed from more facts, also where what it tells of happened earlier."""
    story = journey(Kind.RECEIVING, before="09:00")
    story.at("11:00").goods_are_released(False)
    released = f.GoodsReleased(source=SOURCE, group=0, released=True)
    story.at("10:00").take(released, f.PLATFORM, recorded_at=moment("12:00"))
    assert fold(story.facts[::turn]).released == {(SOURCE, 0): True}
