"""Pictures: taken in under their content, kept for as long as the Board says, then deleted; nothing half.

Start at `keep` and `tidy`. A picture goes in two steps, so that no page ever shows a broken one: first its
row says that it is deleted, in one transaction with the audit trail, then its file goes. A file that a crash
left between the two is found by the next `tidy`.
"""

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from cuakhauso.core.facts import PLATFORM

from ..places.models import Gate, Setting
from ..places.reference import setting
from ..shared import audit, pictures, store
from ..shared.errors import FieldError, Invalid
from ..shared.models import AuditEntry
from . import photos, rules
from .actions import REPORTED, announce
from .models import Node, Picture

log = logging.getLogger(__name__)

JPEG = b"\xff\xd8\xff"
DAYS = "picture_days"
AT_ONCE = 200
UNDER_WAY = timedelta(hours=1)  # a file comes before its row: younger ones are not astray yet
NAMED = 20


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "lanes"


def path_of(sha256: str) -> Path:
    return pictures.path_of(folder().name, sha256)


# --- in --------------------------------------------------------------------------------------------


def keep(node: Node, sha256: str, content: bytes) -> Picture:
    """Its name is its content: sent again, it changes nothing. Raises `NoRoom` where the disk is full: the
    node keeps it then, and sends it later."""
    if not content.startswith(JPEG) or hashlib.sha256(content).hexdigest() != sha256:
        raise Invalid([FieldError("sha256", "not_a_picture")])
    with transaction.atomic():
        now = store.now()
        fresh = {"size": len(content), "node": node, "received_at": now}
        _, is_new = Picture.objects.get_or_create(pk=sha256, defaults=fresh)
        made = Picture.objects.select_for_update().get(pk=sha256)  # against `_unlink`
        if not path_of(sha256).exists():
            pictures.write(path_of(sha256), content)
        if made.deleted_at or made.missing_since:
            is_new, made.received_at = True, now
            made.deleted_at = made.deleted_days = made.missing_since = None
            made.save()
        if is_new:
            crossing = photos.crossing_of_picture(sha256)
            announce(REPORTED, node.gate_id, **({"crossing": str(crossing)} if crossing else {}))
    return made


# --- out -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tidied:
    """What one night did: pictures deleted by age; rows without a file, files without a row."""

    deleted: int
    missing: tuple[str, ...]
    astray: tuple[str, ...]


def tidy(at: datetime | None = None) -> Tidied:
    """Deletes what is past its age, then compares rows and files. Done twice, it changes nothing more."""
    now = at or store.now()
    deleted = sum(_delete_old(gate.code, now) for gate in Gate.objects.all())
    missing, astray = _compared(now)
    if missing or astray:
        log.error("pictures: %s rows without a file, %s files without a row", len(missing), len(astray))
    return Tidied(deleted, missing, astray)


def _delete_old(gate: str, now: datetime) -> int:
    """Where nobody has set an age, nothing is deleted."""
    rule = setting(gate, DAYS)
    if rule is None or rule.value < 1:
        return 0
    before = now - timedelta(days=rule.value)
    deleted = 0
    for names in _old(gate, before):
        gone = _mark_deleted(gate, names, before, rule, now)
        _unlink(gone)
        deleted += len(gone)
    return deleted


def _old(gate: str, before: datetime) -> Iterator[list[str]]:
    """The oldest first, some at a time; those that must stay are passed by."""
    rows = Picture.objects.filter(node__gate=gate, deleted_at=None, received_at__lt=before)
    since, last = datetime.min.replace(tzinfo=before.tzinfo), ""
    while True:
        behind = Q(received_at__gt=since) | Q(received_at=since, sha256__gt=last)
        found = list(rows.filter(behind).order_by("received_at", "sha256")[:AT_ONCE])
        if not found:
            return
        yield [one.pk for one in found]
        since, last = found[-1].received_at, found[-1].pk


@transaction.atomic
def _mark_deleted(
    gate: str, names: Sequence[str], before: datetime, rule: Setting, now: datetime
) -> list[str]:
    """In one transaction with the audit trail; locked, so that none is deleted that has just come again."""
    rows = Picture.objects.select_for_update().filter(pk__in=names, deleted_at=None, received_at__lt=before)
    shown_by = photos.shown_by(names)
    gone = [one.pk for one in rows if not rules.must_stay(shown_by.get(one.pk, ()), before)]
    if gone:
        Picture.objects.filter(pk__in=gone).update(deleted_at=now, deleted_days=rule.value)
        audit.record(
            "pictures_deleted", f"gate:{gate}", actor=PLATFORM, days=rule.value, source=rule.source,
            sha256=gone,
        )  # fmt: skip
    return gone


@transaction.atomic
def _unlink(names: Sequence[str]) -> None:
    """The files of rows that say so, and of none that has come again meanwhile."""
    rows = Picture.objects.select_for_update().filter(pk__in=names).exclude(deleted_at=None)
    for row in rows:
        path_of(row.pk).unlink(missing_ok=True)


def last_night(gate: str) -> AuditEntry | None:
    """When pictures of this gate were deleted last."""
    return AuditEntry.objects.filter(subject=f"gate:{gate}", verb="pictures_deleted").order_by("-pk").first()


# --- rows and files --------------------------------------------------------------------------------


def _compared(now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    missing: list[str] = []
    astray: list[str] = []
    for part in (f"{number:02x}" for number in range(256)):
        rows = dict(Picture.objects.filter(pk__startswith=part).values_list("pk", "deleted_at"))
        files = _files(folder() / part)
        _unlink([path.stem for path in files if rows.get(path.stem)])  # what a crash left half deleted
        missing += _newly_missing([name for name, deleted in rows.items() if not deleted], now)
        astray += [path.name for path in files if _is_astray(path, rows, now)]
    if astray:
        audit.record("pictures_astray", "pictures", actor=PLATFORM, count=len(astray), files=astray[:NAMED])
    return tuple(missing), tuple(astray)


def _files(part: Path) -> list[Path]:
    try:
        return list(part.iterdir())
    except FileNotFoundError:
        return []


def _newly_missing(names: Sequence[str], now: datetime) -> list[str]:
    """Rows whose file is gone, told once: the row keeps since when."""
    gone = [name for name in names if not path_of(name).exists()]
    found = Picture.objects.filter(pk__in=gone, deleted_at=None, missing_since=None)
    told = list(found.values_list("pk", flat=True))
    if told:
        Picture.objects.filter(pk__in=told).update(missing_since=now)
        audit.record("pictures_missing", "pictures", actor=PLATFORM, count=len(told), sha256=told[:NAMED])
    return told


def _is_astray(path: Path, rows: Mapping[str, datetime | None], now: datetime) -> bool:
    """A file that no row knows, and that is not just coming. A person must look: after a database was put
    back from a copy these are pictures that nobody may lose. Half a file is nobody's, and goes."""
    with suppress(FileNotFoundError):
        if path.suffix == ".jpg" and path.stem in rows:
            return False
        if now.timestamp() - path.stat().st_mtime < UNDER_WAY.total_seconds():
            return False
        if path.suffix != ".jpg":
            path.unlink()
        return True
    return False
