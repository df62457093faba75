"""A day on which the centre is killed, the network cut and the node killed twice: nobody is lost, nobody is
counted twice, and nothing opens without a permit (design idea 5)."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cuakhauso.sim.centre import crossing_of
from cuakhauso.sim.soak import LATE, Outcome, ending, run

IN_MEMORY = Path("/dev/shm")  # noqa: S108  what is tried here are deaths of the node, not of the disk


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The journal's: thousands of steps, each on disk before the next, take minutes on a real one."""
    made = Path(tempfile.mkdtemp(dir=IN_MEMORY if IN_MEMORY.is_dir() else tmp_path))
    yield made
    shutil.rmtree(made)


def check(day: Outcome, trucks: int, *, kills: int) -> None:
    everybody = {crossing_of(n) for n in range(trucks)}
    assert set(day.passed) == {str(one) for one in everybody}
    assert set(day.passed.values()) == {1}, "everybody passes once"
    assert set(day.recorded) == everybody, "nobody is lost or invented"
    assert set(day.recorded.values()) == {1}, "nobody is counted twice"
    assert dict(day.given_up) == {str(crossing_of(LATE + n)): 1 for n in ending(trucks)}
    assert day.opened_too_late == 0, "a permit that has ended opens nothing, whatever our clock shows"
    assert day.most_off < timedelta(minutes=2), "the centre knows when each passed, whatever our clock showed"
    assert day.irregular == []
    assert day.unread == 0, "what was read is told with the passage, also after a death"
    assert day.openings == day.permitted, "each opening has its permit"
    assert day.waiting == 0
    assert day.kills == kills
    assert day.deaths_of_centre == (1 if kills else 0)


def test_a_calm_day(folder):
    check(run(1, folder, trucks=60, trouble=False), 60, kills=0)


@pytest.mark.parametrize("seed", range(4))
def test_a_rough_day_ends_as_a_calm_one(seed, folder):
    check(run(seed, folder, trucks=40), 40, kills=2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_five_hundred_vehicles_on_a_rough_day(seed, folder):
    check(run(seed, folder, trucks=500), 500, kills=2)
