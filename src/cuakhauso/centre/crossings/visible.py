"""Whose crossings a reader may see: what every read of crossings starts from."""

from django.db.models import Q, QuerySet

from ..accounts.duties import Duty
from ..accounts.principal import Principal
from ..shared.models import Crossing


def visible_to(reader: Principal) -> QuerySet[Crossing]:
    """Officers and leaders see their gates, a business its own vehicles, everybody else nothing."""
    allowed = Q(pk__in=[])
    for role in reader.roles:
        if role.duty is Duty.DECLARANT:
            allowed |= Q(declarant=str(role.organisation))
        elif role.gate == "":
            return Crossing.objects.all()
        else:
            allowed |= Q(gate=role.gate)
    return Crossing.objects.filter(allowed)
