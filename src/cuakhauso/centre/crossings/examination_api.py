"""The open API for looking into the goods: customs' examinations; samples, results and treatments of the
quarantines and of health. Acts go as in `api.py`. The last word on goods is customs' alone: nothing here
releases goods but customs' own confirmation of `customs_cleared`.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from cuakhauso.core import facts as f
from cuakhauso.core.examination_fold import LOOKS
from cuakhauso.core.examinations import keys, open_at_customs, samples_out, to_treat, treated_until
from cuakhauso.core.words import Agency

from ..accounts.http import ApiRequest
from ..shared import pictures, problems
from ..shared.api import In, JsonBody, Line, Moment, Out
from ..shared.errors import FieldError, Invalid, NoRoom, NotFound, TooLarge
from . import evidence, examinations, queries
from . import looks as waiting
from .api import ActIn, act
from .models import Photo
from .shapes import CrossingOut, FactOut

router = Router()
Share = Annotated[int, Field(ge=1, le=99, description="Percent, where a part was looked at.")]


class OpenOut(Out):
    """What customs has still to do with one declaration, or has found: nothing is cleared before."""

    customs_number: str
    why: str


class LookOut(Out):
    """Where one quarantine, or health, stands with this vehicle."""

    agency: Agency
    samples_out: list[FactOut]
    to_treat: list[FactOut]
    treated_until: Moment | None
    results: list[FactOut]


class LooksOut(Out):
    """What was ordered, found and is out. Clearance is customs' word alone (`steps`, `customs_cleared`)."""

    open_at_customs: list[OpenOut]
    examined: list[FactOut]
    looks: list[LookOut]


@router.get("/crossings/{crossing}/looks", response=LooksOut, summary="Examinations, samples, results")
def looks(request: ApiRequest, crossing: UUID) -> LooksOut:
    state = queries.whole(request.auth, crossing).state
    return LooksOut(
        open_at_customs=[
            OpenOut(customs_number=o.customs_number, why=o.code) for o in open_at_customs(state)
        ],
        examined=_facts([state.examined[key] for key in keys(state) if key in state.examined]),
        looks=[
            LookOut(
                agency=agency,
                samples_out=_facts(samples_out(state, agency)),
                to_treat=_facts(to_treat(state, agency)),
                treated_until=treated_until(state, agency),
                results=_facts([fact for (of, _), fact in state.results.items() if of is agency]),
            )
            for agency in LOOKS
        ],
    )


def _facts(found: list[f.Fact]) -> list[FactOut]:
    return [FactOut.of(fact, set()) for fact in found]


class OutOut(Out):
    """One thing that an agency waits for: an ordered examination, a sample's result, a treatment, or a look
    at what was treated. `until` is when a treatment is over."""

    crossing: UUID
    plate: str
    agency: Agency
    waits: Literal["examination", "result", "treatment", "treated", "look_again"]
    fact: FactOut
    until: Moment | None


class LooksOutIn(In):
    gate: Line


@router.get("/looks-out", response=list[OutOut], summary="What the asker's agencies wait for, oldest first")
def looks_out(request: ApiRequest, asked: Query[LooksOutIn]) -> list[OutOut]:
    return [
        OutOut(
            crossing=one.crossing.pk, plate=one.crossing.plate_shown, agency=one.agency, waits=one.waits,
            fact=FactOut.of(one.fact, set()), until=one.until,
        )
        for one in waiting.out(request.auth, asked.gate)
    ]  # fmt: skip


# --- photos ---------------------------------------------------------------------------------------


class PhotoOut(Out):
    """What an act names in `photos`. It is kept anew: at most 2000 pixels, without what the file said."""

    sha256: str
    size: int
    taken_at: datetime | None


PHOTO = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/jpeg", "image/png", "image/webp")
        },
    },
    "responses": {
        NoRoom.status: {
            "description": "No room for it now: keep it, and send it later",
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    },
}


