"""From facts of a yard to the part of a state that they say. `fold.py` alone calls this."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import structs

from . import unloading_facts as u
from . import yard_facts as y
from .binding_fold import BoundTwice
from .facts import Data, Disposed, Fact, Transshipped
from .words import Agency, Direction


@dataclass(slots=True)
class Yarded(BoundTwice):
    """`bay` is where it stands now, `bay_kept` what is kept for it; `underway` holds transfers of goods that
    began and are not done, by receiving vehicle and goods group; `unloading` is the last report of one that
    is not complete."""

    bay: str = ""
    bay_since: datetime | None = None
    bay_kept: str = ""
    yard_gate: Fact | None = None
    shares: tuple[y.Share, ...] = ()
    underway: dict[tuple[UUID, int], Fact] = field(default_factory=dict)
    unloading: Fact | None = None


def out_of_the_bay(state: Yarded) -> None:
    """Who has left the yard stands in no bay of it."""
    state.bay, state.bay_since, state.bay_kept = "", None, ""


def transfer_done(state: Yarded, data: Transshipped) -> None:
    state.underway.pop((data.receiving, data.group), None)


def _parked(state: Yarded, fact: Fact, data: y.Parked) -> None:
    state.bay, state.bay_since, state.bay_kept = data.bay, fact.occurred_at, ""


def _bay_left(state: Yarded, fact: Fact, data: y.BayLeft) -> None:
    """Late news of a bay that it has left for another one says nothing of that one."""
    if state.bay == data.bay:
        state.bay, state.bay_since = "", None
    if state.bay_kept == data.bay:
        state.bay_kept = ""


def _bay_kept(state: Yarded, fact: Fact, data: y.BayKept) -> None:
    state.bay_kept = data.bay


def _yard_gate_seen(state: Yarded, fact: Fact, data: y.YardGateSeen) -> None:
    state.yard_gate = fact
    if data.direction is Direction.OUT:
        out_of_the_bay(state)


def _transfer_planned(state: Yarded, fact: Fact, data: y.TransferPlanned) -> None:
    state.shares = data.shares


def _transfer_began(state: Yarded, fact: Fact, data: y.TransferBegan) -> None:
    state.underway[(data.receiving, data.group)] = fact


def _unloaded_in_part(state: Any, fact: Fact, data: u.UnloadedInPart) -> None:
    """Customs' word on what becomes of the rest does it, up to what is left at all. What was counted anew is
    settled anew."""
    state.unloading = fact
    state.settled = {said for said in state.settled if said[0] != "unloading_differs"}
    if fact.actor.agency is not Agency.CUSTOMS or data.rest is u.Rest.LATER:
        return
    for line in data.lines:
        if (packages := min(line.packages, state.remaining(line.group))) > 0:
            gone = Disposed(group=line.group, packages=packages, how=data.rest)
            state.disposed.append(structs.replace(fact, data=gone))


YARD_HANDLERS: dict[type[Data], Callable[[Any, Fact, Any], None]] = {
    y.Parked: _parked,
    y.BayLeft: _bay_left,
    y.BayKept: _bay_kept,
    y.YardGateSeen: _yard_gate_seen,
    y.TransferPlanned: _transfer_planned,
    y.TransferBegan: _transfer_began,
    u.UnloadedInPart: _unloaded_in_part,
}
