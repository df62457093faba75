"""The unit of the lane node: understood by systemd, and giving away little."""

import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "deploy" / "cuakhauso-lane.service"
LARGEST_EXPOSURE = 20  # of 100, as systemd counts; 16 when written


@pytest.fixture
def analyze():
    if not (command := shutil.which("systemd-analyze")):
        pytest.skip("there is no systemd-analyze")
    return lambda *words: subprocess.run([command, *words], capture_output=True, text=True, timeout=60)


def test_systemd_understands_every_line(analyze, tmp_path):
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/cuakhauso/bin/cuakhauso", "/bin/true"))
    said = analyze("verify", "--man=no", str(unit))
    assert UNIT.name not in said.stderr, said.stderr


def test_it_may_do_little_besides_its_work(analyze):
    said = analyze("security", "--offline=true", "--no-pager", f"--threshold={LARGEST_EXPOSURE}", str(UNIT))
    assert said.returncode == 0, said.stdout[-300:]


def test_it_tells_the_node_which_start_of_the_machine_this_is():
    """Without it each death of the node would be taken for one of the machine: nothing would open alone."""
    assert "Environment=CUAKHAUSO_BOOT_ID=%b" in UNIT.read_text().splitlines()
