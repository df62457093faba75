"""Changes of reference data that cannot wait: the health mode of a gate."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from cuakhauso.core.procedure import HEALTH_MODE
from cuakhauso.core.reference import HANOI
from cuakhauso.core.words import Agency

from ..accounts.principal import Principal
from ..shared import audit
from ..shared.errors import FieldError, Invalid, NotAllowed, NotFound
from . import models as m


@transaction.atomic
def switch_health_mode(gate: str, steps: Iterable[str], source: str, by: Principal) -> frozenset[str]:
    """From today exactly these steps are asked of who comes in; none switches it off. The Board alone, with
    the decision that it rests on. (A) One person suffices: an epidemic does not wait for a second one.
    """
    wanted = frozenset(steps)
    found = m.Gate.objects.select_for_update().filter(pk=gate).first()
    if found is None:
        raise NotFound
    if Agency.BOARD not in by.agencies_at(gate):
        raise NotAllowed
    if errors := _wrong(wanted, source):
        raise Invalid(errors)
    today = datetime.now(HANOI).date()
    live = m.HealthStep.objects.filter(gate=found, valid_to=None)
    before = set(live.values_list("step", flat=True))
    if before == wanted:
        return wanted
    live.exclude(step__in=wanted).update(valid_to=today)
    for step in sorted(wanted - before):
        m.HealthStep.objects.create(gate=found, step=step, valid_from=today, source=source.strip())
    actor = by.actor(gate, (Agency.BOARD,))
    audit.record("health_mode", f"gate:{gate}", actor=actor, steps=sorted(wanted), source=source.strip())
    return wanted


def _wrong(wanted: frozenset[str], source: str) -> list[FieldError]:
    unknown = wanted - {str(step) for step in HEALTH_MODE}
    found = [FieldError("steps", "not_a_choice")] if unknown else []
    return found if source.strip() else [*found, FieldError("source", "required")]
