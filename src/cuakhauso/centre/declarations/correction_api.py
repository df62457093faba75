"""What the open API says of a correction: what it would do, and what is proposed."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from cuakhauso.core import facts as f
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


class StandingConfirmationOut(Out):
    step: str
    agency: str


class PreviewOut(Out):
    """What a correction would do now. `approve`: each of them must agree, none where it counts at once;
    `opens`: confirmations that have to be given again, `stands` the number of those that stay."""

    at_once: bool
    differences: list[DifferenceOut]
    approve: list[str]
    opens: list[StandingConfirmationOut]
    stands: int
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
            fee_before=wanted.fee_before,
            fee_after=wanted.fee_after,
        )


class ProposedOut(Out):
    """A correction that waits for agencies to agree."""

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

    @classmethod
    def of(cls, state: State) -> Self | None:
        fact, data = state.proposal, state.proposed
        if fact is None or data is None:
            return None
        return cls(
            id=fact.id, by=fact.actor.name, since=fact.occurred_at, words=fact.note,
            differences=[DifferenceOut.of(one) for one in data.differences],
            approved_by=list(state.approved_by), waits_for=list(state.still_to_approve),
            fee_before=data.fee_before, fee_after=data.fee_after, answers=list(data.answers),
        )  # fmt: skip


class CorrectionOut(Out):
    """Where corrections of a crossing stand. `opened_again`: confirmations that the last ones took the ground
    from and that were not given anew."""

    version: int
    proposed: ProposedOut | None
    asked: list[UUID]
    opened_again: list[StandingConfirmationOut]

    @classmethod
    def of(cls, state: State) -> Self:
        return cls(
            version=state.version,
            proposed=ProposedOut.of(state),
            asked=[fact.id for fact in state.corrections],
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
