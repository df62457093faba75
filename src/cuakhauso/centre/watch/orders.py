"""Orders to vehicles on the road: given to one, or to all that are expected; read by the driver; taken back.

Each is a fact of each vehicle, so that its page, the API and the record say it the same minute. Those who are
declared later get what still counts (`follow`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec
from django.db import transaction
from django.db.models import Q

from cuakhauso.core import facts as f
from cuakhauso.core.facts import Actor, Fact
from cuakhauso.core.permit import Objection
from cuakhauso.core.progress import Stage
from cuakhauso.core.road_facts import RoadCode
from cuakhauso.core.words import Party, Source

from ..accounts.principal import Principal
from ..places.reference import references
from ..shared import audit, store
from ..shared.errors import FieldError, Invalid, NotAllowed, NotFound, Refused
from ..shared.models import Crossing
from ..shared.store import References, Story
from .models import RoadOrder, RoadOrderTo
from .rules import ORDERERS

ON_THE_ROAD = (Stage.COMING, Stage.ARRIVED)
MOST = 1000
AT_ONCE = 50
NEEDS_A_PLACE = (RoadCode.GO_TO_GATE, RoadCode.GO_TO_YARD, RoadCode.TURN_OFF, RoadCode.WAIT)


def give(
    gate: str, code: str, *, by: Principal, where: str = "", words: str = "", only: UUID | None = None,
    begins: datetime | None = None, ends: datetime | None = None, id: UUID | None = None,
) -> RoadOrder:  # fmt: skip
    """To one vehicle, or to all expected from `begins` to `ends`. Sent again it changes nothing."""
    agency = next((a for a in ORDERERS if a in by.agencies_at(gate)), None)
    if agency is None:
        raise NotAllowed
    known = RoadOrder.objects.filter(pk=id, gate=gate).first() if id else None
    if known is not None:
        return known
    now = store.now()
    _check(code, where, only, begins, ends, now)
    targets = _targets(gate, only, begins, ends)
    actor = by.actor(gate, (agency,))
    order = RoadOrder.objects.create(
        **({"id": id} if id else {}), gate=gate, agency=agency, code=code, where=where.strip()[:60],
        words=words.strip()[:300], only=only, begins=begins, ends=ends, until=ends, given_at=now,
        given_by_name=by.name, actor=msgspec.to_builtins(actor),
    )  # fmt: skip
    audit.record("road_order_given", f"road_order:{order.pk}", actor=actor, to=len(targets), code=code)
    for begin in range(0, len(targets), AT_ONCE):
        _tell(order, targets[begin : begin + AT_ONCE])
    return order


def _check(
    code: str, where: str, only: UUID | None, begins: datetime | None, ends: datetime | None, now: datetime
) -> None:
    errors = []
    if code not in set(RoadCode):
        errors.append(FieldError("code", "not_a_choice"))
    elif RoadCode(code) in NEEDS_A_PLACE and not where.strip():
        errors.append(FieldError("where", "required"))
    if only is None and (begins is None or ends is None):
        errors.append(FieldError("ends" if ends is None else "begins", "required"))
    if begins and ends and ends <= begins:
        errors.append(FieldError("ends", "ends_before_beginning"))
    elif ends is not None and ends <= now:
        errors.append(FieldError("ends", "moment_past"))
    if errors:
        raise Invalid(errors)


def _targets(gate: str, only: UUID | None, begins: datetime | None, ends: datetime | None) -> Sequence[UUID]:
    rows = Crossing.objects.filter(gate=gate, ended_at=None).exclude(number="")
    if only is not None:
        found = list(rows.filter(pk=only).values_list("pk", flat=True))
        if not found:
            raise NotFound
        return found
    expected = rows.filter(stage__in=ON_THE_ROAD, expected_at__gte=begins, expected_at__lt=ends)
    return list(expected.order_by("expected_at").values_list("pk", flat=True)[:MOST])


@transaction.atomic
def _tell(order: RoadOrder, crossings: Sequence[UUID]) -> None:
    stories = store.lock(*crossings)
    told = {crossing: stories[crossing] for crossing in crossings if crossing in stories}
    _append(order, told, stories, references())


def _append(
    order: RoadOrder, told: dict[UUID, Story], stories: dict[UUID, Story], reader: References
) -> None:
    facts = [_fact(order, crossing, _ordered(order), "", order.words) for crossing in told]
    RoadOrderTo.objects.bulk_create(
        [RoadOrderTo(order=order, crossing=crossing) for crossing in told], ignore_conflicts=True
    )
    store.write(stories, facts, reader)


def _ordered(order: RoadOrder) -> f.RoadOrdered:
    return f.RoadOrdered(order=order.pk, code=RoadCode(order.code), where=order.where, until=order.until)


def _fact(order: RoadOrder, crossing: UUID, data: f.AnyData, name: str, note: str = "") -> Fact:
    now = store.now()
    return Fact(
        id=uuid5(order.pk, f"{crossing}{name}"), crossing=crossing, occurred_at=now, recorded_at=now,
        actor=msgspec.convert(order.actor, Actor), source=Source.SCREEN, data=data, note=note,
        v=f.FORM_VERSION,
    )  # fmt: skip


def follow(stories: Iterable[Story], reader: References) -> None:
    """Vehicles that were declared just now get the orders that count for when they are expected."""
    for story in stories:
        content = story.state.content
        if content is None or content.expected_at is None:
            continue
        at = content.expected_at
        rows = RoadOrder.objects.filter(gate=content.gate, only=None, taken_back_at=None)
        for order in rows.filter(Q(ends__gt=store.now()), begins__lte=at, ends__gt=at).order_by("given_at"):
            _append(order, {story.id: story}, {story.id: story}, reader)


def seen(crossing: UUID, order: UUID) -> None:
    """Whoever drives has read it; the fact is `crossings.road`'s."""
    RoadOrderTo.objects.filter(order=order, crossing=crossing, seen_at=None).update(seen_at=store.now())


def take_back(order: UUID, *, by: Principal) -> RoadOrder:
    """It counts no more, on every page that showed it. Only the agency that gave it."""
    found = RoadOrder.objects.filter(pk=order).first()
    if found is None or not set(by.agencies_at(found.gate)) & set(ORDERERS):
        raise NotFound
    if found.agency not in by.agencies_at(found.gate):
        raise Refused([Objection("wrong_agency", Party(found.agency))])
    if found.taken_back_at is None:
        _end(found, by)
    return found


@transaction.atomic
def _end(order: RoadOrder, by: Principal) -> None:
    actor: Any = msgspec.to_builtins(by.actor(order.gate, ORDERERS))
    order.taken_back_at, order.actor = store.now(), actor
    order.save(update_fields=["taken_back_at"])
    told = list(order.to.values_list("crossing", flat=True))
    stories = store.lock(*told)
    ended = f.RoadOrderEnded(order=order.pk)
    facts = [_fact(order, one, ended, ":ended") for one in told if one in stories]
    store.write(stories, facts, references())
    audit.record("road_order_taken_back", f"road_order:{order.pk}", actor=by.actor(order.gate))
