"""Made-up crossings for load tests are as true as real ones."""

import pytest
from django.db import connection

from cuakhauso.centre.crossings import rebuild
from cuakhauso.centre.places.reference import references
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.models import Crossing, FactRow
from cuakhauso.core import facts as f
from cuakhauso.core.consequences import consequences
from cuakhauso.core.decisions import Case, against_confirming, against_paying
from cuakhauso.core.fold import fold
from cuakhauso.core.progress import Stage, stage_of
from cuakhauso.sim import histories, load
from tests.seeded import seeded


@pytest.fixture
def reference_data(db):
    seeded()


@pytest.mark.parametrize("plot", histories.PLOTS, ids=lambda plot: plot.name)
@pytest.mark.parametrize("gate", load.GATES)
def test_the_rules_accept_every_step_of_a_plot(reference_data, plot, gate):
    ref = references()(gate)
    facts = histories.told(plot, gate, references()).facts
    for index, fact in enumerate(facts):
        case = Case(_state(facts[:index], fact.crossing), fact.actor, fact.occurred_at, ref)
        if isinstance(fact.data, f.Confirmed):
            assert against_confirming(case, fact.data.step) == []
        elif isinstance(fact.data, f.Paid):
            assert against_paying(case, fact.data.order, fact.data.amount) == []


@pytest.mark.parametrize("plot", histories.PLOTS, ids=lambda plot: plot.name)
def test_every_plot_comes_to_an_end(reference_data, plot):
    facts = histories.told(plot, "CKHN", references()).facts
    for vehicle in range(len(plot.contents)):
        state = _state(facts, histories.crossing_mark(vehicle))
        assert stage_of(state, references()("CKHN")) == Stage.ENDED
        assert not any(state.owes(order) for order in state.charged)


def test_what_is_seeded_is_what_rebuilding_gives(reference_data):
    done = load.write(connection.connection, _some(300, ended=200))
    assert (done.crossings, done.facts) == (Crossing.objects.count(), FactRow.objects.count())
    assert Crossing.objects.exclude(ended_at=None).exists()
    assert set(Crossing.objects.values_list("stage", flat=True)) >= {
        Stage.COMING,
        Stage.ENTERED,
        Stage.IN_YARD,
        Stage.LEFT_YARD,
        Stage.ENDED,
    }
    assert list(rebuild.rebuild(write=False)) == []
    assert list(rebuild.verify()) == []


@pytest.mark.parametrize("ended", [1, 200, 729, 40_000])
def test_histories_are_spread_evenly_until_yesterday(ended):
    plan = load.Plan(ended, 0, 1_790_000_000, ())
    days = [plan.day_of(index) for index in range(ended)]
    assert days == sorted(days)
    assert days[-1][0] >= load.DAYS - 1 - load.DAYS // ended
    assert all(0 <= part < 1 for _, part in days)


def test_ids_that_follow_from_others_are_those_of_the_rules(reference_data):
    """So that what is done to a seeded crossing later does what it would do to a real one."""
    load.write(connection.connection, _some(100, ended=0))
    reader = references()
    for row in FactRow.objects.filter(kind="charged", crossing__kind="export").select_related("crossing")[:5]:
        facts = store.facts_of(row.crossing_id)
        before = facts[: row.seq - 1]
        expected = consequences(before[-1], fold(before), reader(row.crossing.gate))
        assert [fact.id for fact in expected] == [row.pk]


def _state(facts, crossing):
    return fold(fact for fact in facts if fact.crossing == crossing)


def _some(many, ended):
    declarants = ("7e0c2c0e-7b0e-4a5c-9a43-2a9b1f6f1111",)
    plan = load.Plan(max(1, ended), 0, 1_790_000_000, declarants)
    forms = load.forms()
    yield from load.ended(plan, forms, range(ended))
    yield from load.living(plan, forms, range(ended, many))
