"""What the open API says of a correction: what it would do, and what is proposed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from cuakhauso.core import asked
from cuakhauso.core import facts as f
from cuakhauso.core.facts import Fact, in_order
from cuakhauso.core.fold import State

from ..shared.api import In, Out, Words
from .correcting import Proposal


class DifferenceOut(Out):
    """One field that changes. `what` is its class in the rule table; the values are as they are compared."""

    what: str
    field: str
    earlier: str
    new: str

    @classmethod
    def of(cls, one: f.Difference) -> Self:
        return cls(what=one.what, field=one.field, earlier=one.earlier, new=one.new)


class AskedFieldOut(Out):
    """One field that an officer asked for: the value that stands, what was read (empty: nothing was said),
    and whether a correction has changed it since."""

    field: str
    now: str
    read: str
    followed: bool


class AskedOut(Out):
    """What an officer asked for and is still open. `waits`: the proposed correction follows it, at least in
    part; with no fields the words alone say what."""

    id: UUID
    agency: str
    by: str
    since: datetime
    words: str
    fields: list[AskedFieldOut]
    waits: bool

    @classmethod
    def of(cls, fact: Fact, state: State, now: Mapping[str, str]) -> Self:
        left, read = asked.left_of(fact, state.followed), asked.read_of([fact])
        fields = [
            AskedFieldOut(
                field=field, now=now.get(field, ""), read=read.get(field, ""), followed=field not in left
            )
            for field in asked.fields_of(fact)
        ]  # fmt: skip
        return cls(
            id=fact.id, agency=str(fact.actor.agency or ""), by=fact.actor.name, since=fact.occurred_at,
            words=fact.note, fields=fields, waits=fact in state.answered,
        )  # fmt: skip


class StandingConfirmationOut(Out):
    step: str
    agency: str


class PreviewOut(Out):
    """What a correction would do now. `approve`: each of them must agree, none where it counts at once;
    `opens`: confirmations that have to be given again, `stands` the number of those that stay; `left`: fields
    that officers asked for and it would not change."""

    at_once: bool
    differences: list[DifferenceOut]
    approve: list[str]
    opens: list[StandingConfirmationOut]
    stands: int
    left: list[str]
    fee_before: int | None
    fee_after: int | None

    @classmethod
    def of(cls, wanted: Proposal) -> Self:
        return cls(
            at_once=wanted.is_free or not wanted.approve,
            differences=[DifferenceOut.of(one) for one in wanted.found],
            approve=[] if wanted.is_free else [str(agency) for agency in wanted.approve],
            opens=[StandingConfirmationOut(step=step, agency=agency) for step, agency in wanted.opens],
            stands=wanted.stands,
            left=list(wanted.left),
            fee_before=wanted.fee_before,
            fee_after=wanted.fee_after,
        )


class ProposedOut(Out):
    """A correction that waits for agencies to agree. `left`: fields that officers asked for and it does not
    change; `links`: receiving vehicles that are linked once it counts."""

    id: UUID
    by: str
    since: datetime
    words: str
    differences: list[DifferenceOut]
    approved_by: list[str]
    waits_for: list[str]
    fee_before: int | None
    fee_after: int | None
    answers: list[UUID]
    left: list[str]
    links: list[UUID]

    @classmethod
    def of(cls, state: State) -> Self | None:
        fact, data = state.proposal, state.proposed
        if fact is None or data is None:
            return None
        asks, found = (*state.answered, *state.corrections), data.differences
        return cls(
            id=fact.id, by=fact.actor.name, since=fact.occurred_at, words=fact.note,
            differences=[DifferenceOut.of(one) for one in data.differences],
            approved_by=list(state.approved_by), waits_for=list(state.still_to_approve),
            fee_before=data.fee_before, fee_after=data.fee_after, answers=list(data.answers),
            left=sorted({field for one in asks for field in asked.left_of(one, state.followed, found)}),
            links=list(data.links),
        )  # fmt: skip


class CorrectionOut(Out):
    """Where corrections of a crossing stand. `asked`: requests that wait for the business; `requests`: the
    same, and those that the proposal follows, field by field. `opened_again`: confirmations that the last
    ones took the ground from and that were not given anew."""

    version: int
    proposed: ProposedOut | None
    asked: list[UUID]
    requests: list[AskedOut]
    opened_again: list[StandingConfirmationOut]

    @classmethod
    def of(cls, state: State) -> Self:
        return cls(
            version=state.version,
            proposed=ProposedOut.of(state),
            asked=[fact.id for fact in state.corrections],
            requests=[
                AskedOut.of(fact, state, asked.values(state.announced) if state.announced else {})
                for fact in in_order([*state.answered, *state.corrections])
            ],
            opened_again=[
                StandingConfirmationOut(step=step, agency=agency)
                for step, agency in sorted(state.opened_again)
            ],
        )


class CorrectIn(In):
    why: Words = ""
    version: int | None = Field(
        default=None, ge=1, description="The version that was looked at; refused if another counts by now."
    )


class TakeBackIn(In):
    proposal: UUID
    note: Words = ""
