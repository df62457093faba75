"""What the core promises about itself."""

import ast
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from cuakhauso import core
from cuakhauso.core import facts as f
from cuakhauso.core.fold import HANDLERS, RANKS
from cuakhauso.core.procedure import posts, procedure
from cuakhauso.core.steps import STEPS, StepCode
from cuakhauso.core.words import Agency, CheckpointKind, Kind, Party, Regime, Stay

from .builders import Story, truck

SOURCES = sorted(Path(core.__path__[0]).rglob("*.py"))
FOREIGN = {"django", "ninja", "psycopg", "httpx", "uvicorn", "procrastinate", "allauth", "socket", "sqlite3"}
EVERY = {
    f"{kind}:{regime}:{stay}:{'VN' if ours else 'CN'}": procedure(kind, regime, stay, ours)
    for kind in Kind
    for regime in Regime
    for stay in Stay
    for ours in (True, False)
}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_core_imports_no_framework_and_nothing_from_the_platform(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            assert name.split(".")[0] not in FOREIGN, name
            assert not name.startswith(("cuakhauso.centre", "cuakhauso.runtime", "cuakhauso.cli")), name


def test_importing_all_of_core_loads_no_django():
    modules = [f"cuakhauso.core.{path.stem}" for path in SOURCES if path.parent.name == "core"]
    script = (
        f"import importlib, sys\nfor m in {modules!r}: importlib.import_module(m.removesuffix('.__init__'))\n"
        "assert 'django' not in sys.modules"
    )
    source = str(SOURCES[0].parents[2])
    subprocess.run([sys.executable, "-c", script], check=True, env={"PYTHONPATH": source})


def test_every_kind_of_fact_has_a_handler():
    assert set(HANDLERS) == set(f.KINDS.values())
    assert set(f.KINDS.values()) == {
        kind for kind in vars(f).values() if isinstance(kind, type) and issubclass(kind, f.Data)
    } - {f.Data}


def test_every_step_has_its_rule_and_is_somebodys_move():
    assert set(STEPS) == set(StepCode)
    for step in STEPS.values():
        assert step.parties, step.code
        assert step.law, step.code
        assert not step.by_hand or step.agencies, step.code
        assert set(step.rests_on) <= set(StepCode)


def test_every_agency_is_a_party_of_the_same_name():
    assert {str(a) for a in Agency} <= {str(p) for p in Party}


@pytest.mark.parametrize("procedure", EVERY.values(), ids=EVERY)
class TestEveryProcedure:
    def test_needs_only_its_own_steps_before_they_can_be_done(self, procedure):
        for leg in procedure.legs:
            assert set(leg.needs) <= set(procedure.steps)
            assert leg.states in procedure.steps
            assert leg.states not in leg.needs, "a passage cannot wait for itself"

    def test_leads_by_its_legs_from_the_first_to_the_end(self, procedure):
        ranks = [RANKS[leg.states] for leg in procedure.legs]
        assert ranks == sorted(set(ranks)), "each leg leads further"
        assert ranks[-1] == RANKS[procedure.ends_with] == RANKS[StepCode.LEFT_ZONE]
        assert procedure.steps[-1] is procedure.ends_with
        passed: set[StepCode] = set()
        for leg in procedure.legs:
            later = {other.states for other in procedure.legs} - passed
            assert not set(leg.needs) & later, "no leg waits for a passage that lies ahead"
            passed.add(leg.states)

    def test_can_have_every_needed_step_done_somewhere_on_its_way(self, procedure):
        points: set[CheckpointKind] = set()
        for leg in procedure.legs:
            for code in leg.needs:
                at = set(STEPS[code].at)
                assert not at or at & (points | {leg.at}), f"{code} cannot be done before {leg.at}"
            points.add(leg.at)

    def test_asks_at_a_later_leg_at_least_what_the_yard_asked(self, procedure):
        needs = [set(leg.needs) for leg in procedure.legs]
        for earlier, later in pairwise(needs):
            assert earlier <= later


def test_every_kind_has_a_procedure():
    for kind in Kind:
        story = Story(truck(kind)).declares()
        assert story.summary.stage == "coming"
        assert posts(STEPS[StepCode.PAID], story.state) == ()
