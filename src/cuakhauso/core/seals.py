"""Which seals are on a vehicle, and what became of each: from declared ones and from what customs did.

A seal that was opened does not count any more; one that was put on here does, although nobody declared it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from . import facts as f
from .fold import State
from .words import SealGrade, SealType


@dataclass(frozen=True, slots=True)
class Seal:
    """The life of one seal (devices.md 2.5). `intact` is customs' last look: none where nobody looked."""

    number: str
    declared: bool = False
    type: SealType | None = None
    grade: SealGrade | None = None
    applied_by: str = ""
    applied_at: datetime | None = None
    broken_by: str = ""
    broken_at: datetime | None = None
    intact: bool | None = None
    checked_at: datetime | None = None

    @property
    def is_on(self) -> bool:
        return self.broken_at is None


def seals(state: State) -> list[Seal]:
    """Every seal that is or was on, in the order in which it became known. A number may come again."""
    content = state.announced
    declared = content.vehicle.seals if content else ()
    lives = [Seal(number, declared=True) for number in dict.fromkeys(declared)]
    for fact in state.seal_facts:
        data = fact.data
        assert isinstance(data, f.SealPut | f.SealBroken | f.SealChecked)
        at = next((i for i, life in enumerate(lives) if life.number == data.number and life.is_on), None)
        match data:
            case f.SealPut() if at is None:
                by = data.applied_by or fact.actor.name
                lives.append(Seal(data.number, False, data.type, data.grade, by, fact.occurred_at))
            case f.SealBroken() if at is not None:
                lives[at] = replace(lives[at], broken_by=fact.actor.name, broken_at=fact.occurred_at)
            case f.SealChecked() if at is not None:
                lives[at] = replace(lives[at], intact=data.intact, checked_at=fact.occurred_at)
    return lives


def seals_on(state: State) -> tuple[str, ...]:
    """The numbers that are to be read on this vehicle now."""
    return tuple(seal.number for seal in seals(state) if seal.is_on)


def not_intact(state: State) -> list[Seal]:
    """Seals on which customs found something wrong, and which are still on and not settled."""
    return [
        seal
        for seal in seals(state)
        if seal.is_on and seal.intact is False and ("seal_not_intact", seal.number) not in state.settled
    ]


def sealed_at(state: State) -> datetime | None:
    """Since when customs' own seal, or one that customs found whole, is on; none where nothing is."""
    on = [seal for seal in seals(state) if seal.is_on]
    since = [s.applied_at or (s.checked_at if s.intact else None) for s in on]
    return min((moment for moment in since if moment), default=None)


def checked_at(state: State) -> datetime | None:
    """When the last seal was found whole, or settled, so that none that is on is open; none before. One that
    customs put on here needs no second look."""
    lives = seals(state)
    looked = [seal for seal in lives if _is_whole(seal, state)]
    if not looked or any(seal.is_on and seal not in looked for seal in lives):
        return None
    return max(moment for seal in looked if (moment := seal.checked_at or seal.applied_at))


def _is_whole(seal: Seal, state: State) -> bool:
    if seal.intact is None:
        return seal.applied_at is not None
    return seal.intact or ("seal_not_intact", seal.number) in state.settled
