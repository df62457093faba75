"""Every act on a change of reference data: one transaction each, judged by `rules.py`, audited, announced.

`save` and `propose` prepare it; `approve`, by another person, writes it; `close_at_once` is what one person
may do alone; `take_effect` is for the day on which an approved change begins or ends.
"""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from cuakhauso.core.facts import PLATFORM, Actor
from cuakhauso.core.permit import Objection
from cuakhauso.core.reference import HANOI
from cuakhauso.core.words import ActorKind, Agency

from ..accounts.principal import Principal
from ..shared import audit, store
from ..shared.errors import FieldError, IdReused, Invalid, NotAllowed, NotFound, Refused
from ..shared.locks import lock_ids, lock_work
from ..shared.models import OutboxEvent
from . import rows, rules, who
from .models import ReferenceChange, Status
from .reading import Checked, Draft, RowGiven, checked
from .rules import Stand
from .topics import CLOSURES, TOPICS

EVENT = "reference.changed"


def _allowed(by: Principal, gates: list[str]) -> None:
    if not who.may_edit(by, gates):
        raise NotAllowed


def _actor(by: Principal) -> Actor:
    return Actor(kind=by.kind, id=by.id, agency=Agency.BOARD, name=by.name)


def today_of(now: datetime) -> date:
    return now.astimezone(HANOI).date()


def stand(change: ReferenceChange, by: Principal) -> Stand:
    """How it stands to this person; the same for the guard of an act and for its button."""
    today = today_of(store.now())
    open_ = change.status in (Status.DRAFT, Status.PROPOSED)
    return Stand(
        status=change.status,
        is_mine=change.made_by == by.id,
        is_person=by.kind is ActorKind.PERSON,
        urgent=change.urgent,
        looked_at=change.looked_at is not None,
        rows=len(change.rows),
        changing=not open_ or rows.changes_something(change),
        overtaken=open_ and rows.overtaken(change),
        day_passed=change.valid_from is not None and change.valid_from < today,
    )


# --- preparing -----------------------------------------------------------------------------------


def save(draft: Draft, *, by: Principal, id: UUID | None = None) -> ReferenceChange:
    """A new draft, or the same one said anew by its maker. Saying the same again changes nothing."""
    now = store.now()
    own = id or uuid4()
    with transaction.atomic():
        lock_ids([own])
        told = checked(draft, now, today_of(now))
        _allowed(by, told.gates)
        known = ReferenceChange.objects.select_for_update().filter(pk=own).first()
        if known is None:
            return _begun(own, told, by, now)
        if known.made_by != by.id or known.topic != told.topic.code:
            raise IdReused
        if _says(known, told):
            return known
        _refuse(rules.against_editing(stand(known, by)))
        _put(known, told)
        known.edition += 1
        known.effects = None
        known.save()
        _tell(known, "reference_saved", by, rows=known.rows)
        preview_later(known)
        return known


def _begun(own: UUID, told: Checked, by: Principal, now: datetime, **more: object) -> ReferenceChange:
    change = ReferenceChange(
        id=own, topic=told.topic.code, made_by=by.id, made_by_name=by.name, made_at=now, **more
    )
    _put(change, told)
    change.save(force_insert=True)
    if not change.urgent:
        _tell(change, "reference_drafted", by, rows=change.rows)
        preview_later(change)
    return change


def _put(change: ReferenceChange, told: Checked) -> None:
    change.rows, change.gates = told.rows, told.gates
    change.valid_from, change.valid_to = told.valid_from, told.valid_to
    change.source, change.words = told.source, told.words


def _says(change: ReferenceChange, told: Checked) -> bool:
    same_rows = [(r["key"], r["after"]) for r in change.rows] == [(r["key"], r["after"]) for r in told.rows]
    head = (change.valid_from, change.valid_to, change.source, change.words)
    return same_rows and head == (told.valid_from, told.valid_to, told.source, told.words)


