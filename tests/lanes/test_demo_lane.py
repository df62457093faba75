"""`cuakhauso demo-lane` as who tries the platform types it: a real platform, a real node, our networks."""

import json
import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from cuakhauso.lane.vision.cards import WEIGHTS
from cuakhauso.sim.processes import COMMAND, Platform, free_port
from cuakhauso.sim.real_day import rows

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="speaks of the embedded database"),
    pytest.mark.skipif(not (WEIGHTS / "locate.onnx").exists(), reason="no weights in this package"),
]


@pytest.fixture
def platform(tmp_path: Path):
    made = Platform(tmp_path / "var")
    made.start()
    yield made
    made.stop()


def shown(platform: Platform, *told: str) -> str:
    command = [COMMAND, "demo-lane", "--all-day", "--booth", f"127.0.0.1:{free_port()}", *told]
    done = subprocess.run(
        command, env=platform.environment, capture_output=True, text=True, timeout=240, check=True
    )
    return done.stdout


def test_two_that_are_clean_go_through_by_what_our_networks_read_and_a_muddy_one_waits_and_leaves(platform):
    said = shown(platform, "--vehicles", "3", "--patience", "25")
    lines = [line for line in said.splitlines() if " after " in line]
    assert [("went through" in line, line.split()[0]) for line in lines] == [
        (True, "clear"), (True, "clear"), (False, "muddy"),
    ], said  # fmt: skip
    journal = platform.data / "demo-lane" / "journal.sqlite"
    passages = [json.loads(body) for (body,) in rows(journal, "SELECT body FROM item WHERE kind = 'passage'")]
    assert [one["why"] for one in passages] == ["cleared", "cleared"]
    assert all(one["crossing"] and one["opened_by"] is None for one in passages)
    painted = said.replace("-", "").replace(".", "").split()
    reads = [read for one in passages for read in one["reads"] if read["source"].endswith("+vision")]
    ours = Counter(read["subject"] for read in reads if read["text"] in painted)
    assert ours["plate"] >= 1
    assert ours["trailer"] >= 1
    assert ours["container"] >= 1
