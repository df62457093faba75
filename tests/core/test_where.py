"""Where a gate has its steps done: what differs then, and what may not be chosen."""

from dataclasses import replace

import pytest

from cuakhauso.core.decisions import against_confirming
from cuakhauso.core.permit import Permit
from cuakhauso.core.procedure import PROCEDURES, step_of
from cuakhauso.core.steps import STEPS, StepCode
from cuakhauso.core.where import in_vain, movable
from cuakhauso.core.words import CheckpointKind, Kind, Place

from .builders import B1, B2, BORDER_GUARD, CUSTOMS, HEALTH, LINE, OUT, YARD, Story, gate, truck
from .histories import ELSEWHERE

WITH_GOODS = [Kind.EXPORT, Kind.IMPORT_TRANSSHIPMENT, Kind.IMPORT_INLAND]
HEALTH_AT_THE_YARD = {StepCode.HEALTH_CHECKED: (YARD,)}


def entering(ref):
    story = Story(truck(Kind.EXPORT), ref).declares().confirm("registration_accepted", by=CUSTOMS)
    return story.at("08:30").arrives(Place.BUFFER)


def test_a_step_waits_where_this_gate_has_it_done():
    assert "health@B1" in {key for wait in entering(gate()).summary.waits for key in wait.keys}
    story = entering(gate(step_places=HEALTH_AT_THE_YARD))
    assert "health@B1" not in {key for wait in story.summary.waits for key in wait.keys}
    story.at("09:00").both_confirm("entered")
    assert "health@yard" in {key for wait in story.summary.waits for key in wait.keys}


def test_an_officer_at_another_post_is_told_where_it_is_done_here():
    story = entering(gate(step_places=HEALTH_AT_THE_YARD))
    (against,) = against_confirming(replace(story.may(HEALTH), posts=("B1",)), "health_checked")
    assert against.details["at"] == "yard"


def test_the_place_changes_neither_what_is_needed_nor_whose_it_is():
    moved = gate(step_places=ELSEWHERE)
    for code, step in STEPS.items():
        placed = step_of(code, entering(moved).state, moved)
        assert (placed.agencies, placed.law, placed.rests_on) == (step.agencies, step.law, step.rests_on)
    story = entering(moved)
    assert not isinstance(story.asks(YARD, OUT), Permit)
    assert "health_checked by health" in story.lacks(YARD, OUT)


def test_no_passage_can_be_moved():
    assert {StepCode.ENTERED, StepCode.IN_YARD, StepCode.LEFT_YARD, StepCode.LEFT_ZONE}.isdisjoint(movable())
    assert StepCode.PAID not in movable()
    assert {StepCode.HEALTH_CHECKED, StepCode.REGISTRATION_ACCEPTED} <= set(movable())


@pytest.mark.parametrize(
    ("step", "at", "kinds"),
    [
        (StepCode.HEALTH_CHECKED, (B2,), [*WITH_GOODS, Kind.RECEIVING]),
        (StepCode.HEALTH_CHECKED, (B1,), [Kind.IMPORT_TRANSSHIPMENT, Kind.IMPORT_INLAND]),
        (StepCode.HEALTH_CHECKED, (B1, LINE), []),
        (StepCode.HEALTH_CHECKED, (YARD,), []),
        (StepCode.LICENCE_CHECKED, (YARD,), [Kind.EMPTY_RETURN]),
        (StepCode.REGISTRATION_ACCEPTED, (YARD,), WITH_GOODS),
        (StepCode.LICENCE_CHECKED, (), []),
    ],
)  # fmt: skip
def test_a_place_that_a_kind_passes_too_late_or_never_may_not_be_chosen(step, at, kinds):
    assert in_vain(step, at) == kinds


def test_what_the_law_itself_says_is_within_reach():
    for code in movable():
        assert in_vain(code, STEPS[code].at) == [], code
    assert all(set(procedure.steps) <= set(StepCode) for procedure in PROCEDURES.values())
    assert CheckpointKind.TEMPORARY_YARD not in {place for places in ELSEWHERE.values() for place in places}
    assert all(in_vain(code, places) == [] for code, places in ELSEWHERE.items())
    assert BORDER_GUARD in STEPS[StepCode.LOOKED_EMPTY].agencies
