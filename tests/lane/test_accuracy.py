"""How well a camera reads, and when it is said to have become worse."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.lane.accuracy import LEAST_BEFORE, LEAST_SINCE, Count, drift, wilson, worse_by_at_least

TODAY = date(2026, 11, 26)
counts = st.builds(Count, right=st.integers(0, 500), wrong=st.integers(0, 100), unread=st.integers(0, 100))


def days(*weeks):
    """Each a share and how many passages a day, over seven days, the last one ending today."""
    told, day = {}, TODAY - timedelta(days=7 * len(weeks) - 1)
    for share, each in weeks:
        for _ in range(7):
            told[day] = Count(right=round(share * each), unread=each - round(share * each))
            day += timedelta(days=1)
    return told


def test_a_lens_that_became_dirty_is_told_with_both_shares_and_since_when():
    told = days((0.97, 100), (0.97, 100), (0.97, 100), (0.97, 100), (0.88, 100))
    found = drift(told, TODAY)
    assert found.day == TODAY - timedelta(days=6)
    assert (round(found.before, 2), round(found.since, 2)) == (0.97, 0.88)


def test_a_camera_that_reads_as_it_did_is_not_worse():
    assert drift(days(*[(0.97, 100)] * 6), TODAY) is None


def test_one_that_became_better_is_not_worse():
    assert drift(days((0.8, 100), (0.8, 100), (0.97, 100)), TODAY) is None


@pytest.mark.parametrize("weeks", [[(0.97, 100), (0.5, 3)], [(0.97, 10), (0.5, 100)], [(0.5, 100)], []])
def test_nothing_is_said_of_too_few_passages(weeks):
    assert drift(days(*weeks), TODAY) is None


def test_a_camera_that_failed_wholly_is_told_the_same_day():
    told = days((0.97, 60), (0.97, 60))
    told[TODAY] = Count(unread=LEAST_SINCE)
    assert drift(told, TODAY).day == TODAY


def test_a_good_camera_is_hardly_ever_called_worse():
    """Looked at every day for a year, at 97 %, with 100 passages a day."""
    dice, told, alarms = random.Random(7), {}, 0  # noqa: S311
    for n in range(365):
        day = TODAY + timedelta(days=n)
        right = sum(dice.random() < 0.97 for _ in range(100))
        told[day] = Count(right=right, wrong=100 - right)
        alarms += drift(told, day) is not None
    assert alarms == 0


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_a_share_lies_in_its_interval(right, more):
    low, high = wilson(right, right + more)
    assert 0 <= low <= high <= 1
    if right + more:
        assert low - 1e-9 <= right / (right + more) <= high + 1e-9


@given(counts, counts)
def test_what_is_worse_one_way_is_not_worse_the_other_way(a, b):
    assert worse_by_at_least(a, b) <= 0 or worse_by_at_least(b, a) <= 0


@given(counts)
def test_nothing_is_worse_than_itself(one):
    assert worse_by_at_least(one, one) <= 0


@given(st.lists(counts, min_size=0, max_size=40))
def test_a_drift_is_always_to_the_worse_and_rests_on_enough(found):
    told = {TODAY - timedelta(days=n): count for n, count in enumerate(found)}
    said = drift(told, TODAY)
    if said is not None:
        assert said.since < said.before
        since = sum((c for day, c in told.items() if day >= said.day), Count())
        before = sum((c for day, c in told.items() if day < said.day), Count())
        assert since.judged >= LEAST_SINCE
        assert before.judged >= LEAST_BEFORE


@given(counts, counts)
def test_counts_add_up(a, b):
    assert (a + b).judged == a.judged + b.judged
    assert a + Count() == a
