"""Each kind under each regime: every step can be reached, the end can be reached from every state that an
officer can cause, and no state is without someone whose move it is.

`WALK_ALL=1 pytest tests/core/test_every_procedure.py` walks every case both ways.
"""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.core.standing import has_ended, is_required
from cuakhauso.core.words import Regime

from .walks import CASES, Case, Known, copy, disturbances, follow, key, moves

ALL = bool(os.environ.get("WALK_ALL"))
DISTURBED = [case for case in CASES if ALL or not case.health or case.regime is Regime.BUSINESS]


def prefixes(case: Case, *, backwards: bool = False):
    """Every state on a way to the end on which what is asked first, or last, is done in turn."""
    story = case.begins()
    for _ in range(60):
        yield copy(story)
        if has_ended(story.state, story.ref):
            return
        found = list(moves(story, story.state))
        assert any(move() for move in (reversed(found) if backwards else found))
    raise AssertionError("no end in sight")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_step_that_is_required_can_be_done_and_the_vehicle_goes(case):
    story = case.begins()
    needed = {code for code in case.procedure.steps if is_required(code, story.state, story.ref)}
    assert needed <= set(follow(story, set()))
    assert has_ended(story.state, story.ref)


@pytest.mark.slow
@pytest.mark.parametrize("case", DISTURBED, ids=str)
def test_from_every_state_that_an_officer_can_cause_the_end_can_be_reached(case):
    known: Known = set()
    both_ways = ALL or (case.regime is Regime.BUSINESS and not case.health)
    for backwards in (False, True) if both_ways else (False,):
        for story in prefixes(case, backwards=backwards):
            for disturb in disturbances(story):
                other = copy(story)
                disturb(other)
                follow(other, known)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(CASES), st.lists(st.integers(0, 1_000), min_size=4, max_size=14))
def test_whatever_happens_several_times_over_somebody_can_go_on(case, chances):
    """Anything that is asked for or may happen, in any order; then on to the end."""
    story = case.begins()
    for chance in chances:
        if has_ended(story.state, story.ref):
            break
        asked = list(moves(story, story.state))
        upsets = list(disturbances(story))
        if chance % 3 and asked:
            asked[chance % len(asked)]()
        else:
            upsets[chance % len(upsets)](story)
    follow(story, set())


def test_two_states_that_differ_in_what_may_come_next_have_two_keys():
    """Otherwise a walk could stop early and call a dead end known."""
    case = CASES[0]
    keys = [key(story, story.state) for story in prefixes(case)]
    assert len(keys) == len(set(keys))
