"""Photos that officers take as evidence on what they say: kept by vehicle, shown with the fact, then deleted.

A photo comes before its fact: `keep` takes it in, the act then names it (`Said.photos`). Photos whose act was
refused belong to no fact, and go the next night with those that are too old.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from cuakhauso.core.facts import PLATFORM, Fact

from ..places.models import Gate, Setting
from ..places.reference import setting
from ..shared import audit, pictures, store
from ..shared.errors import FieldError, Invalid
from ..shared.locks import lock_work
from ..shared.models import Crossing
from ..web import formats, words
from .from_lanes import Photo as Shown
from .models import Photo

FOLDER = "officers"
DAYS = "picture_days"  # the rule by which pictures of lanes go too
MOST = 6
TO_BE_NAMED = timedelta(hours=1)
AT_ONCE = 200


# --- in --------------------------------------------------------------------------------------------


def keep(crossing: UUID, sent: Sequence[tuple[str, bytes]]) -> tuple[str, ...]:
    """Each by its name and content. None is kept unless all are photos; told of all that are not."""
    if len(sent) > MOST:
        raise Invalid([FieldError("photos", "too_many_photos", {"limit": MOST})])
    found, wrong = [], []
    for name, content in sent:
        try:
            found.append(pictures.taken(content, name))
        except Invalid as error:
            wrong += error.errors
    if wrong:
        raise Invalid(wrong)
    return tuple(_kept(crossing, photo) for photo in found)


@transaction.atomic
def _kept(crossing: UUID, photo: pictures.Taken) -> str:
    """Sent again, it changes nothing."""
    lock_work(f"photo:{photo.sha256}")  # against `_unlink`
    path = pictures.path_of(FOLDER, photo.sha256)
    if not path.exists():
        pictures.write(path, photo.content)
    fresh = {"size": len(photo.content), "taken_at": photo.at, "received_at": store.now(), "deleted_at": None}
    Photo.objects.update_or_create(crossing=crossing, sha256=photo.sha256, defaults=fresh)
    return photo.sha256


def name(crossing: UUID, photos: Sequence[str]) -> None:
    """An act names photos that were taken in for its vehicle, and no others: now they belong to it."""
    if photos:
        known = Photo.objects.filter(crossing=crossing, sha256__in=photos, deleted_at=None)
        if known.update(named=True) != len(set(photos)):
            raise Invalid([FieldError("photos", "photo_unknown")])


# --- out -------------------------------------------------------------------------------------------


def shown(crossing: UUID, facts: Iterable[Fact]) -> dict[UUID, tuple[Shown, ...]]:
    """By fact: where each photo is, or in words why it is no longer."""
    named = {fact.id: fact.photos for fact in facts if fact.photos}
    rows = {row.sha256: row for row in Photo.objects.filter(crossing=crossing)} if named else {}
    return {
        fact: tuple(_shown(crossing, rows[sha]) for sha in photos if sha in rows)
        for fact, photos in named.items()
    }


def _shown(crossing: UUID, row: Photo) -> Shown:
    if row.deleted_at is None:
        return Shown(reverse("officers-photo", args=[crossing, row.sha256]))
    told = {"day": formats.date(row.deleted_at, words.language()), "days": row.deleted_days}
    return Shown(words=_("Ảnh đã xóa ngày %(day)s theo quy tắc giữ ảnh %(days)s ngày") % told)


def content_of(crossing: UUID, sha256: str) -> bytes | None:
    """None where there is no such photo any more."""
    row = Photo.objects.filter(crossing=crossing, sha256=sha256, deleted_at=None).first()
    path = pictures.path_of(FOLDER, sha256)
    return path.read_bytes() if row and path.exists() else None


# --- kept for as long as the Board says ------------------------------------------------------------


def tidy(at: datetime | None = None) -> int:
    """How many went: those past their age whose vehicle is gone and not held, and those of no fact."""
    now = at or store.now()
    return _tidy_unnamed(now) + sum(_tidy_gate(gate.code, now) for gate in Gate.objects.all())


def _tidy_gate(gate: str, now: datetime) -> int:
    """Where nobody has set an age, nothing is deleted."""
    rule, count = setting(gate, DAYS), 0
    while rule is not None and rule.value > 0 and (some := _delete_some(gate, rule, now)):
        count += some
    return count


def _delete_some(gate: str, rule: Setting, now: datetime) -> int:
    gone = Crossing.objects.filter(gate=gate, held_by=[]).exclude(ended_at=None).values("pk")
    old = Photo.objects.filter(received_at__lt=now - timedelta(days=rule.value), deleted_at=None)
    rows = list(old.filter(crossing__in=gone).order_by("received_at")[:AT_ONCE])
    with transaction.atomic():
        Photo.objects.filter(pk__in=[row.pk for row in rows]).update(deleted_at=now, deleted_days=rule.value)
        if rows:
            audit.record(
                "photos_deleted", f"gate:{gate}", actor=PLATFORM, days=rule.value, source=rule.source,
                sha256=[row.sha256 for row in rows],
            )  # fmt: skip
    _unlink(row.sha256 for row in rows)
    return len(rows)


def _tidy_unnamed(now: datetime) -> int:
    """Of acts that were refused, or never came."""
    rows = list(Photo.objects.filter(named=False, received_at__lt=now - TO_BE_NAMED)[:AT_ONCE])
    Photo.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _unlink(row.sha256 for row in rows)
    return len(rows)


@transaction.atomic
def _unlink(names: Iterable[str]) -> None:
    for sha256 in sorted(set(names)):
        lock_work(f"photo:{sha256}")
        if not Photo.objects.filter(sha256=sha256, deleted_at=None).exists():
            pictures.path_of(FOLDER, sha256).unlink(missing_ok=True)
