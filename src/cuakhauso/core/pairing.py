"""The two legs of a regime: what came with the first, what the second takes, and until when it must be gone.

Each crossing knows the other leg by its own facts (`Paired`, `SecondLegLeft`). A first leg that the platform
does not know (goods that came by sea) is customs' to match by the file: `first_leg_matched`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from . import facts as f
from .fold import State
from .reference import Reference
from .regimes import RegimeLeg, leg_of
from .steps import StepCode
from .words import Agency


@dataclass(frozen=True, slots=True)
class Pair:
    """One goods group of a second leg against the first one: `took` of `left` packages, due back at `due`."""

    customs_number: str
    took: int
    left: int
    due: datetime | None


def first_legs(state: State, group: int) -> list[f.Paired]:
    """What is known of the vehicles that brought the goods of this group."""
    return [pair for (_, own), pair in state.pairs.items() if own == group and pair.role == RegimeLeg.FIRST]


def shares(state: State, group: int) -> Iterator[tuple[f.Paired, int]]:
    """How the packages of a group fall to the vehicles that brought them, in order; what is too much, to the
    last."""
    content = state.announced
    rest = content.groups[group].packages if content and group < len(content.groups) else 0
    known = first_legs(state, group)
    for pair in known:
        part = rest if pair is known[-1] else min(rest, max(0, pair.left))
        rest -= part
        yield pair, part


def due(state: State, ref: Reference, entered: datetime | None) -> datetime | None:
    content = state.announced
    days = ref.regime_rule(content.regime).days if content else None
    return entered + timedelta(days=days) if entered and days else None


def pairs(state: State, ref: Reference) -> Iterator[Pair]:
    """The groups of a second leg whose first leg is known."""
    for index, group in enumerate(state.content.groups if state.content else ()):
        if known := first_legs(state, index):
            entered = min((pair.at for pair in known if pair.at), default=None)
            left = sum(pair.left for pair in known)
            yield Pair(group.first_key, group.packages, left, due(state, ref, entered))


def all_known(state: State) -> bool:
    """Whether every group names a first leg that the platform knows and that has entered."""
    groups = state.content.groups if state.content else ()
    known = [first_legs(state, index) for index in range(len(groups))]
    return bool(groups) and all(found and all(pair.at for pair in found) for found in known)


def entered_at(state: State) -> datetime | None:
    """When the goods of a first leg came in, or went out: the first word on the vehicle's entry."""
    words = [state.confirmed(StepCode.ENTERED, a) for a in (Agency.BORDER_GUARD, Agency.CUSTOMS)]
    return min((fact.occurred_at for fact in words if fact), default=None)


def still_here(state: State, customs_number: str) -> int:
    """Packages of a first leg's declaration that no second leg has taken away yet."""
    content = state.announced
    came = sum(g.packages for g in content.groups if g.key == customs_number) if content else 0
    gone = sum(one.packages for (_, number), one in state.gone.items() if number == customs_number)
    return came - gone


def first_leg(own: UUID, state: State, customs_number: str, second: tuple[UUID, int]) -> f.Paired:
    """What a second leg (its crossing and goods group) is to know of this first one."""
    content = state.announced
    came = sum(g.packages for g in content.groups if g.key == customs_number) if content else 0
    left = untaken(state, customs_number, besides=second[0])
    return f.Paired(
        other=own, role=RegimeLeg.FIRST, group=second[1], customs_number=customs_number, packages=came,
        left=left, at=entered_at(state),
    )  # fmt: skip


def untaken(state: State, customs_number: str, besides: UUID | None = None) -> int:
    """Packages of a first leg's declaration that no second leg has declared yet, besides one."""
    content = state.announced
    came = sum(g.packages for g in content.groups if g.key == customs_number) if content else 0
    taken = [pair for (other, _), pair in state.pairs.items() if other != besides]
    return came - sum(p.packages for p in taken if p.customs_number == customs_number and _is_second(p))


def _is_second(pair: f.Paired) -> bool:
    return pair.role == str(RegimeLeg.SECOND)


def open_until(state: State, ref: Reference) -> datetime | None:
    """Until when the goods of this first leg must be gone; none where they are, or no limit is known."""
    content = state.announced
    if content is None or leg_of(content) is not RegimeLeg.FIRST or state.turned or state.struck_off:
        return None
    if not any(still_here(state, group.key) > 0 for group in content.groups if group.key):
        return None
    return due(state, ref, entered_at(state))
