"""Where a gate may have a step done. The law says which steps there are and whose; the place is the gate's.

`places_of` is what may be chosen; `in_vain` names the kinds of crossing that could then never do the step.
"""

from collections.abc import Iterable, Iterator

from .procedure import Procedure, procedure
from .steps import STEPS, StepCode
from .words import CheckpointKind, Kind, Regime, Stay

ON_THE_WAY = (CheckpointKind.B1, CheckpointKind.YARD, CheckpointKind.BORDER_LINE, CheckpointKind.B2)


def movable() -> list[StepCode]:
    """Steps that an officer confirms and that state no passage: a passage is where its checkpoint is."""
    return [step.code for step in STEPS.values() if step.by_hand and step.moves_to is None]


def in_vain(step: StepCode, at: Iterable[CheckpointKind]) -> list[Kind]:
    """Kinds of crossing that need the step before a checkpoint, and come past none of these places until
    then. No place at all is a desk, which every crossing can reach."""
    chosen = frozenset(at)
    if not chosen:
        return []
    found = (procedure.kind for procedure in _procedures() if _too_late(procedure, step, chosen))
    return list(dict.fromkeys(found))


def _procedures() -> Iterator[Procedure]:
    """Also what regimes, the two-way pilot and the health mode add."""
    for kind in Kind:
        for regime in Regime:
            for stay in Stay:
                yield from (procedure(kind, regime, stay, is_ours) for is_ours in (True, False))


def _too_late(procedure: Procedure, step: StepCode, at: frozenset[CheckpointKind]) -> bool:
    passed: set[CheckpointKind] = set()
    for leg in procedure.legs:
        passed.add(leg.at)
        if step in leg.needs:
            return not passed & at
    return step in procedure.steps and not passed & at
