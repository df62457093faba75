"""Acting for a business: kept with who and for whom, seen by the business, refused where it wants no help.

(A) A refusal stops support staff and officers alike, for new declarations and for changes of earlier ones:
only the business itself declares then, also for a vehicle that was stopped without a declaration.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from cuakhauso.core.permit import Objection
from cuakhauso.core.steps import PLATFORM_RULE
from cuakhauso.core.words import Party

from ..accounts.models import Organisation
from ..accounts.principal import Principal
from ..shared import audit, store
from ..shared.errors import NotAllowed, Refused
from .models import Declaration, Help, HelpRefusal


def refuse_unwanted(owner: UUID, by: Principal) -> None:
    """Raises `Refused` where this business wants no help and `by` is not the business."""
    if owner not in by.businesses and HelpRefusal.objects.filter(organisation=owner).exists():
        raise Refused([Objection("help_refused", Party.BUSINESS, "", PLATFORM_RULE)])


def keep(declaration: Declaration, by: Principal, act: str) -> None:
    """In the act's own transaction; nothing where the business acted itself."""
    if declaration.organisation_id in by.businesses:
        return
    actor = by.actor(declaration.form.get("gate", ""))
    Help.objects.create(
        declaration=declaration, at=store.now(), by=by.id, by_name=by.name, agency=actor.agency or "", act=act
    )
    Declaration.objects.filter(pk=declaration.pk).update(helped_by=by.name)
    declaration.helped_by = by.name
    subject, owner = f"declaration:{declaration.pk}", str(declaration.organisation_id)
    audit.record("acted_for", subject, actor=actor, act=act, organisation=owner)


def helps_for(reader: Principal) -> QuerySet[Help]:
    """What others did for the reader's own businesses, the newest first."""
    rows = Help.objects.filter(declaration__organisation__in=reader.businesses)
    return rows.select_related("declaration").order_by("-at")


def helps_of(helper: Principal) -> QuerySet[Help]:
    """What this person did for others."""
    rows = Help.objects.filter(by=helper.id).select_related("declaration__organisation")
    return rows.order_by("-at")


def refusal_of(organisation: UUID) -> HelpRefusal | None:
    return HelpRefusal.objects.filter(organisation=organisation).first()


@transaction.atomic
def refuse(organisation: UUID, refused: bool, *, by: Principal) -> None:
    """Its own people say whether others may declare for it from now on. Twice the same changes nothing."""
    if organisation not in by.businesses:
        raise NotAllowed
    owner = Organisation.objects.select_for_update().get(pk=organisation)
    known = HelpRefusal.objects.filter(organisation=owner)
    if refused == known.exists():
        return
    if refused:
        HelpRefusal.objects.create(organisation=owner, at=store.now(), by_name=by.name)
    else:
        known.delete()
    verb = "help_refused" if refused else "help_welcome"
    audit.record(verb, f"organisation:{organisation}", actor=by.actor())
