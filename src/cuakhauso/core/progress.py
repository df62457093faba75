"""What lists and pages show of a crossing: its stage, and which agency's step waits where and since when.

`summary` is everything that the platform caches in columns; `rebuild` must give the same again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .fold import RANKS, State
from .procedure import next_leg, posts, procedure_of
from .reference import Reference
from .standing import StepStatus, ended_at, has_ended, statuses
from .steps import StepCode
from .words import Kind, Party


class Stage(StrEnum):
    """The progress that a declarant sees (domain.md 2.2)."""

    UNDECLARED = "undeclared"
    COMING = "coming"
    ARRIVED = "arrived"
    ENTERED = "entered"
    IN_YARD = "in_yard"
    LEFT_YARD = "left_yard"
    ENDED = "ended"
    STRUCK_OFF = "struck_off"
    TURNED_AROUND = "turned_around"


@dataclass(frozen=True, slots=True)
class Wait:
    """A step that waits for one agency, at which checkpoints it is done, and since when it could be."""

    party: Party
    step: StepCode
    at: tuple[str, ...]
    since: datetime

    @property
    def keys(self) -> tuple[str, ...]:
        """What worklists search by: `agency` at a desk, `agency@checkpoint` at a post."""
        return tuple(f"{self.party}@{at}" for at in self.at) or (f"{self.party}@desk",)


@dataclass(frozen=True, slots=True)
class Summary:
    stage: Stage
    waits: tuple[Wait, ...]
    held_by: tuple[Party, ...]
    since: datetime | None
    ended_at: datetime | None


def stage_of(state: State, ref: Reference) -> Stage:
    return _stage(state, has_ended(state, ref))


def _stage(state: State, ended: bool) -> Stage:
    if state.struck_off is not None:
        return Stage.STRUCK_OFF
    if ended:
        return Stage.TURNED_AROUND if state.turned else Stage.ENDED
    if state.content is None:
        return Stage.UNDECLARED
    by_rank = {1: Stage.ENTERED, 2: Stage.IN_YARD}
    if state.rank in by_rank:
        return by_rank[state.rank]
    if state.rank >= 3:
        return Stage.LEFT_YARD
    return Stage.COMING if state.present_since is None else Stage.ARRIVED


def waits(state: State, ref: Reference) -> Iterator[Wait]:
    """Open steps, once the vehicle is where they are done or on its way there; desk work always."""
    stands = {stand.step.code: stand for stand in statuses(state, ref)}
    for stand in stands.values():
        if not stand.is_open or not _may_start(stand, stands, state):
            continue
        at = posts(stand.step, state)
        if stand.step.at and (not at or state.present_since is None):
            continue
        for party in stand.waits_for:
            yield Wait(party, stand.step.code, at, _since(stand, state))


# An empty receiving vehicle owes nothing yet, and customs has no goods of it to speak of.
AFTER_GOODS = frozenset({StepCode.PAID, StepCode.GOODS_RELEASED, StepCode.SEAL_PUT_ON, StepCode.ESCORTED})


def _may_start(stand: StepStatus, stands: dict[StepCode, StepStatus], state: State) -> bool:
    """The statement that a vehicle passes is asked for where it passes next, once nothing else is open, or
    where it has passed already; a fee, once it can be computed."""
    is_empty = state.kind is Kind.RECEIVING and not state.received and state.turned is None
    if stand.step.code in AFTER_GOODS and is_empty:
        return False
    if stand.step.code is StepCode.PAID and not state.charges:
        return state.rank > 0
    procedure = procedure_of(state)
    leg = procedure.leg_of(stand.step.code) if procedure else None
    if leg is None or stand.facts or RANKS[leg.states] <= state.rank:
        return True
    return leg is next_leg(state) and not any(stands[code].is_open for code in leg.needs)


def _since(stand: StepStatus, state: State) -> datetime:
    declared = state.declared.occurred_at if state.declared else None
    since = (state.place_since or state.present_since) if stand.step.at else declared
    moments = [m for m in (since, *(fact.occurred_at for fact in stand.facts)) if m is not None]
    assert moments, "a step waits only once the vehicle is declared"
    return max(moments)


def summary(state: State, ref: Reference) -> Summary:
    """Everything that is cached about a crossing; a pure function of its facts and the reference."""
    ended = ended_at(state, ref)
    found = tuple(waits(state, ref)) if ended is None else ()
    holders = [Party(h.actor.agency) for h in state.live_holds if h.actor.agency is not None]
    return Summary(
        stage=_stage(state, ended is not None),
        waits=found,
        held_by=tuple(dict.fromkeys(holders)),
        since=state.present_since,
        ended_at=ended,
    )