def drop(change: ReferenceChange, index: int, *, by: Principal) -> ReferenceChange:
    """The draft without its row of this number, counted from 0."""
    kept = [RowGiven(row["key"], row["after"]) for at, row in enumerate(change.rows) if at != index]
    said = Draft(change.topic, kept, change.valid_from, change.valid_to, change.source, change.words)
    return save(said, by=by, id=change.pk)


def preview_later(change: ReferenceChange) -> None:
    app.configure_task("preview_reference_change").defer(change=str(change.pk), edition=change.edition)


def propose(change: UUID, *, by: Principal) -> ReferenceChange:
    def act(row: ReferenceChange, now: datetime) -> None:
        _refuse(rules.against_proposing(stand(row, by)))
        row.status, row.proposed_at = Status.PROPOSED, now

    return _acted(change, act, "reference_proposed", by)


def reopen(change: UUID, *, by: Principal) -> ReferenceChange:
    """Back to a draft, with what the rows say now."""

    def act(row: ReferenceChange, now: datetime) -> None:
        _refuse(rules.against_reopening(stand(row, by)))
        topic = TOPICS[row.topic]
        row.rows = [{**one, "before": rows.says(topic, one["key"], row.valid_from)} for one in row.rows]
        row.status, row.proposed_at, row.edition, row.effects = Status.DRAFT, None, row.edition + 1, None
        preview_later(row)

    return _acted(change, act, "reference_reopened", by)


def withdraw(change: UUID, *, by: Principal) -> ReferenceChange:
    def act(row: ReferenceChange, now: datetime) -> None:
        _refuse(rules.against_withdrawing(stand(row, by)))
        row.status, row.decided_at = Status.WITHDRAWN, now

    return _acted(change, act, "reference_withdrawn", by)


# --- deciding ------------------------------------------------------------------------------------


def approve(change: UUID, words: str = "", *, by: Principal) -> ReferenceChange:
    """A second person agrees: rows with dates are written now, the others when their day has come."""

    def act(row: ReferenceChange, now: datetime) -> None:
        lock_work("reference data")
        _refuse(rules.against_approving(stand(row, by)))
        _decided(row, Status.APPROVED, words, by, now)
        _into_force(row, now)

    return _acted(change, act, "reference_approved", by)


def refuse(change: UUID, words: str, *, by: Principal) -> ReferenceChange:
    def act(row: ReferenceChange, now: datetime) -> None:
        _refuse(rules.against_refusing(stand(row, by), words))
        _decided(row, Status.REFUSED, words, by, now)

    return _acted(change, act, "reference_refused", by)


def look(change: UUID, *, by: Principal) -> ReferenceChange:
    """A second person has looked at what was done at once."""

    def act(row: ReferenceChange, now: datetime) -> None:
        _refuse(rules.against_looking(stand(row, by)))
        row.looked_by, row.looked_by_name, row.looked_at = by.id, by.name, now

    return _acted(change, act, "reference_looked_at", by)


def close_at_once(draft: Draft, *, by: Principal, id: UUID | None = None) -> ReferenceChange:
    """(A) The other side closes the gate now: one person enters it, or trucks run into a closed gate. It is
    in force at once, and waits for a second person's look."""
    now = store.now()
    own = id or uuid4()
    with transaction.atomic():
        lock_ids([own])
        lock_work("reference data")
        known = ReferenceChange.objects.filter(pk=own).first()
        if known is not None:
            if known.made_by != by.id or not known.urgent:
                raise IdReused
            return known
        told = checked(draft, now, today_of(now))
        if told.topic is not CLOSURES:
            raise Invalid([FieldError("topic", "not_a_choice")])
        _allowed(by, told.gates)
        if by.kind is not ActorKind.PERSON:
            raise Refused([rules.objection(rules.Against.PERSON_REQUIRED)])
        if not all(rules.may_be_urgent(r["key"], r["before"], r["after"]) for r in told.rows):
            raise Refused([rules.objection(rules.Against.NOT_URGENT)])
        made = _begun(own, told, by, now, urgent=True, status=Status.APPROVED, proposed_at=now)
        _decided(made, Status.APPROVED, "", by, now)
        _into_force(made, now)
        made.save()
        _tell(made, "reference_closed_at_once", by, rows=made.rows)
        return made


