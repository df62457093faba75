"""One push as a file of the spool: its name, how it is written whole or not at all, and read again."""

import json
import os
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import IO, Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAME = re.compile(r"(\d{20}-[0-9a-f]{8})\.(\d{1,4})")


class Limit(StrEnum):
    """Why a push cannot be kept."""

    TOO_LARGE = "too_large"
    SPOOL_FULL = "spool_full"
    DISK_FULL = "disk_full"
    DISK_FAILS = "disk_fails"


class Full(Exception):
    """A push cannot be kept, and must not be answered as if it were."""

    def __init__(self, code: Limit, told: str) -> None:
        super().__init__(told)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A push that waits. `key` orders by receipt; `tries` is how often it was taken up without success;
    `size` is that of its file."""

    key: str
    received_at: datetime
    tries: int
    size: int

    @property
    def name(self) -> str:
        return f"{self.key}.{self.tries}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """A push as it came."""

    source: str
    content_type: str
    received_at: datetime
    body: bytes = field(repr=False)


def key_of(received_at: datetime) -> str:
    return f"{(received_at - EPOCH) // timedelta(microseconds=1):020d}-{secrets.token_hex(4)}"


def entry_of(path: Path) -> Entry | None:
    """None for a file that is no push of ours."""
    if not (found := NAME.fullmatch(path.name)):
        return None
    try:
        received_at = EPOCH + timedelta(microseconds=int(found[1].partition("-")[0]))
    except OverflowError:
        return None
    return Entry(key=found[1], received_at=received_at, tries=int(found[2]), size=path.stat().st_size)


def pushed_of(content: bytes) -> Pushed | None:
    """None if that is not what was written."""
    head, _, body = content.partition(b"\n")
    try:
        told = json.loads(head)
        return Pushed(
            source=told["source"],
            content_type=told["content_type"],
            received_at=datetime.fromisoformat(told["received_at"]),
            body=body,
        )
    except (ValueError, KeyError, TypeError):
        return None


def sync_folder(folder: Path) -> None:
    """Names are on disk only once their folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Room(Protocol):
    """What a push needs of its spool: `reserve` raises `Full`."""

    def reserve(self, size: int, body: int) -> None: ...
    def release(self, size: int) -> None: ...
    def refusal(self, code: Limit, told: str) -> Full: ...
    def keep(self, entry: Entry) -> None: ...


class Incoming:
    """One push on its way to disk. It counts only once `commit` has returned; until then `abort` leaves
    nothing. A lock, because a body that takes too long is aborted while a thread may still be writing."""

    def __init__(self, folder: Path, room: Room, *, source: str, content_type: str, at: datetime) -> None:
        self._room, self._at, self._key = room, at, key_of(at)
        self._folder, self._part = folder, folder / f"{self._key}.part"
        self._lock = threading.Lock()
        self._size = self._body = 0
        self._file: IO[bytes] | None = None
        head = {"source": source, "content_type": content_type, "received_at": at.isoformat()}
        self._all_or_nothing(lambda: self._begin(json.dumps(head).encode() + b"\n"))

    def write(self, data: bytes) -> None:
        """Raises `Full`."""
        with self._lock:
            self._all_or_nothing(lambda: self._add(data))

    def commit(self, rest: bytes = b"") -> Entry:
        """On disk, come what may, `rest` with it. Raises `Full`."""
        with self._lock:
            if rest:
                self._all_or_nothing(lambda: self._add(rest))
            entry = Entry(key=self._key, received_at=self._at, tries=0, size=self._size)
            self._all_or_nothing(lambda: self._settle(entry))
            self._file, self._size = None, 0
            self._room.keep(entry)
            return entry

    def abort(self) -> None:
        """After `commit` it changes nothing."""
        with self._lock:
            self._undo()

    def _begin(self, head: bytes) -> None:
        self._reserve(len(head))
        self._file = self._part.open("xb")
        self._file.write(head)

    def _add(self, data: bytes) -> None:
        self._body += len(data)
        self._reserve(len(data))
        self._open_file().write(data)

    def _settle(self, entry: Entry) -> None:
        file = self._open_file()
        file.flush()
        os.fsync(file.fileno())
        file.close()
        self._part.rename(self._folder / entry.name)
        sync_folder(self._folder)

    def _open_file(self) -> IO[bytes]:
        if self._file is None:
            raise ValueError("this push is over")
        return self._file

    def _reserve(self, size: int) -> None:
        self._room.reserve(size, self._body)
        self._size += size

    def _all_or_nothing(self, act: Callable[[], None]) -> None:
        try:
            act()
        except OSError as error:
            self._undo()
            raise self._room.refusal(Limit.DISK_FAILS, f"the disk: {error}") from error
        except Full:
            self._undo()
            raise

    def _undo(self) -> None:
        if self._size == 0:
            return
        for leave in (self._close, self._part.unlink, (self._folder / f"{self._key}.0").unlink):
            try:
                leave()
            except OSError:
                continue  # what stays is half-written, and removed at the next start
        self._room.release(self._size)
        self._file, self._size = None, 0

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
