"""Pictures on the disk, named by their content; and what a person sends as a photo, made into one.

Whatever is sent is decoded within bounds and written anew: nothing of the file itself is kept, no EXIF, no
place where it was taken; only the time, and the side that was up.
"""

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import ExifTags, Image, ImageOps

from .errors import FieldError, Invalid, NoRoom

LEAVE_FREE = 512 * 1024**2  # the database may live on the same disk: pictures are not what fills it
DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT)
MOST_BYTES = 20_000_000
MOST_PIXELS = 80_000_000  # a telephone's largest; a bomb's are thousands of millions
LONGEST = 2000  # pixels of the longer side that are kept: a number plate at the end of a lorry is readable
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")


def path_of(folder: str, sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / folder / sha256[:2] / f"{sha256}.jpg"


def write(path: Path, content: bytes) -> None:
    """Whole, or not at all. Raises `NoRoom` where the disk is full."""
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(path.parent).free < LEAVE_FREE + len(content):
            raise NoRoom
        draft.write_bytes(content)
        os.replace(draft, path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        if error.errno in DISK_IS_FULL:
            raise NoRoom from error
        raise


# --- what a person sends ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """A photo as it is kept. `at` is when it was taken, by the device's clock, where it says so."""

    content: bytes
    at: datetime | None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def taken(content: bytes, name: str = "") -> Taken:
    """Raises `Invalid` for what is no photo, or larger than one can be; `name` tells which of several."""
    told = {"name": name or "?"}
    if len(content) > MOST_BYTES:
        raise Invalid([FieldError("photos", "photo_too_large", {**told, "limit": MOST_BYTES // 1_000_000})])
    with opened(content, "photos", name, most_pixels=MOST_PIXELS) as sent:
        return Taken(_anew(sent), _taken_at(sent))


@contextmanager
def opened(content: bytes, field: str, name: str = "", *, most_pixels: int) -> Iterator[Image.Image]:
    """What somebody sent, to be decoded inside. Raises `Invalid` at `field` for what is no picture, also
    where that shows only then, and for more pixels than are looked at."""
    told = {"name": name or "?"}
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as sent:
            if sent.width * sent.height > most_pixels:
                raise Invalid([FieldError(field, "photo_too_many_pixels", told)])
            yield sent
    except Invalid:
        raise
    except Exception as error:  # a damaged or hostile file makes decoders raise anything
        raise Invalid([FieldError(field, "not_a_photo", told)]) from error


def _anew(sent: Image.Image) -> bytes:
    sent.draft("RGB", (LONGEST, LONGEST))
    upright = ImageOps.exif_transpose(sent).convert("RGB")
    upright.thumbnail((LONGEST, LONGEST))
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    written = BytesIO()
    plain.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()


def _taken_at(sent: Image.Image) -> datetime | None:
    """(A) A device that names no time zone has Hanoi's."""
    told = sent.getexif().get_ifd(ExifTags.IFD.Exif)
    text = f"{told.get(ExifTags.Base.DateTimeOriginal, '')}".strip("\x00 ")
    zone = f"{told.get(ExifTags.Base.OffsetTimeOriginal, '')}".strip("\x00 ") or "+07:00"
    with suppress(ValueError):
        return datetime.strptime(text + zone, "%Y:%m:%d %H:%M:%S%z").astimezone(UTC)
    return None
