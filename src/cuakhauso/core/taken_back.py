"""What still stands of a crossing's facts once some were taken back. `fold.py` alone calls this."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from . import facts as f
from .facts import Fact, in_order, voided
from .steps import STEPS, StepCode


def once(facts: Iterable[Fact]) -> list[Fact]:
    return list({fact.id: fact for fact in facts}.values())


def still_standing(facts: list[Fact]) -> Iterator[Fact]:
    """In order, without what was taken back and without signatures whose ground was taken back."""
    void = voided(facts)
    ordered = in_order(facts)
    if not void:
        yield from ordered
        return
    shaken = _shaken(ordered, void)
    for fact in ordered:
        if fact.id not in void and not _rests_on_shaken(fact, shaken):
            yield fact
        else:
            yield emptied(fact)


def emptied(fact: Fact) -> Fact:
    """A fact taken back still counts as recorded: it moves nothing but the count."""
    return Fact(
        id=fact.id, crossing=fact.crossing, occurred_at=fact.occurred_at, recorded_at=fact.recorded_at,
        actor=fact.actor, source=fact.source, data=f.Undone(), undoes=fact.id, v=fact.v,
    )  # fmt: skip


def _shaken(ordered: list[Fact], void: set[UUID]) -> dict[str, tuple[datetime, UUID]]:
    """Steps of which a confirmation was taken back, and the place in the order of the last undo."""
    by_id = {fact.id: fact for fact in ordered}
    moments: dict[str, tuple[datetime, UUID]] = {}
    for undo in ordered:
        target = by_id.get(undo.undoes) if undo.undoes and undo.id not in void else None
        if target is not None and isinstance(target.data, f.Confirmed):
            moments[target.data.step] = (undo.occurred_at, undo.id)
    return moments


def _rests_on_shaken(fact: Fact, shaken: dict[str, tuple[datetime, UUID]]) -> bool:
    if not isinstance(fact.data, f.Confirmed) or fact.data.step not in STEPS:
        return False
    grounds = STEPS[StepCode(fact.data.step)].rests_on
    return any(shaken[step] > (fact.occurred_at, fact.id) for step in grounds if step in shaken)