@router.put(
    "/crossings/{crossing}/photos", response=PhotoOut, openapi_extra=PHOTO,
    summary="A photo, before the act that names it; at most 20 MB",
)  # fmt: skip
def send_photo(request: ApiRequest, crossing: UUID) -> PhotoOut:
    row = queries.visible_to(request.auth).filter(pk=crossing).first()
    if row is None or not request.auth.agencies_at(row.gate):
        raise NotFound
    content = request.read(pictures.MOST_BYTES + 1)
    if len(content) > pictures.MOST_BYTES:
        raise TooLarge
    [sha256] = evidence.keep(crossing, [("", content)])
    kept = Photo.objects.get(crossing=crossing, sha256=sha256)
    return PhotoOut(sha256=sha256, size=kept.size, taken_at=kept.taken_at)


# --- customs --------------------------------------------------------------------------------------


class OrderExaminationIn(ActIn):
    customs_number: Line
    how: f.How
    share: Share | None = None
    place: Line = ""


@act("order-examination", "Customs wants goods looked at; why in `note`")
def order_examination(request: ApiRequest, crossing: UUID, body: JsonBody[OrderExaminationIn]) -> CrossingOut:
    story = examinations.order_examination(
        crossing, body.customs_number, body.how, body.said(request), share=body.share, place=body.place
    )
    return CrossingOut.of_story(story)


class ExamineIn(ActIn):
    customs_number: Line
    how: f.How
    finding: f.Finding
    share: Share | None = None
    officers: Line = Field(default="", description="The others who were there.")


@act("examine", "What customs found; it releases nothing by itself. Findings in `note`")
def examine(request: ApiRequest, crossing: UUID, body: JsonBody[ExamineIn]) -> CrossingOut:
    story = examinations.examine(
        crossing, body.customs_number, body.how, body.finding, body.said(request), share=body.share,
        officers=body.officers,
    )  # fmt: skip
    return CrossingOut.of_story(story)


# --- quarantines, health --------------------------------------------------------------------------


@act("request-quarantine", "A quarantine wants to look although no rule asks for it; why in `note`")
def request_quarantine(request: ApiRequest, crossing: UUID, body: JsonBody[ActIn]) -> CrossingOut:
    return CrossingOut.of_story(examinations.request_quarantine(crossing, body.said(request)))


class SampleIn(ActIn):
    number: Line
    what: Line
    of: f.Of = f.Of.GOODS
    where: Line = ""
    laboratory: Line = ""


@act("take-sample", "A sample was taken; it is out until its result")
def take_sample(request: ApiRequest, crossing: UUID, body: JsonBody[SampleIn]) -> CrossingOut:
    story = examinations.take_sample(
        crossing, body.number, body.what, body.said(request), of=body.of, where=body.where,
        laboratory=body.laboratory,
    )  # fmt: skip
    return CrossingOut.of_story(story)


class JudgeIn(ActIn):
    result: f.Result
    of: f.Of = f.Of.GOODS
    sample: Line = Field(default="", description="The sample whose result it is; empty for all that are out.")
    certificate: Line = ""
    valid_to: date | None = None


@act("judge", "A quarantine's or health's result; a pass is its word on the step. Words in `note`")
def judge(request: ApiRequest, crossing: UUID, body: JsonBody[JudgeIn]) -> CrossingOut:
    story = examinations.judge(
        crossing, body.result, body.said(request), of=body.of, sample=body.sample,
        certificate=body.certificate, valid_to=body.valid_to,
    )  # fmt: skip
    return CrossingOut.of_story(story)


class TreatIn(ActIn):
    agency: Agency = Field(description="The agency that asked for the treatment.")
    method: Line
    of: f.Of = f.Of.GOODS
    by: Line = ""
    until: Moment | None = Field(default=None, description="When it is over, where it takes time.")


@act("treat", "What was to be treated has been, or is until `until`")
def treat(request: ApiRequest, crossing: UUID, body: JsonBody[TreatIn]) -> CrossingOut:
    if body.agency not in LOOKS:
        raise Invalid([FieldError("agency", "not_a_choice")])
    story = examinations.treat(
        crossing, body.agency, body.method, body.said(request), of=body.of, by=body.by, until=body.until
    )
    return CrossingOut.of_story(story)
