"""The desk for vehicles without a declaration: stopped at B1 or B2, sent to the temporary yard."""

from uuid import UUID

import uuid_utils.compat as uuid7
from django.db import transaction

from cuakhauso.core import facts as f
from cuakhauso.core import identifiers as ids
from cuakhauso.core.permit import Objection
from cuakhauso.core.steps import PLATFORM_RULE
from cuakhauso.core.words import Party, Place

from ..places.reference import references
from ..shared import store
from ..shared.errors import FieldError, Invalid, NotAllowed, Refused
from ..shared.locks import lock_plates
from ..shared.models import Crossing
from ..shared.store import Story
from ..watch import matching
from ..watch.rules import How
from .said import STOPPERS, Said, fact_of


@transaction.atomic
def register_undeclared(gate: str, plate: str, said: Said, *, country: str = "") -> Story:
    """Stop a vehicle without a declaration at B1 or B2 and send it to the temporary yard (domain.md 2.7).

    A vehicle that turns out to be declared, or was registered already, is answered with its own story.
    """
    now = store.now()
    actor = said.by.actor(gate, STOPPERS)
    if actor.agency not in STOPPERS or not said.by.roles_at(gate):
        raise NotAllowed
    parsed = _parsed_plate(plate, country)
    lock_plates([parsed.normalised])
    live = Crossing.objects.filter(plate=parsed.normalised, ended_at=None)
    # A vehicle on its way to another gate lives at two of them for a while.
    known = live.filter(gate=gate).first() or live.first()
    if known is not None:
        if known.gate != gate:
            raise Refused([_declared_elsewhere(known)])
        return store.lock(known.id)[known.id]
    crossing = UUID(str(uuid7.uuid7()))
    stopped = f.RegisteredUndeclared(
        gate=gate, country=parsed.country, plate=parsed.normalised, shown=parsed.shown
    )
    facts = [
        fact_of(crossing, stopped, said, actor, now, now, None),
        fact_of(
            crossing, f.Arrived(place=Place.TEMPORARY_YARD), Said(by=said.by, checkpoint=said.checkpoint),
            actor, now, now, None,
        ),
    ]  # fmt: skip
    reader = references()
    story = store.begin({crossing: facts}, reader)[crossing]
    matching.meet([story], How.STOPPED, reader)
    return story


def _declared_elsewhere(known: Crossing) -> Objection:
    details = {"gate": known.gate, "number": known.number}
    return Objection("declared_at_another_gate", Party.DRIVER, "", PLATFORM_RULE, details)


def _parsed_plate(plate: str, country: str) -> ids.Plate:
    try:
        return ids.parse_plate(plate, country or None)
    except ids.Invalid as bad:
        raise Invalid([FieldError("plate", bad.code, dict(bad.params))]) from bad
