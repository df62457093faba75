"""A rough day with real programs: platform and database killed, the network cut for ten minutes of lane time,
the node killed twice; it ends as the undisturbed day of the same vehicles."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cuakhauso.sim.processes import Platform
from cuakhauso.sim.real_day import Plan, live
from cuakhauso.sim.real_outcome import Outcome, differences, wrong

PLAN = Plan(seed=7, vehicles=16, faster=60, first=0, trouble=False)


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    made = Platform(tmp_path / "var")
    made.start()
    yield made
    made.stop()


def lived(platform: Platform, folder: Path, plan: Plan) -> Outcome:
    folder.mkdir()
    day = asyncio.run(live(platform, folder, plan))
    assert list(wrong(day, plan.queue())) == [], day
    return day


@pytest.mark.slow
def test_nobody_is_lost_doubled_or_let_in_whatever_is_killed_or_cut(platform, tmp_path):
    calm = lived(platform, tmp_path / "calm", PLAN)
    rough = lived(platform, tmp_path / "rough", replace(PLAN, first=PLAN.vehicles, trouble=True))
    assert (rough.platform_deaths, rough.node_deaths, rough.cuts) == (1, 2, 1), rough.happened
    assert list(differences(calm, rough)) == [], rough.happened


def test_a_day_has_vehicles_of_every_fate_and_the_same_ones_for_the_same_seed():
    plan = Plan(seed=1, vehicles=500, faster=30, first=0, trouble=True)
    fates = {vehicle.fate for vehicle in plan.queue()}
    assert len(fates) == 5
    assert plan.queue() == replace(plan).queue()
    assert plan.troubles() == replace(plan).troubles()
