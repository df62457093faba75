"""Who is asking: a person or a system, with the roles it has. Every query and action starts from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest

from cuakhauso.core.facts import Actor
from cuakhauso.core.words import ActorKind, Agency, Source

from ..shared import prepared
from .duties import Duty
from .models import Token


@dataclass(frozen=True, slots=True)
class RoleView:
    """One role: agency × gate × duty, for an organisation. An empty gate means every gate."""

    organisation: UUID
    organisation_name: str
    tax_code: str
    agency: Agency | None
    gate: str
    duty: Duty
    posts: tuple[str, ...] = ()

    def covers(self, gate: str) -> bool:
        return self.gate in ("", gate)


@dataclass(frozen=True, slots=True)
class Principal:
    kind: ActorKind
    id: str
    name: str
    source: Source
    roles: tuple[RoleView, ...] = ()

    def roles_at(self, gate: str) -> list[RoleView]:
        return [role for role in self.roles if role.covers(gate)]

    def agencies_at(self, gate: str) -> list[Agency]:
        """The agencies that this principal acts for at a gate."""
        officers = (Duty.OFFICER, Duty.DESK)
        return [role.agency for role in self.roles_at(gate) if role.agency and role.duty in officers]

    @property
    def businesses(self) -> list[UUID]:
        """Organisations that it declares for."""
        return [role.organisation for role in self.roles if role.duty is Duty.DECLARANT]

    def has(self, *duties: Duty) -> bool:
        return any(role.duty in duties for role in self.roles)

    @property
    def is_officer(self) -> bool:
        return self.has(Duty.OFFICER, Duty.DESK)

    def actor(self, gate: str = "", prefer: Iterable[Agency] = ()) -> Actor:
        """Who acts, at this gate, for the first agency of `prefer` that it has, else for any of its own."""
        mine = self.agencies_at(gate)
        agency = next((a for a in prefer if a in mine), mine[0] if mine else None)
        role = next((r for r in self.roles_at(gate) if agency is None or r.agency is agency), None)
        return Actor(
            kind=self.kind,
            id=self.id,
            agency=agency,
            name=self.name,
            organisation=str(role.organisation) if role else "",
        )


ROLES = """
SELECT o.id, o.name, o.tax_code, o.agency, r.gate, r.duty, r.posts
FROM accounts_role r JOIN accounts_organisation o ON o.id = r.organisation_id
"""
ROLES_OF_SYSTEM = """
SELECT t.id, t.name, o.id, o.name, o.tax_code, o.agency, r.gate, r.duty, r.posts, o.kind
FROM accounts_token t
JOIN accounts_role r ON r.token_id = t.id JOIN accounts_organisation o ON o.id = r.organisation_id
WHERE t.digest = %s AND t.revoked_at IS NULL ORDER BY r.id
"""
SOURCES = {"yard": Source.YARD_SYSTEM, "partner": Source.PARTNER}


def by_token(secret: str) -> Principal | None:
    """The system that holds this secret; none for an unknown, revoked or powerless token."""
    rows = prepared.rows(ROLES_OF_SYSTEM, [Token.digest_of(secret)])
    if not rows:
        return None
    token, name, *_ = rows[0]
    roles = tuple(_role(row[2:9]) for row in rows)
    label = f"{roles[0].organisation_name} · {name}"
    return Principal(ActorKind.PARTNER, f"token:{token}", label, SOURCES.get(rows[0][9], Source.API), roles)


def by_user(user: Any, source: Source = Source.SCREEN) -> Principal:
    """The signed-in person with the roles held now."""
    with connection.cursor() as cursor:
        cursor.execute(f"{ROLES} WHERE r.user_id = %s ORDER BY r.id", [user.pk])
        roles = tuple(_role(row) for row in cursor.fetchall())
    return Principal(ActorKind.PERSON, f"user:{user.pk}", str(user), source, roles)


def _role(row: tuple[Any, ...]) -> RoleView:
    organisation, name, tax_code, agency, gate, duty, posts = row
    return RoleView(
        organisation, name, tax_code, Agency(agency) if agency else None, gate, Duty(duty), tuple(posts)
    )


def of(request: HttpRequest) -> Principal:
    """The principal of a page request, read once."""
    known = getattr(request, "_principal", None)
    if known is None:
        known = by_user(request.user)
        request._principal = known  # type: ignore[attr-defined]
    return known
