"""What waits usually take, measured over what is recorded."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cuakhauso.centre.crossings import measuring, undeclared, usual
from cuakhauso.centre.crossings.models import UsualWait
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.crossings.tasks import measure_waits
from cuakhauso.centre.places.reference import reference
from cuakhauso.centre.shared import store
from cuakhauso.core.clock import attribute
from cuakhauso.core.usual import LEAST
from cuakhauso.core.words import Kind

from ..core.test_usual import naive
from .builders import declare, officer
from .returned import LICENCE, measured, record, returned, told

pytestmark = pytest.mark.usefixtures("never_closes")
RETURN = Kind.EMPTY_RETURN


def said(measure: str = "clock", **wanted: str) -> dict[tuple[str, ...], tuple[float, float, int]]:
    rows = UsualWait.objects.filter(measure=measure, **wanted)
    assert len({(row.gate, row.party, row.why, row.stage) for row in rows}) == len(rows)
    return {
        tuple(filter(None, (row.party, row.why, row.stage))): (row.p50_minutes, row.p90_minutes, row.sample)
        for row in rows
    }


def everything() -> list[dict]:
    return list(UsualWait.objects.order_by("pk").values())


def test_the_figures_are_the_percentiles_of_every_span_of_the_clock():
    stories = returned([3, 7, 7, 12, 55, *range(20, 60)])
    measured()
    spans: dict[tuple[str, str], list[float]] = {}
    for story in stories:
        for span in attribute(story.facts, reference("CKHN"), store.now()):
            minutes = span.length / timedelta(minutes=1)
            spans.setdefault((str(span.party), span.why), []).append(minutes)
    assert LICENCE in spans
    assert said(gate="CKHN", kind=RETURN) == {
        what: (naive(waits, 50), naive(waits, 90), len(waits)) for what, waits in spans.items()
    }


def test_what_lists_count_is_measured_as_lists_count_it():
    """Before its entry the vehicle waited for border guard, says border guard's list; the clock says that its
    driver was on the way. The licence might have been looked at then, and waited again behind the line."""
    waits = list(range(1, 31))
    returned(waits)
    measured()
    assert said("open")[*LICENCE, "entered"] == (naive(waits, 50), naive(waits, 90), 30)
    assert said("open")[*LICENCE, "arrived"] == (10, 10, 30)
    assert said("open")["border_guard", "entered", "arrived"] == (10, 10, 30)
    assert ("border_guard", "entered") not in said("clock")


def test_too_small_a_sample_says_nothing():
    returned([30] * (LEAST - 1))
    found = measured()
    assert LICENCE not in said("clock")
    assert found.too_rare > 0
    assert usual.of_step("CKHN", RETURN, *LICENCE, "entered") is None

    returned([30])
    measured()
    assert said("clock")[LICENCE] == (30, 30, LEAST)
    assert usual.of_step("CKHN", RETURN, *LICENCE, "entered").sample == LEAST


def test_other_gates_and_other_kinds_do_not_count():
    returned([30] * LEAST)
    returned([5] * LEAST, gate="TT")
    measured()
    assert said(gate="CKHN")[LICENCE] == (30, 30, LEAST)
    assert said(gate="TT")[LICENCE] == (5, 5, LEAST)
    assert usual.of_clock("CKHN", Kind.EXPORT, *LICENCE) is None


def test_what_left_long_ago_or_was_struck_off_or_is_still_here_does_not_count():
    returned([30] * LEAST)
    returned([5] * LEAST, left=store.now() - timedelta(days=measuring.DAYS, minutes=1))
    unfinished = [told(5) for _ in range(LEAST)]
    for story in unfinished:
        story.facts.pop()
    struck_off = [told(5) for _ in range(LEAST)]
    for story in struck_off:
        story.facts.pop()
        story.struck_off()
    record([*unfinished, *struck_off])
    assert measured().crossings == LEAST
    assert said("clock")[LICENCE] == (30, 30, LEAST)


def test_only_the_newest_are_read(monkeypatch):
    monkeypatch.setattr(measuring, "MOST", LEAST)
    monkeypatch.setattr(measuring, "BATCH", 7)
    returned([5] * LEAST, left=store.now() - timedelta(days=2))
    returned([30] * LEAST)
    assert measured().crossings == LEAST
    assert said("clock")[LICENCE] == (30, 30, LEAST)


def test_running_the_job_again_changes_nothing():
    returned(range(1, 41))
    assert measure_waits(timestamp=0) > 0
    first = everything()
    measure_waits(timestamp=60)
    again = everything()
    for row in (*first, *again):
        row.pop("computed_at")
    assert again == first


def test_the_job_can_be_queued_and_stands_in_the_timetable():
    assert measure_waits.queueing_lock == "measure_waits"
    periodic = measure_waits.blueprint.periodic_registry.periodic_tasks
    assert any(task.task is measure_waits for task in periodic.values())


def test_what_became_too_rare_is_unknown_again():
    returned([30] * LEAST, left=store.now() - timedelta(days=1))
    measured()
    assert UsualWait.objects.exists()
    measuring.measure(store.now() + timedelta(days=measuring.DAYS))
    assert not UsualWait.objects.exists()


def test_figures_that_nobody_computed_for_a_week_are_not_shown():
    returned([30] * LEAST)
    measured()
    assert usual.of_clock("CKHN", RETURN, *LICENCE) is not None
    UsualWait.objects.update(computed_at=store.now() - timedelta(days=8))
    usual.forget()
    assert usual.of_clock("CKHN", RETURN, *LICENCE) is None


def test_the_figures_are_read_once_for_many_questions(monkeypatch):
    monkeypatch.setattr(usual, "monotonic", lambda: 0.0)
    with CaptureQueriesContext(connection) as asked:
        for _ in range(50):
            usual.of_step("CKHN", RETURN, *LICENCE, "entered")
            usual.of_clock("TT", Kind.EXPORT, *LICENCE)
    assert len(asked) == 1


def test_measuring_reads_ended_crossings_by_their_index():
    returned([30] * 3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        at = store.now()
        cursor.execute(
            f"EXPLAIN {measuring.LEFT}", ["CKHN", at - timedelta(days=30), at, "ended", measuring.MOST]
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "crossing_ended" in plan


def test_a_vehicle_that_nobody_declared_has_no_figure_and_breaks_nothing():
    undeclared.register_undeclared("CKHN", "12C99999", Said(by=officer("border_guard")), country="VN")
    declare()
    measured()
    assert not UsualWait.objects.exists()