def _decided(row: ReferenceChange, status: Status, words: str, by: Principal, now: datetime) -> None:
    if len(words) > 1000:
        raise Invalid([FieldError("words", "too_long", {"length": len(words), "limit": 1000})])
    row.status, row.decided_words = status, words.strip()
    row.decided_by, row.decided_by_name, row.decided_at = by.id, by.name, now


# --- in force ------------------------------------------------------------------------------------


def _into_force(row: ReferenceChange, now: datetime) -> None:
    """Dated rows and closures are written when they are approved: they say themselves from when. The others
    are written when their day has come."""
    today = today_of(now)
    is_due = row.valid_from is None or row.valid_from <= today
    if TOPICS[row.topic].dated or row.topic == CLOSURES.code or is_due:
        rows.write(row, today)
    if is_due:
        row.took_effect_at = now
        renew_later(row)


def take_effect(now: datetime | None = None) -> list[ReferenceChange]:
    """Changes whose day has come, or is over. Repeating it changes nothing."""
    at = now or store.now()
    today = today_of(at)
    approved = ReferenceChange.objects.filter(status=Status.APPROVED)
    due = approved.filter(took_effect_at=None, valid_from__lte=today).order_by("valid_from", "decided_at")
    over = approved.filter(ended_at=None, valid_to__lte=today).exclude(took_effect_at=None)
    begun = [row for pk in due.values_list("pk", flat=True) if (row := _begin(pk, at)) is not None]
    return begun + [row for pk in over.values_list("pk", flat=True) if (row := _end(pk, at)) is not None]


def _begin(change: UUID, now: datetime) -> ReferenceChange | None:
    with transaction.atomic():
        lock_work("reference data")
        row = ReferenceChange.objects.select_for_update().get(pk=change)
        if row.took_effect_at is not None:
            return None
        if not TOPICS[row.topic].dated:
            rows.write(row, today_of(now), leave_out=_said_since(row))
        row.took_effect_at = now
        row.save()
        renew_later(row)
        _tell(row, "reference_took_effect", None)
        return row


def _said_since(row: ReferenceChange) -> list[rules.Said]:
    """Keys of which a change that was approved later speaks already: the last word counts."""
    later = ReferenceChange.objects.filter(
        status=Status.APPROVED, topic=row.topic, decided_at__gt=row.decided_at, valid_from__lte=row.valid_from
    )
    return [key for change in later for key, _before, _after in rows.asked(change)]


def _end(change: UUID, now: datetime) -> ReferenceChange | None:
    with transaction.atomic():
        row = ReferenceChange.objects.select_for_update().get(pk=change)
        if row.ended_at is not None:
            return None
        row.ended_at = now
        row.save()
        renew_later(row)
        _tell(row, "reference_ended", None)
        return row


def renew_later(row: ReferenceChange) -> None:
    """What waits for whom at which place is cached in columns: living crossings are told anew."""
    app.configure_task("renew_living").defer(gates=list[JSONValue](row.gates))


# --- all of them ---------------------------------------------------------------------------------

Act = Callable[[ReferenceChange, datetime], None]


def _acted(change: UUID, act: Act, verb: str, by: Principal) -> ReferenceChange:
    now = store.now()
    with transaction.atomic():
        row = ReferenceChange.objects.select_for_update().filter(pk=change).first()
        if row is None or not who.sees(by):
            raise NotFound
        _allowed(by, row.gates)
        act(row, now)
        row.save()
        _tell(row, verb, by, status=row.status)
        return row


def _refuse(objections: list[Objection]) -> None:
    if objections:
        raise Refused(objections)


def _tell(row: ReferenceChange, verb: str, by: Principal | None, **data: object) -> None:
    """The record of the act, and the word to live pages."""
    actor = _actor(by) if by is not None else PLATFORM
    audit.record(verb, f"reference:{row.topic}:{row.pk}", actor=actor, **data)
    OutboxEvent.objects.create(name=EVENT, payload={"change": str(row.pk), "topic": row.topic})
