"""From corrections to the announcement in force, and which confirmations then still stand.

A proposal takes effect with the last word that the rule table asks for, whichever came last; `fold.py` alone
calls this. What opens again counts once it is confirmed anew.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from msgspec import structs

from . import correction_facts as c
from .asked import Followed, is_followed, left_of
from .corrections import Subject, approvers, differences, reopened
from .declaration import Content
from .facts import Declared, Fact, Identified, in_order
from .guard_fold import Numbered
from .words import Agency, Channel


@dataclass(slots=True)
class Corrected(Numbered):
    """The announcement, what was said on it, and what is proposed instead.

    `corrections` are officers' requests of which something is still to be done; `answered` those that the
    proposal follows, wholly or in part; `followed` which fields have changed since each was made.
    `opened_again` holds confirmations that a correction took the ground from, until they are given anew.
    """

    declared: Fact | None = None
    content: Content | None = None
    withdrawn: bool = False
    confirmations: dict[tuple[str, Agency], Fact] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    read: dict[str, Fact] = field(default_factory=dict)
    settled: set[tuple[str, str]] = field(default_factory=set)
    rank: int = 0
    corrections: list[Fact] = field(default_factory=list)
    answered: list[Fact] = field(default_factory=list)
    followed: Followed = field(default_factory=dict)
    proposal: Fact | None = None
    said_of: dict[UUID, dict[Agency, Fact]] = field(default_factory=dict)
    refusal: Fact | None = None
    corrected: list[Fact] = field(default_factory=list)
    opened_again: dict[tuple[str, Agency], Fact] = field(default_factory=dict)

    @property
    def announced(self) -> Content | None:
        """The last announcement, also where it was withdrawn since."""
        return self._declared_data.content if self.declared else None

    @property
    def _declared_data(self) -> Declared:
        data = self.declared.data if self.declared else None
        assert isinstance(data, Declared)
        return data

    @property
    def version(self) -> int:
        return self._declared_data.version if self.declared else 0

    @property
    def proposed(self) -> c.CorrectionProposed | None:
        data = self.proposal.data if self.proposal else None
        return data if isinstance(data, c.CorrectionProposed) else None

    @property
    def must_approve(self) -> tuple[Agency, ...]:
        """All whose word the living proposal needs."""
        data = self.proposed
        if data is None:
            return ()
        return approvers(data.differences, has_entered=self.rank > 0, changes_fee=data.changes_fee)

    @property
    def approved_by(self) -> tuple[Agency, ...]:
        said = self.said_of.get(self.proposal.id, {}) if self.proposal else {}
        by = self.proposal.actor.agency if self.proposal else None
        return tuple(agency for agency in self.must_approve if agency in said or agency is by)

    @property
    def still_to_approve(self) -> tuple[Agency, ...]:
        return tuple(agency for agency in self.must_approve if agency not in self.approved_by)


def put_in_force(state: Corrected, fact: Fact, data: Declared, more: tuple[c.Difference, ...] = ()) -> None:
    """From here on this version counts; what was confirmed on what it changes opens again."""
    before = state.announced
    found: dict[str, c.Difference] = {}
    if before is not None:
        found = {d.field: d for d in (*differences(before, data.content), *more)}
        _open_again(state, tuple(found.values()), before, data.content)
    state.declared, state.content, state.withdrawn = fact, data.content, False
    state.corrections, state.answered = (
        _left(state, state.corrections, found),
        _left(state, state.answered, found),
    )
    if state.proposed is None or state.proposed.version <= data.version:
        state.proposal = None
        _give_back(state)


def _left(state: Corrected, asked: list[Fact], found: dict[str, c.Difference]) -> list[Fact]:
    """The requests of which something is still to be done. One in words alone is answered by any version."""
    for fact in asked:
        state.followed[fact.id] = state.followed.get(fact.id, frozenset()).union(found)
    return [fact for fact in asked if left_of(fact, state.followed)]


def _give_back(state: Corrected) -> None:
    """Nothing is proposed any more: what is left of the requests is the business's again."""
    state.corrections, state.answered = in_order([*state.answered, *state.corrections]), []


