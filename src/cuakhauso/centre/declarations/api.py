"""The open API for declarations: announce a vehicle, correct it, withdraw it, link a receiving vehicle."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from ninja import Query, Router, Status
from pydantic import Field

from cuakhauso.core.reference import HANOI

from ..accounts.http import ApiRequest
from ..accounts.principal import Principal
from ..registry import documents
from ..shared.api import Cursor, In, JsonBody, Limit, Out, Words, cursor_of, read_cursor
from ..shared.errors import FieldError, Invalid
from . import actions, behalf, correcting, linking, queries
from .correction_api import CorrectIn, PreviewOut, TakeBackIn
from .form import DeclarationIn
from .models import Declaration

router = Router()


class ReceivingOut(Out):
    """A receiving vehicle declared with this one."""

    id: UUID
    number: str
    crossing: UUID


class DeclarationLine(Out):
    """A declaration in a list: no personal data."""

    id: UUID
    number: str
    version: int
    crossing: UUID
    organisation: UUID
    organisation_name: str
    gate: str
    kind: str
    plate: str
    submitted_at: datetime
    withdrawn_at: datetime | None
    helped_by: str = Field(description="Who last acted for the business, where that was somebody else.")

    @classmethod
    def of(cls, found: Declaration, **more: Any) -> Self:
        return cls(
            id=found.id, number=found.number, version=found.version, crossing=found.crossing_id,
            organisation=found.organisation_id, organisation_name=found.organisation.name,
            gate=found.form["gate"], kind=found.form["kind"], plate=found.form["vehicle"]["plate"],
            submitted_at=found.submitted_at, withdrawn_at=found.withdrawn_at, helped_by=found.helped_by,
            **more,
        )  # fmt: skip


class DeclarationOut(DeclarationLine):
    """A declaration in full. `form` is what was submitted, in its newest version; `proposed_form` is a
    correction that agencies have yet to approve, under the id `proposed`."""

    receiving: list[ReceivingOut]
    form: dict[str, Any]
    proposed: UUID | None
    proposed_form: dict[str, Any] | None


def _full(found: Declaration) -> DeclarationOut:
    receiving = [
        ReceivingOut(id=one.id, number=one.number, crossing=one.crossing_id) for one in found.receiving.all()
    ]
    return DeclarationOut.of(
        found, receiving=receiving, form=found.form, proposed=found.proposed_id,
        proposed_form=found.proposed_form,
    )  # fmt: skip


class DeclarationsOut(Out):
    items: list[DeclarationLine]
    next: str | None


class DeclarationsIn(In):
    cursor: Cursor = ""
    limit: Limit = 50


class ForIn(In):
    organisation: UUID | None = Field(
        default=None, description="For whom, where the caller helps or has several organisations."
    )


@router.post("/declarations", response={201: DeclarationOut}, summary="Announce a vehicle before it arrives")
def submit(request: ApiRequest, body: JsonBody[DeclarationIn], whom: Query[ForIn]) -> Status[DeclarationOut]:
    made = actions.submit(body, by=request.auth, organisation=_declarant(request.auth, whom.organisation))
    return Status(201, _full(made))


def _declarant(by: Principal, named: UUID | None) -> UUID:
    if named is not None:
        return named
    if len(set(by.businesses)) != 1:
        raise Invalid([FieldError("organisation", "required")])
    return by.businesses[0]


@router.get("/declarations", response=DeclarationsOut, summary="Declarations, newest first")
def declarations(request: ApiRequest, wanted: Query[DeclarationsIn]) -> DeclarationsOut:
    rows = queries.visible_to(request.auth)
    if wanted.cursor:
        rows = rows.filter(id__lt=read_cursor(wanted.cursor)[1])
    page = list(rows.order_by("-id")[: wanted.limit])
    following = cursor_of(0, page[-1].id) if len(page) == wanted.limit else None
    return DeclarationsOut(items=[DeclarationLine.of(found) for found in page], next=following)


@router.get("/declarations/{declaration}", response=DeclarationOut, summary="One declaration in full")
def declaration(request: ApiRequest, declaration: UUID) -> DeclarationOut:
    return _full(queries.one(request.auth, declaration))


@router.put("/declarations/{declaration}", response=DeclarationOut, summary="Correct: the whole form anew")
def correct(
    request: ApiRequest, declaration: UUID, body: JsonBody[DeclarationIn], said: Query[CorrectIn]
) -> DeclarationOut:
    made = correcting.correct(declaration, body, by=request.auth, words=said.why, version=said.version)
    return _full(made)


@router.post(
    "/declarations/{declaration}/correction-preview",
    response=PreviewOut,
    summary="What a correction would do: who must approve it, what opens again",
)
def correction_preview(request: ApiRequest, declaration: UUID, body: JsonBody[DeclarationIn]) -> PreviewOut:
    return PreviewOut.of(correcting.preview(actions.own(request.auth, declaration), body))


@router.post(
    "/declarations/{declaration}/take-back-correction",
    response=DeclarationOut,
    summary="Take back a proposed correction",
)
def take_back(request: ApiRequest, declaration: UUID, body: JsonBody[TakeBackIn]) -> DeclarationOut:
    return _full(correcting.take_back(declaration, body.proposal, by=request.auth, words=body.note))


class VehicleDocumentOut(Out):
    """A paper kept for a vehicle, which its next declaration may say again."""

    plate: str
    kind: str
    number: str
    valid_from: date | None
    valid_to: date | None
    seen_at: datetime | None = Field(description="When an officer last found it in order.")


@router.get(
    "/vehicle-documents/ending", response=list[VehicleDocumentOut],
    summary="Papers of one's own vehicles that have run out or will within 30 days",
)  # fmt: skip
def vehicle_documents_ending(request: ApiRequest) -> list[VehicleDocumentOut]:
    found = documents.ending(request.auth, datetime.now(HANOI).date())[:500]
    return [
        VehicleDocumentOut(**{name: getattr(row, name) for name in VehicleDocumentOut.model_fields})
        for row in found
    ]


class HelpOut(Out):
    """What somebody else did for a business of the reader's."""

    declaration: UUID
    number: str
    at: datetime
    by_name: str
    agency: str
    act: str


