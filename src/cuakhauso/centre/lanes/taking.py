"""What becomes of each item that a node reports: kept as it came; a passage and an opening become facts of
the crossing too; what somebody must see is an alert. Start at `take`.

Facts have ids derived from the item's own, so that taking it again changes nothing. What a node saw is never
refused for not fitting to what we know: refused is what cannot be read, or lacks what an act must have.
"""

import contextlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db import transaction

from cuakhauso.core import identifiers as ids
from cuakhauso.core.facts import at_a_possible_time
from cuakhauso.core.words import ActorKind, CheckpointKind, Direction

from ..accounts.principal import Principal
from ..crossings import observations
from ..crossings.observations import Opening
from ..crossings.said import Said
from ..shared import store
from ..shared.errors import FieldError, IdReused, Invalid
from ..shared.locks import lock_ids
from ..shared.models import Crossing
from ..watch import matching
from .items import (
    Act,
    ActBody,
    AlarmBody,
    Body,
    ItemIn,
    ItemKind,
    OpenedByIn,
    PassageBody,
    ReadIn,
    WeightIn,
    moment_told,
    read,
)
from .models import Lane, LaneItem, Node, OpeningReason
from .rules import Alert

Point = tuple[CheckpointKind, Direction]
READ_ON_VEHICLES = ("plate", "trailer", "container", "seal")


@dataclass(frozen=True, slots=True)
class Taking:
    """One item on its way in: who reports it, of which lane, which crossing of ours it names."""

    node: Node
    by: Principal
    lane: Lane
    item: UUID
    at: datetime
    crossing: UUID | None

    def said(self, name: str, *, by: Principal | None = None, id: UUID | None = None, note: str = "") -> Said:
        fact = fact_id(id or self.item, name)
        return Said(by=by or self.by, id=fact, occurred_at=self.at, note=note, checkpoint=self.lane.code)

    def point(self, body: Body, direction: Direction | None) -> Point:
        """What the lane was when it happened: the Board may have made another of it before we heard."""
        at = body.checkpoint or CheckpointKind(self.lane.checkpoint)
        return at, direction or Direction(self.lane.direction)

    def person(self, name: str) -> Principal:
        """Who acted at the lane, as the node knows them: it vouches for the name."""
        return replace(self.by, kind=ActorKind.PERSON, id=f"{self.by.id}:{name}"[:80], name=name)


def fact_id(item: UUID, name: str) -> UUID:
    return uuid.uuid5(item, name)


@transaction.atomic
def take(node: Node, lanes: dict[str, Lane], item: ItemIn, *, by: Principal) -> LaneItem | None:
    """The item as it is kept; none where it was taken before. Raises what says why it is refused."""
    lock_ids([item.id])
    known = LaneItem.objects.filter(pk=item.id).first()
    if known is not None:
        if (known.node_id, known.lane_id, known.kind, known.body) != (
            node.pk, item.lane, item.kind, item.body,
        ):  # fmt: skip
            raise IdReused
        return None
    lane = lanes.get(item.lane)
    if lane is None:
        raise Invalid([FieldError("lane", "not_a_choice")])
    form, become = BECOMES[item.kind]
    body = read(form, item.body)
    received = store.now()
    at = at_a_possible_time(moment_told(item, body), received)
    named = body.crossing if _is_ours(body.crossing, node.gate_id) else None
    alert = become(Taking(node, by, lane, item.id, at, named), body)
    return LaneItem.objects.create(
        id=item.id, node=node, lane=lane, at=at, kind=item.kind, body=item.body, received_at=received,
        offset_ms=body.offset_ms, crossing=named, alert=alert or "",
        pictures=[picture.sha256 for picture in body.pictures],
    )  # fmt: skip


def _is_ours(crossing: UUID | None, gate: str) -> bool:
    return crossing is not None and Crossing.objects.filter(pk=crossing, gate=gate).exists()


def _kept(taking: Taking, body: Body) -> Alert | None:
    """Kept, and read by whoever looks into it."""
    return None


def _alarm(taking: Taking, body: AlarmBody) -> Alert | None:
    return Alert.TAILGATE if body.alarm == Alert.TAILGATE else Alert.ALARM


# --- a passage -------------------------------------------------------------------------------------


def _passage(taking: Taking, body: PassageBody) -> Alert | None:
    if taking.crossing is None:
        _looked_for(taking, body)
        return Alert.UNKNOWN_CROSSING if body.crossing else Alert.UNKNOWN_VEHICLE
    try:
        with transaction.atomic():
            irregular = facts_of_passage(taking, taking.crossing, body)
    except Invalid as error:
        if not _is_too_late(error):
            raise
        return Alert.TOO_LATE
    if not irregular:
        return Alert.IRREGULAR if body.irregular else None
    if isinstance(body.opened_by, OpenedByIn):
        act_is_known = LaneItem.objects.filter(pk=body.opened_by.act).exists()
        return None if act_is_known else Alert.OPENED_AGAINST  # one alert for one opening
    return Alert.IRREGULAR if body.irregular else Alert.CONFLICT