def _open_again(state: Corrected, found: tuple[c.Difference, ...], before: Content, after: Content) -> None:
    steps = reopened(found)
    for key in [key for key in state.confirmations if key[0] in steps]:
        state.opened_again[key] = state.confirmations.pop(key)
    for number in _goods_changed(found, before):
        state.channels.pop(number, None)
    if any(difference.what == Subject.WEIGHT_LIMITS for difference in found):
        state.settled.discard(("overweight", ""))
    _read_again(state, before, after)


def _goods_changed(found: tuple[c.Difference, ...], before: Content) -> set[str]:
    """Customs declarations of which the goods are others now: their channel is not known yet (A)."""
    changed = {d.field.split(".")[1] for d in found if d.what in (Subject.GOODS, Subject.VALUE)}
    return {group.key for i, group in enumerate(before.groups) if str(i) in changed and group.key}


def _read_again(state: Corrected, before: Content, after: Content) -> None:
    """What was read of the tractor, trailer, container or seal that was bound before says nothing of the new
    one. What agreed with neither stands: a correction is no way around a mismatch."""
    now = bound(after)
    for subject, values in bound(before).items():
        if values == now[subject]:
            continue
        state.settled.discard(("identity_mismatch", subject))
        data = state.read[subject].data if subject in state.read else None
        if isinstance(data, Identified) and data.value in values and data.value not in now[subject]:
            del state.read[subject]


def bound(content: Content) -> dict[str, tuple[str, ...]]:
    """What a declaration binds together, by what cameras and officers read."""
    vehicle = content.vehicle
    return {
        "plate": (vehicle.plate.number,),
        "trailer": tuple(trailer.number for trailer in vehicle.trailers),
        "container": vehicle.containers,
        "seal": vehicle.seals,
    }


# --- facts ----------------------------------------------------------------------------------------


def _asked(state: Corrected, fact: Fact, data: c.CorrectionAsked) -> None:
    state.corrections.append(fact)


def answered_by(state: Corrected, found: Iterable[c.Difference]) -> list[Fact]:
    """The requests that such a correction follows, wholly or in part."""
    found = tuple(found)
    asked = in_order([*state.answered, *state.corrections])
    return [fact for fact in asked if is_followed(fact, state.followed, found)]


def _proposed(state: Corrected, fact: Fact, data: c.CorrectionProposed) -> None:
    """A later proposal replaces an earlier one. While it waits, what it follows is not the business's."""
    state.proposal, state.refusal = fact, None
    every, answered = [*state.answered, *state.corrections], answered_by(state, data.differences)
    state.answered, state.corrections = answered, [one for one in every if one not in answered]
    _take_effect(state, fact)


def _approved(state: Corrected, fact: Fact, data: c.CorrectionApproved) -> None:
    """Kept by proposal: a word may be known before what it is about, where clocks differ."""
    if fact.actor.agency is not None:
        state.said_of.setdefault(data.proposal, {}).setdefault(fact.actor.agency, fact)
        _take_effect(state, fact)


def _take_effect(state: Corrected, last: Fact) -> None:
    proposal, data = state.proposal, state.proposed
    if proposal is None or data is None or state.still_to_approve:
        return
    said = Declared(number=data.number, version=data.version, content=data.content)
    if state.version < data.version:
        in_force = structs.replace(
            proposal, data=said, occurred_at=last.occurred_at, recorded_at=last.recorded_at
        )
        put_in_force(state, in_force, said, data.differences)
        state.corrected.append(proposal)
    state.proposal = None
    _give_back(state)


def _refused(state: Corrected, fact: Fact, data: c.CorrectionRefused) -> None:
    if _ends(state, data.proposal):
        state.refusal = fact


def _taken_back(state: Corrected, fact: Fact, data: c.CorrectionWithdrawn) -> None:
    _ends(state, data.proposal)


def _ends(state: Corrected, proposal: UUID) -> bool:
    """What an officer had asked for is still to be done."""
    if state.proposal is None or state.proposal.id != proposal:
        return False
    state.proposal = None
    _give_back(state)
    return True


CORRECTION_HANDLERS: dict[type[Any], Callable[[Any, Fact, Any], None]] = {
    c.CorrectionAsked: _asked,
    c.CorrectionProposed: _proposed,
    c.CorrectionApproved: _approved,
    c.CorrectionRefused: _refused,
    c.CorrectionWithdrawn: _taken_back,
}
