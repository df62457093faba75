"""What cameras pushed, on disk before they are answered: many of them never send a second time.

One file a push: a line of JSON (source, content type, when), then the body byte for byte. It is written
beside, synced, renamed, and the folder synced; so a file is whole or does not count. Names begin with the
moment of receipt, and that is the order in which pushes are taken up, whatever the files' own times say. A
name ends with how often somebody tried to make sense of the push: what ends the process each time is set
apart too.

    waiting/<microseconds>-<random>.<tries>       waiting/<…>.part     half-written: removed at start
    quarantine/<microseconds>-<random>, <…>.why   remembered           what was handed on

Start at `open`, `oldest`, `done`. Methods block: call them in a thread. They may be called from several.
"""

import bisect
import json
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from .kept import Entry, Full, Incoming, Limit, Pushed, entry_of, pushed_of, sync_folder
from .remembered import Remembered

MiB = 1024 * 1024


class Apart(StrEnum):
    """Why a push was set apart."""

    GARBLED = "garbled"
    TOO_OLD = "too_old"
    DAMAGED = "damaged"
    UNKNOWN_SOURCE = "unknown_source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bytes and times. `oldest`: a push that waited longer is set apart, as it says nothing of a lane now.
    `quarantine`: beyond it the oldest there are removed. `remembered`, `remember_for`: the window in which a
    push sent twice is recognised."""

    largest: int = 16 * MiB
    total: int = 2048 * MiB
    free: int = 512 * MiB
    oldest: timedelta = timedelta(hours=24)
    tries: int = 3
    quarantine: int = 256 * MiB
    remembered: int = 5000
    remember_for: timedelta = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What people see of a spool. `survived`: pushes that a start found waiting; `cleaned`: halves that it
    removed; `refused`, `set_apart`: since then, by code; `troubles`: what the disk failed at afterwards."""

    depth: int
    size: int
    oldest: datetime | None
    quarantined: int
    survived: int
    cleaned: int
    refused: dict[str, int]
    set_apart: dict[str, int]
    troubles: int


