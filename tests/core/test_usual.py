"""What waits took, and what is usual: told naively beside the rule."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.core.reference import Calendar
from cuakhauso.core.usual import LEAST, Measure, took, usual
from cuakhauso.core.words import Kind, Place

from .builders import BORDER_GUARD, CUSTOMS, HEALTH, LICENCE, Story, gate, hours, journey, moment, truck


def naive(waits: list[float], percent: int) -> float:
    """The shortest wait that so many of a hundred did not exceed."""
    return min(w for w in waits if 100 * sum(other <= w for other in waits) >= percent * len(waits))


@given(st.lists(st.integers(0, 3_000), min_size=LEAST, max_size=200))
def test_half_took_no_longer_than_the_first_figure_and_nine_of_ten_than_the_second(waits):
    found = usual(waits)
    assert (found.p50, found.p90, found.sample) == (naive(waits, 50), naive(waits, 90), len(waits))


@pytest.mark.parametrize("many", [0, 1, LEAST - 1])
def test_too_few_say_nothing(many):
    assert usual([30.0] * many) is None


def test_the_number_that_turns_red_is_larger_than_the_figure_beside_it():
    """Pages show whole minutes: 45 is not too long where nine of ten took up to 45."""
    for minutes in (45.0, 45.9):
        assert usual([minutes] * LEAST).limit == 46


def lasted(story: Story, measure: Measure) -> list[tuple[str, ...]]:
    """Party, what for, the stage of an open step, minutes."""
    found = [t for t in took(story.facts, story.ref, story.now) if t.what.measure is measure]
    return [(*filter(None, t.what[1:]), t.minutes) for t in found]


def test_by_the_clock_every_span_is_one_wait():
    story = journey(Kind.EXPORT)
    spans = story.spans()
    assert lasted(story, Measure.CLOCK) == [
        (span.party, span.why, span.length / timedelta(minutes=1)) for span in spans
    ]
    assert len(spans) > 8


def test_a_step_is_counted_as_lists_count_it_from_when_it_could_be_done():
    """Health and licence waited together since the entry; the clock gave the time to one after the other."""
    story = journey(Kind.EXPORT)
    waits = lasted(story, Measure.OPEN)
    assert ("health", "health_checked", "entered", 10) in waits
    assert ("transport_licence", "licence_checked", "entered", 20) in waits
    assert ("transport_licence", "licence_checked", 10) in lasted(story, Measure.CLOCK)


def test_the_length_of_a_step_that_was_done_is_what_the_list_said_just_before():
    story = journey(Kind.EXPORT, before="09:20")
    wait = next(w for w in story.summary.waits if w.party == "transport_licence")
    story.confirm("licence_checked", by=LICENCE)
    shown = (story.now - wait.since) / timedelta(minutes=1)
    assert ("transport_licence", "licence_checked", "entered", shown) in lasted(story, Measure.OPEN)


def test_a_step_that_is_counted_anew_behind_the_gate_was_counted_before_it_too():
    """Else all vehicles that stand before the gate would be held against those behind it."""
    story = journey(Kind.EXPORT, before="08:30").arrives(Place.BUFFER)
    story.at("09:00").confirm("entered", by=BORDER_GUARD).at("09:10").confirm("health_checked", by=HEALTH)
    health = [t for t in lasted(story, Measure.OPEN) if t[0] == "health"]
    assert health == [
        ("health", "health_checked", "arrived", 30),
        ("health", "health_checked", "entered", 10),
    ]


def test_a_step_at_a_desk_is_counted_at_every_stage_through_which_it_waits():
    story = Story(truck()).at("08:00").declares().at("08:30").arrives(Place.BUFFER)
    story.at("08:50").confirm("registration_accepted", by=CUSTOMS)
    assert lasted(story, Measure.OPEN) == [
        ("customs", "registration_accepted", "coming", 30),
        ("customs", "registration_accepted", "arrived", 50),
    ]


def test_a_step_that_was_never_done_has_no_length():
    story = journey(Kind.EXPORT, before="09:20").struck_off()
    assert not [t for t in lasted(story, Measure.OPEN) if t[0] == "transport_licence"]
    gone = Story(truck()).at("08:00").declares().at("09:00").withdraws()
    assert lasted(gone, Measure.OPEN) == lasted(gone, Measure.CLOCK) == []


def test_a_step_taken_back_waits_again_and_is_counted_each_time_it_was_done():
    story = journey(Kind.EXPORT, before="09:20")
    story.undo(story.found("health_checked", HEALTH)).at("09:50").confirm("health_checked", by=HEALTH)
    assert [t[-1] for t in lasted(story, Measure.OPEN) if t[0] == "health"] == [10, 50]


def test_the_night_is_nobodys_wait():
    story = Story(truck(), gate(calendar=Calendar(hours(7, 20)))).at("19:00").declares()
    story.confirm("registration_accepted", by=CUSTOMS).at("19:30").arrives(Place.BUFFER)
    story.at("07:10", day=1).confirm("entered", by=BORDER_GUARD)
    assert {party for party, *_ in lasted(story, Measure.CLOCK)} == {"driver"}
    assert not [t for t in lasted(story, Measure.OPEN) if t[1] == "entered"], "it was closed meanwhile"
    story.now = moment("07:30", 1)
    assert ("customs", "entered", "entered", 20) in lasted(story.confirm("entered", by=CUSTOMS), Measure.OPEN)