def _looked_for(taking: Taking, body: PassageBody) -> None:
    """A vehicle that nobody knows may be one that somebody looks for."""
    for one in body.reads:
        with contextlib.suppress(ids.Invalid):
            if one.subject in ("plate", "trailer") and one.text.strip():
                matching.meet_nobody(taking.node.gate_id, ids.parse_plate(one.text).normalised)
            elif one.subject == "container" and one.text.strip():
                matching.meet_nobody(taking.node.gate_id, ids.parse_container(one.text))


def _is_too_late(error: Invalid) -> bool:
    return any(one.code == "too_long_ago" for one in error.errors)


def facts_of_passage(
    taking: Taking, crossing: UUID, body: PassageBody, *, by: Principal | None = None, besides: str = ""
) -> tuple[str, ...]:
    """What was read and weighed, by whom it was opened, and that it passed; against what, if so. `by` says
    that it was this vehicle, where the lane did not know; `besides` is what else it went against."""
    for index, one in enumerate(body.reads):
        _identify(taking, crossing, index, one)
    if body.weight is not None:
        _weigh(taking, crossing, body.weight, body.ticket)
    if isinstance(body.opened_by, OpenedByIn):
        _open(taking, crossing, body.opened_by, taking.point(body, body.direction))
    said = taking.said("passed", by=by)
    at, way = taking.point(body, body.direction)
    recognised = body.recognised.known() if body.recognised and by is None else None
    story = observations.observe_passage(
        crossing, at, way, body.to, said, besides=(besides,) if besides else (), recognised=recognised
    )
    return next(fact.irregular for fact in story.facts if fact.id == said.id)


def _identify(taking: Taking, crossing: UUID, index: int, one: ReadIn) -> None:
    if one.subject not in READ_ON_VEHICLES or not one.text.strip():
        return
    sure = None if one.confidence is None else round(one.confidence * 100)
    with contextlib.suppress(ids.Invalid):  # nothing is called so; it stays in the item as it was read
        observations.identify(crossing, one.subject, one.text, sure, taking.said(f"read:{index}"))


def _weigh(taking: Taking, crossing: UUID, weight: WeightIn, ticket: str) -> None:
    """Gross weights alone are weights of the vehicle; a frame with a fault is none."""
    if weight.net or weight.fault:
        return
    kg = int(weight.kg.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    observations.weigh(
        crossing, kg, weight.stable, taking.said("weighed"), ticket=(weight.alibi or ticket)[:120]
    )


# --- an act ----------------------------------------------------------------------------------------


def _act(taking: Taking, body: ActBody) -> Alert | None:
    if body.act is not Act.OPEN_AGAINST:
        return None
    _refuse_unfounded(taking.lane, body)
    if taking.crossing is not None:
        opened = OpenedByIn(
            act=taking.item, person=body.person, second=body.second, reason=body.reason, words=body.words
        )
        try:
            with transaction.atomic():
                _open(taking, taking.crossing, opened, taking.point(body, body.direction))
        except Invalid as error:
            if not _is_too_late(error):
                raise
    return Alert.OPENED_AGAINST


def _refuse_unfounded(lane: Lane, body: ActBody) -> None:
    """Opening against objections takes a coded reason, and a second person where the lane said so then."""
    wrong = []
    if not body.reason:
        wrong.append(FieldError("body.reason", "required"))
    elif not OpeningReason.objects.filter(pk=body.reason).exists():
        wrong.append(FieldError("body.reason", "reason_unknown"))
    needs_second = lane.second_person if body.needs_second is None else body.needs_second
    if needs_second and not body.second.strip():
        wrong.append(FieldError("body.second", "second_person_required"))
    elif body.second and body.second.strip().casefold() == body.person.strip().casefold():
        wrong.append(FieldError("body.second", "same_person"))
    if wrong:
        raise Invalid(wrong)


def _open(taking: Taking, crossing: UUID, opened: OpenedByIn, point: Point) -> None:
    """One fact, whether the act or the passage that names it comes first."""
    said = taking.said("opened", by=taking.person(opened.person), id=opened.act, note=opened.words)
    at, way = point
    opening = Opening(at=at, direction=way, reason=opened.reason, second_person=opened.second)
    observations.open_against(crossing, opening, said)


Become = Callable[[Taking, Body], Alert | None]
BECOMES: dict[ItemKind, tuple[type[Body], Become]] = {
    ItemKind.TRANSITION: (Body, _kept),
    ItemKind.COMMAND: (Body, _kept),
    ItemKind.DECISION: (Body, _kept),
    ItemKind.PASSAGE: (PassageBody, _passage),  # type: ignore[dict-item]
    ItemKind.ACT: (ActBody, _act),  # type: ignore[dict-item]
    ItemKind.ALARM: (AlarmBody, _alarm),  # type: ignore[dict-item]
    ItemKind.DEVICE: (Body, _kept),
}


def passage_facts(item: LaneItem) -> UUID:
    """The id of the fact that a passage became."""
    return fact_id(item.pk, "passed")
