"""From special facts to the part of a state that most vehicles never have. `fold.py` alone calls this."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from . import special_facts as s
from .correction_fold import Corrected
from .declaration import Content
from .facts import Data, Disposed, Fact, Identified
from .words import Kind


@dataclass(slots=True)
class Special(Corrected):
    """What special facts say. `seal_facts` is the whole history of seals (`seals.py` reads it).

    `pairs` holds the other legs of a regime by crossing and goods group of the second, `gone` what second
    legs took away with them.
    """

    seal_facts: list[Fact] = field(default_factory=list)
    turn_asked: Fact | None = None
    turned: Fact | None = None
    came_from: s.CameFromGate | None = None
    handed_over: Fact | None = None
    pairs: dict[tuple[UUID, int], s.Paired] = field(default_factory=dict)
    paired_at: dict[tuple[UUID, int], datetime] = field(default_factory=dict)
    gone: dict[tuple[UUID, str], s.SecondLegLeft] = field(default_factory=dict)
    disposed: list[Fact] = field(default_factory=list)
    taken_out: list[Fact] = field(default_factory=list)

    def stored(self, group: int) -> int:
        """Packages of a goods group that lie in store."""
        put = sum(
            data.packages
            for data in (fact.data for fact in self.disposed)
            if isinstance(data, Disposed) and data.group == group and data.how == "stored"
        )
        taken = (fact.data for fact in self.taken_out)
        return put - sum(d.packages for d in taken if isinstance(d, s.TakenOut) and d.group == group)


def goes_back_abroad(content: Content | None) -> bool:
    """A vehicle that turns around goes where it came from: one that came from inland, inland again."""
    if content is None or content.kind in (Kind.EXPORT, Kind.RECEIVING):
        return False
    return content.kind is not Kind.EMPTY_RETURN or content.vehicle.plate.country == "VN"


def _seal_put(state: Special, fact: Fact, data: s.SealPut) -> None:
    state.seal_facts.append(fact)
    _look_again(state, data.number)


def _seal_broken(state: Special, fact: Fact, data: s.SealBroken) -> None:
    """What was read of a seal before it was opened says nothing about the seals that are on now."""
    state.seal_facts.append(fact)
    _look_again(state, data.number)


def _look_again(state: Special, number: str) -> None:
    read = state.read.get("seal")
    if read is not None and isinstance(read.data, Identified) and read.data.value == number:
        del state.read["seal"]


def _seal_checked(state: Special, fact: Fact, data: s.SealChecked) -> None:
    state.seal_facts.append(fact)
    state.settled.discard(("seal_not_intact", data.number))


def _turn_asked(state: Special, fact: Fact, data: s.TurnAsked) -> None:
    state.turn_asked = fact


def _turn_refused(state: Special, fact: Fact, data: s.TurnRefused) -> None:
    state.turn_asked = None


def _turned_around(state: Special, fact: Fact, data: s.TurnedAround) -> None:
    state.turned, state.turn_asked = fact, None


def _came_from(state: Special, fact: Fact, data: s.CameFromGate) -> None:
    state.came_from = data


def _handed_over(state: Special, fact: Fact, data: s.HandedOver) -> None:
    """Another tractor stands before the trailer: the plate that was read before is not its own."""
    state.handed_over = fact
    state.read.pop("plate", None)
    state.settled.discard(("identity_mismatch", "plate"))


def _paired(state: Special, fact: Fact, data: s.Paired) -> None:
    """What was recorded last of a pair is right, however long ago it became so (as with all echoes)."""
    key = (data.other, data.group)
    if state.paired_at.get(key, fact.recorded_at) > fact.recorded_at:
        return
    state.paired_at[key] = fact.recorded_at
    if not data.packages:
        state.pairs.pop(key, None)
    else:
        state.pairs[key] = data
    state.settled.discard(("pair_quantity", data.customs_number))


def _second_leg_left(state: Special, fact: Fact, data: s.SecondLegLeft) -> None:
    state.gone[(data.other, data.customs_number)] = data


def _taken_out(state: Special, fact: Fact, data: s.TakenOut) -> None:
    state.taken_out.append(fact)


SPECIAL_HANDLERS: dict[type[Data], Callable[[Any, Fact, Any], None]] = {
    s.SealPut: _seal_put,
    s.SealBroken: _seal_broken,
    s.SealChecked: _seal_checked,
    s.TurnAsked: _turn_asked,
    s.TurnRefused: _turn_refused,
    s.TurnedAround: _turned_around,
    s.CameFromGate: _came_from,
    s.HandedOver: _handed_over,
    s.Paired: _paired,
    s.SecondLegLeft: _second_leg_left,
    s.TakenOut: _taken_out,
}
