"""The open API for one's own account: who am I here; tokens of my organisation."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from ninja import Router, Status
from pydantic import Field

from ..shared.api import In, JsonBody, Out
from . import tokens
from .http import ApiRequest
from .models import Token

router = Router()


class RoleOut(Out):
    """Agency × gate × duty. An empty gate means every gate, no posts mean all of the gate."""

    organisation: UUID
    organisation_name: str
    tax_code: str
    agency: str | None
    gate: str
    duty: str
    posts: list[str]


class WhoOut(Out):
    kind: str
    name: str
    roles: list[RoleOut]


@router.get("/whoami", response=WhoOut, summary="Who is asking, with which roles")
def whoami(request: ApiRequest) -> WhoOut:
    me = request.auth
    roles = [
        RoleOut(
            organisation=role.organisation, organisation_name=role.organisation_name, tax_code=role.tax_code,
            agency=role.agency, gate=role.gate, duty=role.duty, posts=list(role.posts),
        )
        for role in me.roles
    ]  # fmt: skip
    return WhoOut(kind=me.kind, name=me.name, roles=roles)


class TokenOut(Out):
    id: UUID
    organisation: UUID
    organisation_name: str
    name: str
    created_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, token: Token, **more: str) -> Self:
        return cls(
            id=token.id, organisation=token.organisation_id, organisation_name=token.organisation.name,
            name=token.name, created_at=token.created_at, revoked_at=token.revoked_at, **more,
        )  # fmt: skip


class NewTokenOut(TokenOut):
    secret: str = Field(description="Shown this once and never again.")


class TokenIn(In):
    organisation: UUID
    name: Annotated[str, Field(min_length=1, max_length=80, description="What it is for.")]


@router.get("/tokens", response=list[TokenOut], summary="Tokens of my organisations")
def token_list(request: ApiRequest) -> list[TokenOut]:
    return [TokenOut.of(token) for token in tokens.visible_to(request.auth)]


@router.post("/tokens", response={201: NewTokenOut}, summary="A new token; its secret is shown this once")
def create_token(request: ApiRequest, body: JsonBody[TokenIn]) -> Status[NewTokenOut]:
    token, secret = tokens.create(body.organisation, body.name, by=request.auth)
    return Status(201, NewTokenOut.of(token, secret=secret))


@router.delete("/tokens/{token}", response={204: None}, summary="Revoke a token")
def revoke_token(request: ApiRequest, token: UUID) -> Status[None]:
    tokens.revoke(token, by=request.auth)
    return Status(204, None)
