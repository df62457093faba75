"""What officers do with alerts: they acknowledge them, and say whose passage it was that nobody knew.

Each is one act in one transaction, done once whoever asks how often. What the node reported stays as it came.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat as uuid7
from django.db import transaction

from cuakhauso.core.facts import Actor
from cuakhauso.core.permit import Objection

from ..accounts.principal import Principal
from ..crossings.queries import visible_to
from ..crossings.said import Said
from ..crossings.undeclared import register_undeclared
from ..shared import audit, store
from ..shared.errors import IdReused, NotFound, Refused
from ..shared.locks import lock_ids
from ..shared.models import Crossing
from . import queries, rules
from .actions import announce
from .items import PassageBody, read
from .models import Acknowledgement, Attachment, LaneItem
from .taking import Taking, facts_of_passage

CHANGED = "lane.alerts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Who says something of an alert, under which id."""

    by: Principal
    id: UUID | None = None
    words: str = ""

    @property
    def own_id(self) -> UUID:
        return self.id or UUID(str(uuid7.uuid7()))


# --- seen ------------------------------------------------------------------------------------------


def acknowledge(item: UUID, saying: Saying) -> Acknowledgement:
    """Somebody whom it concerns has seen this alert. Raises `Refused` with every reason, `NotFound`."""
    with _refusals_kept(item, saying), transaction.atomic():
        row = _locked(item, saying)
        known: Acknowledgement | None = getattr(row, "acknowledgement", None)
        if known is not None and known.pk == saying.id:
            _check_same(known.by == saying.by.id and known.words == saying.words.strip())
            return known
        _refuse(list(rules.against_acknowledging(queries.case_of(row, saying.by, saying.words))))
        return _acknowledge(row, saying)


def _acknowledge(row: LaneItem, saying: Saying) -> Acknowledgement:
    actor = _actor(row, saying)
    made = Acknowledgement.objects.create(
        id=_unused(Acknowledgement, saying.own_id), item=row, at=store.now(), by=actor.id,
        by_name=actor.name[:120], agency=actor.agency or "", words=saying.words.strip(),
    )  # fmt: skip
    audit.record("alert_acknowledged", f"lane_item:{row.pk}", actor=actor, alert=row.alert, words=made.words)
    announce(CHANGED, row.lane.gate_id, alerts=1)
    return made


# --- whose passage it was --------------------------------------------------------------------------


def attach(item: UUID, crossing: UUID, saying: Saying) -> Attachment:
    """A passage of nobody known was this crossing's: what the lane saw becomes its facts, marked irregular.

    Its alert is thereby seen too. Raises `Refused`, `NotFound`, and `Invalid` where it is too long ago.
    """

    def of_the_gate(row: LaneItem) -> UUID:
        if not visible_to(saying.by).filter(pk=crossing, gate=row.lane.gate_id).exists():
            raise NotFound
        return crossing

    return _attached(item, saying, of_the_gate)


def register_and_attach(item: UUID, plate: str, country: str, saying: Saying) -> Attachment:
    """The same for a vehicle that nobody declared: it is sent to the temporary yard, or found as it was
    registered. Raises what `register_undeclared` raises too."""

    def registered(row: LaneItem) -> UUID:
        said = Said(by=saying.by, id=uuid.uuid5(row.pk, "registered"), checkpoint=row.lane.code)
        return register_undeclared(row.lane.gate_id, plate, said, country=country).id

    return _attached(item, saying, registered)


def _attached(item: UUID, saying: Saying, whose: Callable[[LaneItem], UUID]) -> Attachment:
    with _refusals_kept(item, saying), transaction.atomic():
        row = _locked(item, saying, nobody_known=True)
        known: Attachment | None = getattr(row, "attachment", None)
        if known is not None and known.pk == saying.id:
            _check_same(known.by == saying.by.id and known.crossing == whose(row))
            return known
        _refuse(list(rules.against_attaching(queries.case_of(row, saying.by))))
        return _attach(row, whose(row), saying)


def _attach(row: LaneItem, crossing: UUID, saying: Saying) -> Attachment:
    actor = _actor(row, saying)
    taking = Taking(row.node, queries.principal_of(row.node), row.lane, row.pk, row.at, crossing)
    facts_of_passage(
        taking, crossing, read(PassageBody, row.body), by=saying.by, besides=rules.Against.NOT_RECOGNISED
    )
    made = Attachment.objects.create(
        id=_unused(Attachment, saying.own_id), item=row, crossing=crossing, at=store.now(), by=actor.id,
        by_name=actor.name[:120], agency=actor.agency or "",
    )  # fmt: skip
    audit.record("passage_attached", f"lane_item:{row.pk}", actor=actor, crossing=str(crossing))
    if not hasattr(row, "acknowledgement"):
        number = Crossing.objects.values_list("plate_shown", flat=True).get(pk=crossing)
        _acknowledge(row, Saying(by=saying.by, id=uuid.uuid5(made.pk, "seen"), words=f"→ {number}"))
    announce(CHANGED, row.lane.gate_id, alerts=1)
    return made


# --- both ------------------------------------------------------------------------------------------


def _locked(item: UUID, saying: Saying, *, nobody_known: bool = False) -> LaneItem:
    """The alert, which nobody else answers until this transaction ends."""
    lock_ids([item, saying.id] if saying.id else [item])
    row = queries.alerts_visible_to(saying.by).filter(pk=item).first()
    if row is None or (nobody_known and row.alert not in rules.NOBODY_KNOWN):
        raise NotFound
    return row


def _actor(row: LaneItem, saying: Saying) -> Actor:
    theirs = rules.concerned(rules.Alert(row.alert), queries.held_by(row))
    return saying.by.actor(row.lane.gate_id, sorted(theirs))


def _check_same(is_same: bool) -> None:
    if not is_same:
        raise IdReused


def _unused(model: type[Acknowledgement] | type[Attachment], own_id: UUID) -> UUID:
    if model.objects.filter(pk=own_id).exists():
        raise IdReused
    return own_id


def _refuse(against: Sequence[Objection]) -> None:
    if against:
        raise Refused(against)


@contextmanager
def _refusals_kept(item: UUID, saying: Saying) -> Iterator[None]:
    """A refusal stays in the audit trail, although its transaction is undone."""
    try:
        yield
    except Refused as error:
        why = [one.code for one in error.objections]
        audit.record("refused", f"lane_item:{item}", actor=saying.by.actor(), why=why)
        raise
