"""Tokens of an organisation's systems: made, listed and revoked by its own people.

A token has the roles that its maker has for that organisation, never more. Only people make tokens, and not
for an agency: an agency's word rests on an officer with a second factor, so whoever runs the platform makes
its tokens (`cuakhauso token`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cuakhauso.core.words import ActorKind, Agency

from ..shared import audit
from ..shared.errors import NotAllowed, NotFound
from .duties import Duty
from .models import Organisation, Role, Token
from .principal import Principal, RoleView

SELF_SERVED = (Organisation.Kind.BUSINESS, Organisation.Kind.YARD, Organisation.Kind.PARTNER)


def visible_to(reader: Principal) -> QuerySet[Token]:
    mine = {role.organisation for role in reader.roles}
    return Token.objects.filter(organisation__in=mine).select_related("organisation").order_by("created_at")


@dataclass(frozen=True, slots=True)
class Power:
    """What a token may do: a duty, at one gate or at all, at some posts or at all."""

    gate: str
    duty: Duty
    posts: tuple[str, ...] = ()


def organisation_of(agency: Agency) -> Organisation:
    """The organisation for which an agency's tokens act."""
    kind = Organisation.Kind.YARD if agency is Agency.YARD else Organisation.Kind.AGENCY
    found = Organisation.objects.filter(agency=agency).order_by("name").first()
    return found or Organisation.objects.create(name=str(agency), kind=kind, agency=agency)


@transaction.atomic
def issue(owner: Organisation, name: str, powers: Iterable[Power]) -> tuple[Token, str]:
    """The token and its secret, which nobody can see again."""
    token, secret = Token.issue(owner, name)
    Role.objects.bulk_create(
        Role(token=token, organisation=owner, gate=power.gate, duty=power.duty, posts=list(power.posts))
        for power in powers
    )
    return token, secret


@transaction.atomic
def create(organisation: UUID, name: str, *, by: Principal) -> tuple[Token, str]:
    """One's own organisation's token, with one's own roles there."""
    powers = [Power(role.gate, role.duty, role.posts) for role in _mine(by, organisation)]
    token, secret = issue(Organisation.objects.get(pk=organisation), name, powers)
    audit.record("token_created", f"token:{token.id}", actor=by.actor(), organisation=str(organisation))
    return token, secret


@transaction.atomic
def revoke(token: UUID, *, by: Principal) -> None:
    """From now on nobody gets in with it. Revoking it again changes nothing."""
    found = visible_to(by).select_for_update(of=("self",)).filter(pk=token).first()
    if found is None:
        raise NotFound
    _mine(by, found.organisation_id)
    if found.revoked_at is None:
        end(found)
        audit.record("token_revoked", f"token:{token}", actor=by.actor())


def end(token: Token) -> None:
    """Whoever calls this has judged whether it may be."""
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])


def _mine(by: Principal, organisation: UUID) -> list[RoleView]:
    roles = [role for role in by.roles if role.organisation == organisation]
    if not roles:
        raise NotFound
    if by.kind is not ActorKind.PERSON or not _serves_itself(organisation):
        raise NotAllowed
    return roles


def _serves_itself(organisation: UUID) -> bool:
    return Organisation.objects.filter(pk=organisation, kind__in=SELF_SERVED).exists()
