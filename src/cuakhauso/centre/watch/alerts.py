"""Acts on alerts: make, approve, end, see a match. Each is one transaction and stands in the audit trail."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from cuakhauso.core import identifiers as ids
from cuakhauso.core.words import ActorKind, Agency

from ..accounts.principal import Principal
from ..places.reference import references
from ..shared import audit, store
from ..shared.errors import FieldError, Invalid, NotAllowed, NotFound, Refused
from ..shared.models import Crossing
from . import matching, rules
from .models import AlertMatch, PlateAlert
from .queries import actor_of, agencies_of, alerts_visible_to, matches_visible_to
from .rules import How, Subject, ToDo

LONGEST = timedelta(days=366)


@transaction.atomic
def make(
    *, by: Principal, gate: str, subject: str, number: str, to_do: str, reason: str, law: str = "",
    ends: datetime | None = None, id: UUID | None = None,
) -> PlateAlert:  # fmt: skip
    """One that says `stop` counts once a second person has approved it; the others at once."""
    agency = _agency(by, gate)
    known = PlateAlert.objects.filter(pk=id).first() if id else None
    if known is not None:
        return alerts_visible_to(by).get(pk=known.pk)
    now = store.now()
    kind, read, shown = _checked(subject, number, to_do, reason, ends, now)
    alone = to_do != ToDo.STOP
    actor = by.actor(gate, (agency,))
    alert = PlateAlert.objects.create(
        **({"id": id} if id else {}), agency=agency, subject=kind, number=read, shown=shown, to_do=to_do,
        reason=reason.strip()[:300], law=law.strip()[:120], begins=now, ends=ends, made_at=now,
        made_by=by.id, made_by_name=by.name, approved_at=now if alone else None,
        approved_by=by.id if alone else "", approved_by_name=by.name if alone else "",
    )  # fmt: skip
    audit.record("alert_made", f"alert:{alert.pk}", actor=actor, number=read, to_do=to_do)
    if alone:
        _meet_those_here(alert)
    return alert


def _agency(by: Principal, gate: str) -> Agency:
    found = next((a for a in rules.WATCHERS if a in by.agencies_at(gate)), None)
    if found is None:
        raise NotAllowed
    return found


def _checked(
    subject: str, number: str, to_do: str, reason: str, ends: datetime | None, now: datetime
) -> tuple[Subject, str, str]:
    errors = []
    if subject not in set(Subject):
        errors.append(FieldError("subject", "not_a_choice"))
    if to_do not in set(ToDo):
        errors.append(FieldError("to_do", "not_a_choice"))
    if ids.is_placeholder(reason):
        errors.append(FieldError("reason", "required"))
    if ends is not None and not now < ends <= now + LONGEST:
        errors.append(FieldError("ends", "out_of_range" if ends > now else "moment_past"))
    read = shown = ""
    try:
        read, shown = _number(subject, number)
    except ids.Invalid as bad:
        errors.append(FieldError("number", bad.code, dict(bad.params)))
    if errors:
        raise Invalid(errors)
    return Subject(subject), read, shown


def _number(subject: str, typed: str) -> tuple[str, str]:
    if subject == Subject.CONTAINER:
        read = ids.parse_container(typed)
        return read, read
    plate = ids.parse_trailer_plate(typed) if subject == Subject.TRAILER else ids.parse_plate(typed)
    return plate.normalised, plate.shown


@transaction.atomic
def approve(alert: UUID, *, by: Principal) -> PlateAlert:
    """The second person of the agency; from now on vehicles are held."""
    found = _locked(alert, by)
    against = rules.against_approving(
        is_person=by.kind is ActorKind.PERSON, is_own=found.made_by == by.id,
        counts=found.approved_at is not None, ended=found.ended_at is not None,
    )  # fmt: skip
    if reasons := list(against):
        raise Refused(reasons)
    found.approved_at, found.approved_by, found.approved_by_name = store.now(), by.id, by.name
    found.save(update_fields=["approved_at", "approved_by", "approved_by_name"])
    audit.record("alert_approved", f"alert:{found.pk}", actor=actor_of(by))
    _meet_those_here(found)
    return found


@transaction.atomic
def end(alert: UUID, words: str, *, by: Principal) -> PlateAlert:
    """It counts no more. Vehicles that it holds stay held until the agency has looked and lifts."""
    found = _locked(alert, by)
    if reasons := list(rules.against_ending(ended=found.ended_at is not None, words=words)):
        raise Refused(reasons)
    found.ended_at, found.ended_by_name, found.ended_words = store.now(), by.name, words.strip()[:300]
    found.save(update_fields=["ended_at", "ended_by_name", "ended_words"])
    audit.record("alert_ended", f"alert:{found.pk}", actor=actor_of(by))
    return found


def _locked(alert: UUID, by: Principal) -> PlateAlert:
    found = alerts_visible_to(by).select_for_update().filter(pk=alert).first()
    if found is None:
        raise NotFound
    return found


def _meet_those_here(alert: PlateAlert) -> None:
    """Vehicles that are here or on their way already."""
    rows = Crossing.objects.filter(ended_at=None, identifiers__contains=[alert.number])
    stories = store.lock(*rows.values_list("pk", flat=True))
    if met := [s for s in stories.values() if alert.number in matching.known_by(s.state)]:
        matching.meet(met, How.ALERT, references(), alert.number)


@transaction.atomic
def see(match: UUID, *, by: Principal) -> AlertMatch:
    """Somebody has taken note; the vehicle leaves the screens until it is met anew. Twice is once."""
    found = matches_visible_to(by).filter(pk=match).first()
    if found is None:
        raise NotFound
    if found.seen_at is None and agencies_of(by):
        found.seen_at, found.seen_by_name = store.now(), by.name
        of_one = {"alert": found.alert_id, "crossing": found.crossing, "value": found.value, "seen_at": None}
        AlertMatch.objects.filter(**of_one).update(seen_at=found.seen_at, seen_by_name=by.name)
        audit.record("alert_seen", f"alert:{found.alert_id}", actor=by.actor(found.gate))
        matching.announce(found.gate, found.pk)
    return found
