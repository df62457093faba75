"""The open API for an unloading that is not complete: what is left, why, what becomes of it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from ninja import Router
from pydantic import Field

from cuakhauso.core.unloading import Count, standing_report
from cuakhauso.core.unloading_facts import Left, Rest, WhyLeft
from cuakhauso.core.words import Agency

from ..accounts.http import ApiRequest
from ..shared.api import In, JsonBody, Out
from . import queries
from .api import ActIn, Group, act
from .queries import Whole
from .shapes import CrossingOut
from .unloading import unload_in_part

router = Router()


class LeftOut(Out):
    """One goods group: `packages` as counted, `computed` by the platform (none where the declaration names no
    number). `remaining` is what the platform computes now."""

    group: int
    customs_number: str
    packages: int
    computed: int | None
    differs: bool
    weight_kg: Decimal | None
    remaining: int

    @classmethod
    def of(cls, line: Left, remaining: int) -> "LeftOut":
        return cls(
            group=line.group, customs_number=line.customs_number, packages=line.packages,
            computed=line.computed, differs=line.differs, weight_kg=line.weight_kg, remaining=remaining,
        )  # fmt: skip


class UnloadingOut(Out):
    """`complete` until somebody says that it is not. `decided`: said by customs, and not only reported."""

    complete: bool
    fact: UUID | None = None
    at: datetime | None = None
    agency: Agency | None = None
    decided: bool = False
    why: WhyLeft | None = None
    rest: Rest | None = None
    note: str = ""
    lines: list[LeftOut] = []

    @classmethod
    def of(cls, whole: Whole) -> "UnloadingOut":
        report = standing_report(whole.state)
        if report is None:
            return cls(complete=True)
        fact, said = report
        return cls(
            complete=False, fact=fact.id, at=fact.occurred_at, agency=fact.actor.agency,
            decided=fact.actor.agency is Agency.CUSTOMS, why=said.why, rest=said.rest, note=fact.note,
            lines=[LeftOut.of(line, max(0, whole.state.remaining(line.group))) for line in said.lines],
        )  # fmt: skip


@router.get(
    "/crossings/{crossing}/unloading", response=UnloadingOut, summary="Whether everything was unloaded"
)
def unloading_of(request: ApiRequest, crossing: UUID) -> UnloadingOut:
    return UnloadingOut.of(queries.whole(request.auth, crossing))


class LeftIn(In):
    group: Group
    packages: Annotated[int, Field(ge=0, le=10_000_000)]
    weight_kg: Annotated[Decimal, Field(ge=0, le=1_000_000, max_digits=10, decimal_places=3)] | None = None


class UnloadInPartIn(ActIn):
    lines: Annotated[list[LeftIn], Field(max_length=500)]
    why: WhyLeft
    rest: Rest = Field(description="Said by customs, `stored` and `sent_back` count as disposed at once.")


@act("unload-in-part", "Not everything was unloaded: what is left. Words in `note` where numbers differ")
def unload(request: ApiRequest, crossing: UUID, body: JsonBody[UnloadInPartIn]) -> CrossingOut:
    counts = [Count(one.group, one.packages, one.weight_kg) for one in body.lines]
    return CrossingOut.of_story(unload_in_part(crossing, counts, body.why, body.rest, body.said(request)))
