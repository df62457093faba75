"""Reads of pictures: where they are, in words why they are no longer, who may see them, what shows them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ..crossings.from_lanes import AtLane, Photo
from ..shared.models import Crossing
from ..web import formats, words
from . import rules
from .items import ItemKind
from .models import LaneItem, Picture
from .moves import moves_of
from .taking import fact_id

OF_VEHICLE = ("plate", "vehicle")


@dataclass(frozen=True, slots=True)
class Album:
    """The pictures that have arrived, of some names."""

    rows: dict[str, Picture]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Album":
        return cls(Picture.objects.in_bulk(set(names)))

    def at_gate(self, gate: str, names: Sequence[str]) -> tuple[Photo, ...]:
        return self._photos(names, "lane-picture", gate)

    def of_crossing(
        self, crossing: UUID, names: Sequence[str], kinds: Mapping[str, str]
    ) -> tuple[Photo, ...]:
        """`kinds`: what each shows, as its camera said."""
        return self._photos(names, "crossing-picture", crossing, kinds)

    def _photos(
        self, names: Sequence[str], route: str, owner: object, kinds: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[Photo, ...]:
        """Each once; of several that went by the same rule on the same day it is said once."""
        found = [
            Photo(words=why)
            if (why := _why_gone(row))
            else Photo(reverse(route, args=[owner, row.pk]), shows=kinds.get(name, ""))
            for name in names
            if (row := self.rows.get(name))
        ]
        return tuple(dict.fromkeys(found))


def _why_gone(row: Picture) -> str:
    if row.deleted_at:
        day = formats.date(row.deleted_at, words.language())
        told = _("Ảnh đã xóa ngày %(day)s theo quy tắc giữ ảnh %(days)s ngày")
        return told % {"day": day, "days": row.deleted_days}
    if row.missing_since:
        day = formats.date(row.missing_since, words.language())
        return _("Mất tệp ảnh, phát hiện ngày %(day)s") % {"day": day}
    return ""


# --- of a crossing ---------------------------------------------------------------------------------


def items_of(crossing: UUID) -> QuerySet[LaneItem]:
    """As the node knew it, or as an officer said later."""
    return LaneItem.objects.filter(Q(crossing=crossing) | Q(attachment__crossing=crossing))


def at_lanes(crossing: UUID, own_only: bool) -> dict[UUID, AtLane]:
    """What lanes kept of each passage of a crossing, by the fact that the passage became. `own_only`: without
    whole scenes, in which other vehicles stand."""
    rows = list(items_of(crossing).filter(kind=ItemKind.PASSAGE).select_related("lane"))
    album = Album.of(sha for row in rows for sha in row.pictures)
    return {
        fact_id(row.pk, "passed"): AtLane(
            album.of_crossing(crossing, _of_vehicle(row) if own_only else row.pictures, _kinds(row)),
            page_of(row),
            () if own_only else moves_of(row),
        )
        for row in rows
    }


def page_of(item: LaneItem) -> str:
    """Where the item stands in the history of its lane."""
    day = item.at.astimezone(formats.HANOI).date().isoformat()
    page = reverse("lane-history", args=[item.lane.gate_id, item.lane_id])
    return f"{page}?day={day}#i-{item.pk}"


def is_of_crossing(sha256: str, crossing: UUID, *, own_only: bool) -> bool:
    rows = items_of(crossing).filter(pictures__contains=[sha256])
    shown = any(sha256 in (_of_vehicle(row) if own_only else row.pictures) for row in rows)
    return shown and _is_here(sha256)


def _of_vehicle(row: LaneItem) -> list[str]:
    """What a camera cut out of this vehicle's own passage; an alarm's picture shows whoever was there."""
    if row.kind != ItemKind.PASSAGE:
        return []
    return [name for name, kind in _kinds(row).items() if kind in OF_VEHICLE]


def _kinds(row: LaneItem) -> dict[str, str]:
    return {one["sha256"]: str(one.get("kind") or "") for one in row.body.get("pictures") or ()}


def is_of_gate(sha256: str, gate: str) -> bool:
    shown = LaneItem.objects.filter(lane__gate=gate, pictures__contains=[sha256])
    return shown.exists() and _is_here(sha256)


def _is_here(sha256: str) -> bool:
    return Picture.objects.filter(pk=sha256, deleted_at=None).exists()


def crossing_of_picture(sha256: str) -> UUID | None:
    """Whose page must be drawn again when this picture arrives."""
    shown = LaneItem.objects.filter(pictures__contains=[sha256]).select_related("attachment").first()
    attached = getattr(shown, "attachment", None)
    return attached.crossing if attached else shown.crossing if shown else None


def shown_by(names: Sequence[str]) -> dict[str, list[rules.Shown]]:
    """What each picture belongs to, and what keeps it for that."""
    items = LaneItem.objects.filter(pictures__overlap=list(names))
    rows = list(items.select_related("acknowledgement", "attachment"))
    whose = {row.pk: row.attachment.crossing if hasattr(row, "attachment") else row.crossing for row in rows}
    vehicles = Crossing.objects.in_bulk([one for one in whose.values() if one])
    found: dict[str, list[rules.Shown]] = defaultdict(list)
    for row in rows:
        vehicle = vehicles.get(whose[row.pk])
        shown = rules.Shown(
            at=row.at, alert_is_open=bool(row.alert) and not hasattr(row, "acknowledgement"),
            crossing_lives=vehicle is not None and vehicle.ended_at is None,
            is_held=vehicle is not None and bool(vehicle.held_by),
        )  # fmt: skip
        for name in set(names) & set(row.pictures):
            found[name].append(shown)
    return dict(found)
