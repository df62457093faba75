"""The open API for papers: how each stands, what an officer found, which end soon. Acts as in `api.py`."""

from datetime import date
from typing import Annotated
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from cuakhauso.core.paper_facts import Look, Seen
from cuakhauso.core.papers import Paper, Stand
from cuakhauso.core.papers import papers as stands_of

from ..accounts.http import ApiRequest
from ..shared.api import Day, In, JsonBody, Line, Out
from . import guard, papers, queries
from .api import ActIn, act
from .shapes import CrossingOut
from .special_api import AtGateIn, asked_gate

router = Router()


class PaperOut(Out):
    """How one kind of paper stands. `found` is none where no officer has looked; of a driver's own paper the
    number is masked. `stops`: missing or unseen, it keeps the vehicle in the yard."""

    document: str
    required: bool
    stops: bool
    declared: bool
    number: str
    valid_from: date | None
    valid_to: date | None
    found: Seen | None
    law: str

    @classmethod
    def of(cls, stand: Stand) -> "PaperOut":
        return cls(
            document=stand.kind, required=stand.required, stops=stand.stops, declared=bool(stand.declared),
            number=stand.number, valid_from=stand.valid_from, valid_to=stand.valid_to,
            found=stand.looked.look.found if stand.looked else None, law=stand.law,
        )  # fmt: skip


@router.get("/crossings/{crossing}/papers", response=list[PaperOut], summary="Its papers, how each stands")
def papers_of(request: ApiRequest, crossing: UUID) -> list[PaperOut]:
    whole = queries.whole(request.auth, crossing)
    return [PaperOut.of(stand) for stand in stands_of(whole.state, whole.ref)]


class LookIn(In):
    document: Paper
    found: Seen
    number: Line = ""
    valid_to: Day | None = None

    @property
    def look(self) -> Look:
        return Look(document=self.document, found=self.found, number=self.number, valid_to=self.valid_to)


class CheckPapersIn(ActIn):
    looks: Annotated[list[LookIn], Field(min_length=1, max_length=20)]


@act("check-papers", "An officer looked at papers, one by one")
def check_papers(request: ApiRequest, crossing: UUID, body: JsonBody[CheckPapersIn]) -> CrossingOut:
    looks = [one.look for one in body.looks]
    return CrossingOut.of_story(papers.look_at(crossing, looks, body.said(request)))


@act("number", "Border guard gives its own number: DDMMYYYY and the serial of the day")
def give_border_guard_number(request: ApiRequest, crossing: UUID, body: JsonBody[ActIn]) -> CrossingOut:
    return CrossingOut.of_story(guard.give_number(crossing, body.said(request)))


class EndingOut(Out):
    """A vehicle that is here or on its way, and its papers that have run out or will within 30 days."""

    crossing: UUID
    plate: str
    papers: list[PaperOut]


@router.get("/papers-ending", response=list[EndingOut], summary="Papers of vehicles here that run out soon")
def papers_ending(request: ApiRequest, asked: Query[AtGateIn]) -> list[EndingOut]:
    found = papers.ending_soon(request.auth, asked_gate(asked))[: asked.limit]
    return [
        EndingOut(
            crossing=one.crossing.pk, plate=one.crossing.plate_shown,
            papers=[PaperOut.of(stand) for stand in one.papers],
        )
        for one in found
    ]  # fmt: skip
