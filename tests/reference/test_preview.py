"""What the preview of a change says, what lists show once it is in force, and the worker's part in both."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from cuakhauso.centre.crossings import observations, rebuild
from cuakhauso.centre.places.models import QuarantineRule, Tariff
from cuakhauso.centre.places.reference import version
from cuakhauso.centre.reference import actions, preview, shown, tasks
from cuakhauso.centre.reference.models import ReferenceChange
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.models import Crossing, OutboxEvent
from cuakhauso.core.words import Place

from ..centre.builders import Gate, declare
from .people import approved, closing, draft, editor, proposed, rate

pytestmark = pytest.mark.usefixtures("gate")
PLASTICS = ({"chapter": "39", "agency": "plant_quarantine"}, {})


def entered(**changes):
    truck = declare(**changes)
    walk = Gate(truck.crossing_id)
    walk.accepted(truck.form["groups"][0]["customs_number"])
    observations.arrive(truck.crossing_id, Place.BUFFER, walk.said("border_guard"))
    walk.later(5).confirm("entered", "border_guard").confirm("entered", "customs")
    return truck, walk


def previewed(change: ReferenceChange) -> dict:
    found = preview.preview(change.pk, change.edition)
    assert found is not None
    return found


def test_it_tells_fees_before_and_after_with_a_truck_to_look_at_and_writes_nothing():
    truck = declare()
    entered()  # charged already: what fell due once stays
    change = actions.save(draft("tariff", rate(850_000)), by=editor())
    rows, known = Tariff.objects.count(), version()
    found = previewed(change)
    assert found["living"]["fees"] == {
        "changed": 1, "before": 800_000, "after": 850_000, "unknown_before": 0, "unknown_after": 0,
    }  # fmt: skip
    assert found["living"]["examples"]["fee"] == [str(truck.crossing_id)]
    assert (found["finished"], found["done"], found["of"]) == (True, 2, 2)
    assert Tariff.objects.count() == rows
    assert version() == known, "the preview was taken back"


def test_it_tells_steps_that_would_be_required_and_permits_that_would_not_be_given():
    entered()
    found = previewed(actions.save(draft("quarantine", PLASTICS), by=editor()))
    assert found["living"]["newly_required"] == {"plant_quarantined": 1}
    moved = ({"gate": "CKHN", "step": "health_checked"}, {"at": ["yard"]})
    found = previewed(actions.save(draft("step_places", moved), by=editor()))
    assert found["living"]["elsewhere"] == {"health_checked": 1}, "no longer at B1 too, only at the yard"


def test_it_tells_whose_weight_may_differ_more_in_words_too():
    truck, _walk = entered()
    change = actions.save(
        draft("weight_tolerances", ({"gate": "", "prefix": "3926"}, {"percent": 60, "least_kg": 100})),
        by=editor(),
    )
    found = previewed(change)
    assert found["living"]["weights"] == {"wider": 1, "narrower": 0, "off": 0, "right": 0}
    assert found["living"]["examples"]["weight"] == [str(truck.crossing_id)]
    change.refresh_from_db()
    told = shown.effects(change)
    assert any("lệch nhiều hơn" in line for part in told.parts for line in part.lines)


def test_a_gate_sees_what_is_changed_at_the_other_gate_alone():
    entered()
    moved = ({"gate": "TT", "step": "health_checked"}, {"at": ["yard"]})
    assert previewed(actions.save(draft("step_places", moved), by=editor()))["of"] == 0


def test_a_closure_tells_how_many_said_that_they_come_then():
    truck = declare()
    now = store.now()
    Crossing.objects.filter(pk=truck.crossing_id).update(expected_at=now + timedelta(minutes=30))
    change = actions.save(closing(minutes=10), by=editor())
    found = previewed(change)
    assert (found["expected"], found["living"]["looked_at"], found["past"]["looked_at"]) == (1, 1, 0)


def test_a_preview_of_what_has_been_said_anew_is_thrown_away():
    change = actions.save(draft("tariff", rate(850_000)), by=editor())
    actions.save(draft("tariff", rate(860_000)), by=editor(), id=change.pk)
    assert preview.preview(change.pk, 1) is None
    change.refresh_from_db()
    assert change.effects is None
    assert previewed(change)["finished"]


def test_the_worker_is_asked_for_each_edition_and_for_lists_when_it_is_in_force():
    change = proposed("quarantine", PLASTICS, begins=0)
    jobs = ProcrastinateJob.objects.filter(task_name="preview_reference_change")
    assert [job.args for job in jobs] == [{"change": str(change.pk), "edition": 1}]
    assert tasks.preview_change(str(change.pk), 1)
    approved("quarantine", ({"chapter": "40", "agency": "plant_quarantine"}, {}), begins=0)
    assert ProcrastinateJob.objects.filter(task_name="renew_living").count() == 1


def test_lists_are_told_when_the_rules_have_changed():
    truck, _walk = entered()
    row = Crossing.objects.get(pk=truck.crossing_id)
    assert "plant_quarantine@yard" not in row.wait_keys
    approved("quarantine", PLASTICS, begins=0)
    OutboxEvent.objects.all().delete()
    assert tasks.renew_living([""]) == 1
    row.refresh_from_db()
    assert "plant_quarantine@yard" in row.wait_keys
    told = OutboxEvent.objects.get(name="crossing.changed").payload
    assert (told["crossing"], told["gate"]) == (str(truck.crossing_id), "CKHN")
    assert "plant_quarantine@yard" in told["touches"]
    assert tasks.renew_living([""]) == 0
    assert list(rebuild.rebuild(write=False)) == []


def test_lists_are_told_when_its_day_comes_and_when_it_is_over():
    change = approved("quarantine", PLASTICS, begins=1, valid_to=None)
    assert not ProcrastinateJob.objects.filter(task_name="renew_living").exists()
    assert actions.take_effect(store.now() + timedelta(days=1)) == [change]
    assert ProcrastinateJob.objects.filter(task_name="renew_living").count() == 1
    ReferenceChange.objects.filter(pk=change.pk).update(valid_to=change.valid_from + timedelta(days=1))
    assert actions.take_effect(store.now() + timedelta(days=2)) == [change]
    assert actions.take_effect(store.now() + timedelta(days=2)) == []
    assert ProcrastinateJob.objects.filter(task_name="renew_living").count() == 2
    assert QuarantineRule.objects.filter(chapter="39").count() == 1


def test_what_is_past_is_judged_again_as_it_passed():
    truck = declare()
    walk = Gate(truck.crossing_id)
    walk.accepted(truck.form["groups"][0]["customs_number"]).entered().checked().confirm("in_yard", "yard")
    walk.pays(800_000).leaves_yard()
    walk.confirm("left_to_other_side", "border_guard").confirm("left_to_other_side", "customs")
    entered()
    found = previewed(actions.save(draft("quarantine", PLASTICS), by=editor()))
    assert [found[part]["looked_at"] for part in ("living", "past")] == [1, 1]
    assert found["past"]["newly_required"] == {"plant_quarantined": 1}
    assert found["past"]["refused"] == 1, "it left the yard without plant quarantine"
    assert found["past"]["examples"]["refused"] == [str(truck.crossing_id)]
    assert found["living"]["refused"] == 0, "it may not leave the yard yet anyway"
