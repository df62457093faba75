"""Every read of declarations. A business reads its own; who helps at a gate, those of that gate."""

from uuid import UUID

from django.db.models import Q, QuerySet

from ..accounts.models import Duty
from ..accounts.principal import Principal
from ..shared import audit
from ..shared.errors import NotFound
from .models import Declaration

HELPERS = (Duty.SUPPORT, Duty.OFFICER, Duty.DESK)


def visible_to(reader: Principal) -> QuerySet[Declaration]:
    allowed = Q(pk__in=[])
    for role in reader.roles:
        if role.duty is Duty.DECLARANT:
            allowed |= Q(organisation=role.organisation)
        elif role.duty in HELPERS:
            allowed |= Q(form__gate=role.gate) if role.gate else ~Q(pk__in=[])
    return Declaration.objects.filter(allowed).select_related("organisation")


def one(reader: Principal, declaration: UUID) -> Declaration:
    """In full, with the driver's personal data: an officer's look is kept in the audit trail."""
    found = visible_to(reader).prefetch_related("receiving").filter(pk=declaration).first()
    if found is None:
        raise NotFound
    if found.organisation_id not in reader.businesses:
        audit.record("read_declaration", f"declaration:{found.pk}", actor=reader.actor(found.form["gate"]))
    return found
