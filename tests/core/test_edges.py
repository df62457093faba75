"""How long an answer holds by the clock alone: what a lane goes by while it cannot ask."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from cuakhauso.core.declaration import Document
from cuakhauso.core.edges import FAR, SHORTEST, ends, said_by_clock
from cuakhauso.core.fold import fold
from cuakhauso.core.permit import Permit, Question, may_pass
from cuakhauso.core.reference import Calendar, Closure
from cuakhauso.core.words import CheckpointKind, Kind

from .builders import B1, CUSTOMS, GATE, MONDAY, OUT, YARD, gate, hours, journey, moment, truck
from .histories import histories
from .test_properties import EVERYWHERE, bounded


def ready(at="08:30", day=0, **changes):
    """An export truck that may enter at B1, asked for at this moment."""
    ref = changes.pop("ref", gate())
    story = journey(Kind.EXPORT, before="08:20", content=truck(**changes), ref=ref)
    return Question(story.state, B1, OUT, moment(at, day), ref, GATE)


def permitted(q):
    return isinstance(may_pass(q), Permit)


def test_a_permit_at_b1_holds_until_the_gate_closes():
    q = ready()
    assert permitted(q)
    assert ends(q) == moment("20:00")
    assert permitted(replace(q, at=moment("20:00") - SHORTEST))
    assert not permitted(replace(q, at=moment("20:00")))


def test_what_is_refused_in_the_night_may_be_given_when_the_gate_opens():
    q = ready("22:00")
    assert not permitted(q)
    assert ends(q) == moment("07:00", 1)
    assert permitted(replace(q, at=moment("07:00", 1)))


def test_a_closure_by_the_hour_ends_it_and_its_end_gives_it_back():
    calendar = Calendar(hours(), (Closure(moment("10:00"), moment("11:00"), other_side=True),))
    q = ready(ref=gate(calendar=calendar))
    assert ends(q) == moment("10:00")
    assert ends(replace(q, at=moment("10:30"))) == moment("11:00")


def test_a_paper_ends_it_at_the_midnight_after_its_last_day():
    q = ready("19:00", documents=(Document(kind="inspection", valid_to=MONDAY),))
    assert ends(replace(q, checkpoint=YARD)) == moment("00:00", 1)
    assert ends(q) == moment("20:00"), "the gate closes first"


def test_a_foreign_vehicle_may_leave_until_its_stay_is_over_and_not_a_moment_longer():
    story = journey(Kind.IMPORT_INLAND, before="23:58")
    q = Question(story.state, CheckpointKind.YARD, EVERYWHERE[0][1], moment("12:00"), story.ref, GATE)
    entered = min(f.occurred_at for f in story.facts if getattr(f.data, "step", "") == "entered")
    assert ends(q) == entered + timedelta(hours=24) + SHORTEST


def test_where_no_hours_are_kept_and_nothing_runs_out_an_answer_holds_for_ever():
    assert ends(replace(ready(), checkpoint=YARD)) is None


def test_where_a_gate_never_closes_nobody_looks_further_than_thirty_days():
    always = gate(calendar=Calendar(hours(0, 23)), places_with_hours=frozenset({B1}))
    q = ready(ref=always)
    assert ends(q) == moment("23:00")
    shut = replace(q, ref=gate(calendar=Calendar()))
    assert ends(shut) == q.at + FAR


def test_a_hold_does_not_change_when_the_clock_would_speak():
    q = ready()
    story = journey(Kind.EXPORT, before="08:20").at("08:25").hold(CUSTOMS)
    assert ends(replace(q, state=story.state)) == moment("20:00")


MORE = st.sampled_from(
    [
        (),
        (Closure(moment("10:00"), moment("10:30")),),
        (
            Closure(moment("19:00"), moment("09:00", 1), "storm"),
            Closure(moment("08:00", 1), moment("12:00", 2)),
        ),
        (Closure(moment("00:00"), moment("00:00", 50)),),
    ]
)
DAYS = st.sampled_from([None, MONDAY, MONDAY + timedelta(days=2)])


@bounded
@given(histories(), MORE, DAYS, st.sampled_from(EVERYWHERE), st.integers(0, 3 * 86_400), st.fractions(0, 1))
def test_between_now_and_then_the_same_facts_give_the_same_answer(
    history, closures, last, where, ahead, part
):
    ref = replace(history.ref, calendar=Calendar(hours(), closures))
    state = fold(history.facts)
    if last and state.content:
        papers = (Document(kind="inspection", valid_to=last),)
        vehicle = structs.replace(state.content.vehicle, documents=papers)
        state.content = structs.replace(state.content, vehicle=vehicle)
    at, direction = where
    q = Question(state, at, direction, history.at + timedelta(seconds=ahead), ref, GATE)
    end = ends(q)
    between = q.at + (min(end or q.at + FAR, q.at + 2 * FAR) - q.at) * float(part)
    if end is not None and between >= end:
        between = end - SHORTEST
    assert permitted(replace(q, at=between)) is permitted(q)
    assert said_by_clock(q, between) == said_by_clock(q, q.at)
    if end is not None and end != q.at + FAR:
        assert said_by_clock(q, end) != said_by_clock(q, q.at)
        assert end > q.at
