"""What lane and barrier did for a passage, moment by moment, as the node told it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..crossings.from_lanes import Move
from ..web import lane_words, words
from .items import ItemKind
from .models import LaneItem

BEFORE, AFTER = timedelta(minutes=15), timedelta(minutes=5)
TOLD = (ItemKind.DECISION, ItemKind.TRANSITION)


def moves_of(passage: LaneItem) -> tuple[Move, ...]:
    """The decision, the barrier up, the vehicle under it and past it, the barrier down."""
    near = LaneItem.objects.filter(
        lane=passage.lane_id, node=passage.node_id, kind__in=TOLD,
        at__range=(passage.at - BEFORE, passage.at + AFTER),
    ).order_by("at", "pk")  # fmt: skip
    found = [(item.at, str(item.body.get("why") or "")) for item in _of(passage, list(near))]
    return tuple(Move(at, words.of(lane_words.WHYS, why)) for at, why in _once(found) if why)


def _of(passage: LaneItem, near: list[LaneItem]) -> Iterator[LaneItem]:
    ticket = passage.body.get("ticket")
    before = [item for item in near if item.at <= passage.at]
    decisions = [item for item in before if item.kind == ItemKind.DECISION and _same(item, passage)]
    yield from decisions[-1:]
    yield from (item for item in before if ticket and _ticket(item) == ticket)
    yield passage
    after = (item for item in near if item.at > passage.at and item.body.get("why") == "boom_down")
    yield from list(after)[:1]


def _same(item: LaneItem, passage: LaneItem) -> bool:
    return passage.crossing is not None and item.body.get("crossing") == str(passage.crossing)


def _ticket(item: LaneItem) -> str | None:
    evidence = item.body.get("evidence")
    return evidence.get("ticket") if isinstance(evidence, dict) else None


def _once(found: list[tuple[datetime, str]]) -> Iterator[tuple[datetime, str]]:
    """A decision and the way that the lane went after it say the same."""
    last = ""
    for at, why in found:
        if why != last:
            yield at, why
        last = why