class Spool:
    def __init__(
        self, folder: Path, limits: Limits | None = None, *, now: Callable[[], datetime] | None = None
    ) -> None:
        self.limits = limits or Limits()
        self.now = now or (lambda: datetime.now(UTC))
        self._folder, self._quarantine = folder / "waiting", folder / "quarantine"
        for each in (self._folder, self._quarantine):
            each.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._cleaned = self._clean()
        found = (entry_of(path) for path in self._folder.iterdir())
        self._waiting = sorted((entry for entry in found if entry), key=_key)
        self._size = sum(entry.size for entry in self._waiting)
        self._survived = len(self._waiting)
        self._refused: Counter[str] = Counter()
        self._set_apart: Counter[str] = Counter()
        self._troubles = 0
        self._remembered = Remembered(folder / "remembered", self.limits.remembered, self.limits.remember_for)

    # --- a push comes in -------------------------------------------------------------------------

    def open(self, source: str, content_type: str, declared: int = 0) -> Incoming:
        """A place for one push, whose body may be said to be `declared` bytes long. Raises `Full`."""
        self._check_size(declared)
        return Incoming(self._folder, self, source=source, content_type=content_type, at=self.now())

    def reserve(self, size: int, body: int) -> None:
        """Room for `size` more bytes, of a push whose body then has `body`. Raises `Full`."""
        self._check_size(body)
        with self._lock:
            if self._size + size > self.limits.total:
                raise self.refusal(Limit.SPOOL_FULL, f"{self._size} bytes wait already")
            if shutil.disk_usage(self._folder).free < self.limits.free:
                raise self.refusal(Limit.DISK_FULL, f"less than {self.limits.free} bytes are free")
            self._size += size

    def release(self, size: int) -> None:
        with self._lock:
            self._size -= size

    def refusal(self, code: Limit, told: str) -> Full:
        with self._lock:
            self._refused[code] += 1
        return Full(code, told)

    def keep(self, entry: Entry) -> None:
        with self._lock:
            bisect.insort(self._waiting, entry, key=_key)

    def _check_size(self, body: int) -> None:
        if body > self.limits.largest:
            raise self.refusal(Limit.TOO_LARGE, f"more than {self.limits.largest} bytes")

    # --- and is taken up again -------------------------------------------------------------------

    def oldest(self) -> Entry | None:
        with self._lock:
            return self._waiting[0] if self._waiting else None

    def is_too_old(self, entry: Entry) -> bool:
        return self.now() - entry.received_at > self.limits.oldest

    def load(self, entry: Entry) -> Pushed | None:
        """None if its file is not what was written. Raises `OSError`."""
        return pushed_of((self._folder / entry.name).read_bytes())

    def tried(self, entry: Entry, tries: int) -> Entry:
        """Written down before the try, so that one that ends the process counts. Raises `OSError`."""
        changed = replace(entry, tries=tries)
        with self._lock:
            (self._folder / entry.name).rename(self._folder / changed.name)
            self._waiting[self._waiting.index(entry)] = changed
        return changed

    def is_known(self, source: str, maker_id: str) -> bool:
        """Was that handed on already? What has no id is never known."""
        return bool(maker_id) and (source, maker_id) in self._remembered

    def done(self, entry: Entry, handed_on: Iterable[tuple[str, str]] = ()) -> None:
        """Handed on. Source and id of each read are remembered first, so that a crash in between hands on
        nothing twice that has an id."""
        keys = [(source, maker_id) for source, maker_id in handed_on if maker_id]
        with self._lock:
            if keys:
                self._despite_trouble(lambda: self._remembered.add(keys, self.now()))
            self._forget(entry)
            self._despite_trouble((self._folder / entry.name).unlink)
            self._despite_trouble(lambda: sync_folder(self._folder))

    def set_apart(self, entry: Entry, why: Apart, told: str) -> None:
        """To the quarantine, with the reason beside it."""
        reason = {"why": why, "told": told[:1000], "tries": entry.tries, "at": self.now().isoformat()}
        note = self._quarantine / f"{entry.key}.why"
        with self._lock:
            self._set_apart[why] += 1
            self._forget(entry)
            self._despite_trouble(lambda: note.write_text(json.dumps(reason) + "\n"))
            self._despite_trouble(lambda: (self._folder / entry.name).rename(self._quarantine / entry.key))
            self._despite_trouble(self._bound_quarantine)

    def _forget(self, entry: Entry) -> None:
        self._waiting.remove(entry)
        self._size -= entry.size

    def _despite_trouble(self, act: Callable[[], object]) -> None:
        """A disk that fails here must not stop the lane: the push was handed on. It is counted and seen."""
        try:
            act()
        except OSError:
            self._troubles += 1

    def _bound_quarantine(self) -> None:
        kept = self.quarantined()
        size = sum(path.stat().st_size for path in kept)
        for path in kept:
            if size <= self.limits.quarantine:
                return
            size -= path.stat().st_size
            path.unlink()
            path.with_name(f"{path.name}.why").unlink(missing_ok=True)

    # --- and is looked at ------------------------------------------------------------------------

    def quarantined(self) -> list[Path]:
        """Oldest first. Beside each stands why, in a file of its name and `.why`."""
        return sorted(path for path in self._quarantine.iterdir() if path.suffix != ".why")

    def status(self) -> Status:
        with self._lock:
            return Status(
                depth=len(self._waiting),
                size=self._size,
                oldest=self._waiting[0].received_at if self._waiting else None,
                quarantined=len(self.quarantined()),
                survived=self._survived,
                cleaned=self._cleaned,
                refused=dict(self._refused),
                set_apart=dict(self._set_apart),
                troubles=self._troubles,
            )

    def _clean(self) -> int:
        halves = list(self._folder.glob("*.part"))
        for path in halves:
            path.unlink()
        return len(halves)


def _key(entry: Entry) -> str:
    return entry.key
