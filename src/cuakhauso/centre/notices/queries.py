"""Every read of webhooks: an organisation sees its own."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from cuakhauso.core.words import ActorKind, Agency, Source

from ..accounts.duties import Duty
from ..accounts.models import Organisation, Role
from ..accounts.principal import Principal, RoleView
from ..shared import store
from ..shared.errors import NotFound
from .models import Delivery, Subscription

A_DAY = timedelta(days=1)
DUTIES = (Duty.OFFICER, Duty.DESK, Duty.DECLARANT)


def visible_to(reader: Principal) -> QuerySet[Subscription]:
    mine = {role.organisation for role in reader.roles if role.duty in DUTIES}
    return Subscription.objects.filter(organisation__in=mine).order_by("created_at")


def subscription(reader: Principal, own_id: UUID) -> Subscription:
    found = visible_to(reader).filter(pk=own_id).first()
    if found is None:
        raise NotFound
    return found


def counted(reader: Principal, now: datetime | None = None) -> QuerySet[Subscription]:
    """With how many messages wait, are dead, and arrived within a day."""
    since = (now or store.now()) - A_DAY
    waiting = Q(deliveries__delivered_at=None, deliveries__dead_at=None, deliveries__pk__isnull=False)
    return visible_to(reader).annotate(
        waiting=Count("deliveries", filter=waiting),
        dead=Count("deliveries", filter=Q(deliveries__dead_at__isnull=False)),
        arrived=Count("deliveries", filter=Q(deliveries__delivered_at__gte=since)),
    )


def deliveries(one: Subscription, state: str = "") -> QuerySet[Delivery]:
    """Newest first; `state` is waiting, dead or arrived."""
    rows = one.deliveries.order_by("-id")
    chosen = {
        "waiting": Q(delivered_at=None, dead_at=None),
        "dead": Q(dead_at__isnull=False),
        "arrived": Q(delivered_at__isnull=False),
    }
    return rows.filter(chosen[state]) if state in chosen else rows


def reader_of(organisation: Organisation) -> Principal:
    """The organisation as a reader: all that any of its people or living tokens may see now."""
    rows = Role.objects.filter(organisation=organisation, duty__in=DUTIES)
    rows = rows.filter(Q(token=None) | Q(token__revoked_at=None))
    agency = Agency(organisation.agency) if organisation.agency else None
    roles = tuple(
        RoleView(organisation.pk, organisation.name, organisation.tax_code, agency, row.gate, Duty(row.duty))
        for row in rows
    )
    return Principal(
        ActorKind.PARTNER, f"organisation:{organisation.pk}", organisation.name, Source.API, roles
    )
