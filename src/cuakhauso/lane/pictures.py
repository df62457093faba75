"""The node's pictures: JPEGs in a folder, each under the SHA-256 of its content.

A picture that is half written does not exist, one that was damaged since is reported and never given out.
`tidy` removes the oldest, by age and by size, and nothing that is still unsent.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from .jpeg import is_jpeg

NAME = re.compile(r"[0-9a-f]{64}")
HALF = ".half"
ABANDONED = timedelta(hours=1)  # what a crash left half written
FRESH = timedelta(minutes=10)  # too new to be known as unsent: whoever put it may still be writing that down


class PictureError(Exception):
    """`code` is stable and told in words."""

    code = "picture_error"


class NoPicture(PictureError):
    """What was given to keep is no JPEG, or larger than any camera's."""

    code = "picture_not_jpeg"


class NotKept(PictureError):
    """The disk is full or broken."""

    code = "picture_not_kept"


class Missing(PictureError):
    """Never kept here, or removed since."""

    code = "picture_missing"


class Damaged(PictureError):
    """The file is not any more what it is called."""

    code = "picture_damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    age: timedelta = timedelta(days=30)
    size: int = 20 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    name: str
    at: datetime
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """`left` is what remains in bytes; above the limit only where all of it is unsent."""

    removed: tuple[str, ...]
    left: int


def name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Pictures:
    """Blocking: call it from a thread. `durable` waits for the disk, so that a power cut loses nothing."""

    def __init__(self, folder: Path, *, limits: Limits | None = None, durable: bool = True) -> None:
        self.folder, self.limits, self.durable = folder, limits or Limits(), durable
        self._lock = Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes) -> str:
        """The name to ask for it by. Putting it again mends it, and keeps it for longer. Raises `NoPicture`,
        `NotKept`."""
        if not is_jpeg(content):
            raise NoPicture(f"{len(content)} bytes that are no JPEG")
        name = name_of(content)
        try:
            self._write(self._path(name), content)
        except OSError as error:
            raise NotKept(name) from error
        return name

    def get(self, name: str) -> bytes:
        """Raises `Missing` or `Damaged`."""
        if not NAME.fullmatch(name):
            raise Missing(name)
        try:
            content = self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise Missing(name) from error
        except OSError as error:  # a disk that is failing
            raise Damaged(name) from error
        if name_of(content) != name:
            raise Damaged(name)
        return content

    def __contains__(self, name: str) -> bool:
        return bool(NAME.fullmatch(name)) and self._path(name).exists()

    def all(self) -> Iterator[Kept]:
        for path in self.folder.glob("??/*.jpg"):
            with suppress(FileNotFoundError):  # removed since the folder was listed
                yield Kept(name=path.stem, at=kept_at(path), size=path.stat().st_size)

    def tidy(self, keep: Collection[str], now: datetime) -> Tidied:
        """`keep` names what is still unsent: it stays, however old and large."""
        kept = list(self.all())
        gone = [one for one in too_many(kept, keep, now, self.limits) if self._remove(one)]
        self._remove_halves(now)
        left = sum(one.size for one in kept) - sum(one.size for one in gone)
        return Tidied(removed=tuple(one.name for one in gone), left=left)

    def _remove(self, one: Kept) -> bool:
        """Not if it was put again since we looked."""
        path = self._path(one.name)
        with self._lock:
            if not path.exists() or kept_at(path) != one.at:
                return False
            path.unlink()
            return True

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name}.jpg"

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(exist_ok=True)
        handle, half = tempfile.mkstemp(dir=path.parent, suffix=HALF)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                if self.durable:
                    file.flush()
                    os.fsync(file.fileno())
            with self._lock:
                os.replace(half, path)
        except BaseException:
            Path(half).unlink(missing_ok=True)
            raise
        if self.durable:
            sync_folder(path.parent)
            sync_folder(self.folder)

    def _remove_halves(self, now: datetime) -> None:
        for path in self.folder.glob(f"??/*{HALF}"):
            with suppress(FileNotFoundError):
                if now - kept_at(path) > ABANDONED:
                    path.unlink()


def kept_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def sync_folder(folder: Path) -> None:
    """A new name is on the disk only once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def too_many(kept: Iterable[Kept], keep: Collection[str], now: datetime, limits: Limits) -> list[Kept]:
    """What has to go, oldest first: what is too old, and as much as is too large. Pure."""
    kept = sorted(kept, key=lambda one: (one.at, one.name))
    unsent = frozenset(keep)
    left = sum(one.size for one in kept)
    gone = []
    for one in kept:
        age = now - one.at
        if one.name not in unsent and age > FRESH and (age > limits.age or left > limits.size):
            gone.append(one)
            left -= one.size
    return gone