@router.get("/helps", response=list[HelpOut], summary="Who acted for one's own business, newest first")
def helps(request: ApiRequest) -> list[HelpOut]:
    return [
        HelpOut(
            declaration=one.declaration_id, number=one.declaration.number, at=one.at, by_name=one.by_name,
            agency=one.agency, act=one.act,
        )
        for one in behalf.helps_for(request.auth)[:200]
    ]  # fmt: skip


class RefuseHelpIn(In):
    organisation: UUID
    refused: bool


class RefuseHelpOut(Out):
    organisation: UUID
    refused: bool


@router.post("/help-refusal", response=RefuseHelpOut, summary="Whether others may declare for one's business")
def refuse_help(request: ApiRequest, body: JsonBody[RefuseHelpIn]) -> RefuseHelpOut:
    behalf.refuse(body.organisation, body.refused, by=request.auth)
    return RefuseHelpOut(organisation=body.organisation, refused=body.refused)


class WithdrawIn(In):
    note: Words = ""


@router.post("/declarations/{declaration}/withdraw", response=DeclarationOut, summary="Withdraw")
def withdraw(request: ApiRequest, declaration: UUID, body: JsonBody[WithdrawIn]) -> DeclarationOut:
    return _full(actions.withdraw(declaration, by=request.auth, words=body.note.strip()))


class LinkIn(In):
    receiving: UUID = Field(description="The declaration of the receiving vehicle.")


@router.post(
    "/declarations/{declaration}/receiving",
    response=DeclarationOut,
    summary="Link a receiving vehicle; after the signature `proposed` to border guard and customs",
)
def link(request: ApiRequest, declaration: UUID, body: JsonBody[LinkIn]) -> DeclarationOut:
    return _full(linking.link(declaration, body.receiving, by=request.auth))
