"""What happened to a vehicle, newest first: each fact in words, with its pictures by lanes and officers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from cuakhauso.core import facts as f
from cuakhauso.core.behalf import for_whom
from cuakhauso.core.facts import Fact
from cuakhauso.core.words import ActorKind

from ..declarations import correcting_told
from ..web import telling, words
from ..web.recognition_telling import recognised
from . import evidence, from_lanes
from .from_lanes import AtLane, Photo
from .identity import Identity
from .queries import Whole
from .short import lowered, short_name


@dataclass(frozen=True, slots=True)
class Happened:
    id: UUID
    occurred: datetime
    recorded: datetime
    words: str
    source: str
    by: str
    tone: str
    at_lane: AtLane | None = None
    photos: tuple[Photo, ...] = ()


def happened(whole: Whole) -> list[Happened]:
    """Newest first; what was taken back stays, and says so."""
    void = f.voided(whole.facts)
    by_id = {fact.id: fact for fact in whole.facts}
    at_lanes = from_lanes.told().at_lanes(whole.crossing.pk, False)
    whose = whole.crossing.declarant
    shown = [_happened(fact, fact.id in void, by_id, whose) for fact in f.in_order(whole.facts)]
    photos = evidence.shown(whole.crossing.pk, whole.facts)
    return [
        replace(one, at_lane=at_lanes.get(one.id), photos=photos.get(one.id, ())) for one in reversed(shown)
    ]


def _happened(fact: Fact, is_void: bool, by_id: dict[UUID, Fact], declarant: str) -> Happened:
    said = telling.fact_told(fact)
    text = said.words
    if fact.undoes in by_id:
        text = f"{text}: {lowered(telling.fact_told(by_id[fact.undoes]).words)}"
    if isinstance(fact.data, f.Passed) and (known_by := recognised(fact.data.recognised)):
        text = f"{text} · {known_by}"
    if more := correcting_told.detail(fact.data):
        text = f"{text}: {more}"
    if fact.note:
        text = f"{text} “{fact.note}”"
    if is_void:
        text = f"{text} ({_('đã hoàn tác')})"
    if fact.irregular:
        text = f"{text} · {_('Trái quy định')}"
    tone = "none" if is_void else {"held": "held", "refused": "held", "irregular": "irr"}.get(said.look, "")
    return Happened(
        fact.id, fact.occurred_at, fact.recorded_at, text, words.of(words.SOURCES, fact.source),
        _by(fact, declarant), tone,
    )  # fmt: skip


UNNAMED = (f.Identified, f.Weighed, f.Arrived, f.Passed, f.Paid, f.Declared, f.Transshipped)


def _by(fact: Fact, declarant: str) -> str:
    """Who said it: the name, shortened; and the agency where the words do not say it."""
    if fact.actor.kind is ActorKind.PLATFORM:
        return ""
    agency = words.of(words.SHORT_AGENCIES, fact.actor.agency) if fact.actor.agency else ""
    shown = agency if isinstance(fact.data, UNNAMED) else ""
    helped = _("khai hộ") if for_whom(fact, declarant) else ""
    return " · ".join(part for part in (shown, short_name(fact.actor.name), helped) if part)


# What a picture shows, by what was read of it; the nearer one first.
SHOWN_BY = {
    "plate": ("plate", "vehicle", "scene"),
    "trailer": ("vehicle", "scene"),
    "container": ("vehicle", "scene"),
}


def seen(identities: Sequence[Identity], told: Sequence[Happened]) -> list[Identity]:
    """Beside what was read, the latest picture that a lane has of it."""
    lanes = [one.at_lane for one in told if one.at_lane]
    photos = [photo for lane in lanes for photo in lane.photos if photo.url]
    return [replace(one, photo=_nearest(one.subject, photos)) for one in identities]


def _nearest(subject: str, photos: Sequence[from_lanes.Photo]) -> str:
    wanted = SHOWN_BY.get(subject, ())
    return next((photo.url for kind in wanted for photo in photos if photo.shows == kind), "")
