"""What a node remembers on its own disk: SQLite in WAL mode, each step one transaction, kept before acts.

Items wait here until the centre has them; answers and tickets are here for the next start. A process that is
killed, or a power cut, between any two instructions leaves either the whole step or nothing of it.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from cuakhauso.core.answer import Signed
from cuakhauso.core.words import CheckpointKind, Direction

from .accuracy import Count
from .words import Ticket

MOST_ITEMS_A_BATCH = 500
Where = tuple[CheckpointKind, Direction]

SCHEMA = """
CREATE TABLE IF NOT EXISTS item (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, lane TEXT NOT NULL, at TEXT NOT NULL,
    kind TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
    why TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS item_waiting ON item (n) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS item_owing ON item (n) WHERE state = 'owing';
CREATE TABLE IF NOT EXISTS ticket (lane TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS used (
    checkpoint TEXT, direction TEXT, crossing TEXT, facts INTEGER NOT NULL,
    PRIMARY KEY (checkpoint, direction, crossing)
);
CREATE TABLE IF NOT EXISTS answer (
    checkpoint TEXT, direction TEXT, crossing TEXT, signed TEXT NOT NULL,
    PRIMARY KEY (checkpoint, direction, crossing)
);
CREATE TABLE IF NOT EXISTS tally (
    lane TEXT, source TEXT, subject TEXT, hour TEXT, counts TEXT NOT NULL,
    PRIMARY KEY (lane, source, subject, hour)
);
CREATE TABLE IF NOT EXISTS known (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class JournalFault(Exception):
    """The disk is full or broken: nothing was written, and nothing may be done on it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to tell the centre, as docs/lane-protocol.md has it."""

    id: UUID
    lane: str
    at: datetime
    kind: str
    body: dict[str, Any]


def plain(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()


class Journal:
    """One file, and beside it one that says that there is a journal. Used from one thread. `lost` names the
    file that was put aside because it was damaged, or the one that is gone: what stood in it is not known."""

    def __init__(self, path: Path) -> None:
        """Raises `JournalFault` where the disk gives no journal at all."""
        begun = path.with_name(f"{path.name}.begun")
        self.path, self.lost = path, path.name if begun.exists() and not path.exists() else ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if (opened := _opened(path)) is None:
                self.lost = _put_aside(path)
                opened = _opened(path)
            begun.touch()
        except (sqlite3.Error, OSError) as error:
            raise JournalFault(f"{path}: {error}") from error
        if opened is None:
            raise JournalFault(f"{path}: it is damaged as soon as it is made")
        self._db = opened

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def step(self) -> Iterator["Journal"]:
        """All that is written inside is on disk when this ends, or none of it. Raises `JournalFault`."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield self
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._undo()
            raise JournalFault(str(error)) from error
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """Raises `JournalFault`."""
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise JournalFault(str(error)) from error

    # Items.

    def write(self, items: Iterable[Item]) -> None:
        rows = [(str(i.id), i.lane, i.at.isoformat(), i.kind, plain(i.body)) for i in items]
        self._db.executemany(
            "INSERT OR IGNORE INTO item (id, lane, at, kind, body) VALUES (?, ?, ?, ?, ?)", rows
        )

    def waiting(self, most: int = MOST_ITEMS_A_BATCH) -> list[Item]:
        """The oldest that the centre does not have yet."""
        found = self._rows(
            "SELECT id, lane, at, kind, body FROM item WHERE state = 'waiting' ORDER BY n LIMIT ?", [most]
        )
        return [_item(row) for row in found]

    def owing(self, most: int = MOST_ITEMS_A_BATCH) -> list[Item]:
        """The oldest that the centre has, but not all of their pictures: it had no room."""
        found = self._rows(
            "SELECT id, lane, at, kind, body FROM item WHERE state = 'owing' ORDER BY n LIMIT ?", [most]
        )
        return [_item(row) for row in found]

    def recent(self, lane: str, kinds: Sequence[str], most: int = 20) -> list[Item]:
        """For the booth's page, newest first."""
        marks = ",".join("?" * len(kinds))
        found = self._rows(
            f"SELECT id, lane, at, kind, body FROM item WHERE lane = ? AND kind IN ({marks})"  # noqa: S608
            " ORDER BY n DESC LIMIT ?",
            [lane, *kinds, most],
        )
        return [_item(row) for row in found]

    def depth(self) -> tuple[int, datetime | None]:
        """How many wait, and since when the oldest."""
        [(count, oldest)] = self._rows(
            "SELECT count(*), min(at) FROM item WHERE state IN ('waiting', 'owing')"
        )
        return count, datetime.fromisoformat(oldest) if oldest else None

    def settle(
        self, accepted: Iterable[UUID], refused: Iterable[tuple[UUID, str]] = (), owing: Iterable[UUID] = ()
    ) -> None:
        self._db.executemany("UPDATE item SET state = 'owing' WHERE id = ?", [(str(one),) for one in owing])
        self._db.executemany(
            "UPDATE item SET state = 'accepted' WHERE id = ?", [(str(one),) for one in accepted]
        )
        self._db.executemany(
            "UPDATE item SET state = 'refused', why = ? WHERE id = ?", [(w, str(one)) for one, w in refused]
        )

    def forget(self, before: datetime) -> int:
        """Accepted items that are older; what waits or was refused stays."""
        return self._db.execute(
            "DELETE FROM item WHERE state = 'accepted' AND at < ?", [before.isoformat()]
        ).rowcount

    # Tickets: at most one a lane, and what each crossing has used.

    def keep_ticket(self, lane: str, ticket: Ticket | None) -> None:
        if ticket is None:
            self._db.execute("DELETE FROM ticket WHERE lane = ?", [lane])
        else:
            self._db.execute("REPLACE INTO ticket VALUES (?, ?)", [lane, plain(ticket)])

    def ticket(self, lane: str) -> Ticket | None:
        rows = self._rows("SELECT body FROM ticket WHERE lane = ?", [lane])
        return msgspec.json.decode(rows[0][0], type=Ticket) if rows else None

    def use(self, checkpoint: str, direction: str, crossing: UUID, facts: int) -> None:
        self._db.execute(
            "REPLACE INTO used VALUES (?, ?, ?, ?)", [checkpoint, direction, str(crossing), facts]
        )

    def used(self) -> list[tuple[str, str, UUID, int]]:
        found = self._rows("SELECT checkpoint, direction, crossing, facts FROM used")
        return [(c, d, UUID(crossing), facts) for c, d, crossing, facts in found]

    # Answers.

    def keep_answer(self, checkpoint: str, direction: str, crossing: UUID, signed: Signed) -> None:
        self._db.execute(
            "REPLACE INTO answer VALUES (?, ?, ?, ?)", [checkpoint, direction, str(crossing), plain(signed)]
        )

    def drop_answer(self, checkpoint: str, direction: str, crossing: UUID) -> None:
        self._db.execute(
            "DELETE FROM answer WHERE checkpoint = ? AND direction = ? AND crossing = ?",
            [checkpoint, direction, str(crossing)],
        )

    def keep_all(self, answers: Mapping[tuple[Where, UUID], Signed]) -> None:
        """These and no others."""
        rows = ((*where, str(crossing), plain(one)) for (where, crossing), one in answers.items())
        self._db.execute("DELETE FROM answer")
        self._db.executemany("INSERT INTO answer VALUES (?, ?, ?, ?)", rows)

    def answers(self) -> list[Signed]:
        found = self._rows("SELECT signed FROM answer")
        return [msgspec.json.decode(row[0], type=Signed) for row in found]

    # The clock that items are dated by.

    def begin_clock(self, clock: dict[str, Any]) -> None:
        """Another clock from here on: nobody knows yet how far it is from the centre's."""
        last = self._db.execute("SELECT coalesce(max(n), 0) FROM item").fetchone()[0]
        self.know("clock", {**clock, "after": last})
        self.know("offset", None)

    def date(self, offset_ms: int) -> None:
        """What this clock dated before its offset was known is told it now, before any of it is sent."""
        clock = self.knows("clock") or {"after": 0}
        self._db.execute(
            "UPDATE item SET body = json_set(body, '$.offset_ms', ?) WHERE state = 'waiting' AND n > ?"
            " AND json_extract(body, '$.offset_ms') IS NULL",
            [offset_ms, clock["after"]],
        )

    # How cameras read, by the hour.

    def keep_tally(self, lane: str, source: str, subject: str, hour: datetime, count: Count) -> None:
        row = [lane, source, subject, hour.isoformat(), plain(count)]
        self._db.execute("REPLACE INTO tally VALUES (?, ?, ?, ?, ?)", row)

    def tallies(self) -> list[tuple[str, str, str, datetime, Count]]:
        found = self._rows("SELECT lane, source, subject, hour, counts FROM tally")
        return [
            (lane, source, subject, datetime.fromisoformat(hour), msgspec.json.decode(counts, type=Count))
            for lane, source, subject, hour, counts in found
        ]

    def forget_tallies(self, before: datetime) -> None:
        self._db.execute("DELETE FROM tally WHERE hour < ?", [before.isoformat()])

    # Single things.

    def know(self, name: str, value: Any) -> None:
        self._db.execute("REPLACE INTO known VALUES (?, ?)", [name, plain(value)])

    def knows(self, name: str) -> Any:
        rows = self._rows("SELECT value FROM known WHERE name = ?", [name])
        return json.loads(rows[0][0]) if rows else None


def _opened(path: Path) -> sqlite3.Connection | None:
    """None for a file that is damaged: cut off, overwritten, or emptied."""
    if path.exists() and path.stat().st_size == 0:
        return None
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA busy_timeout = 5000")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.executescript(SCHEMA)
        sound: bool = db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError as error:
        db.close()
        if error.sqlite_errorcode & 0xFF in DAMAGED:
            return None
        raise
    if not sound:
        db.close()
    return db if sound else None


def _put_aside(path: Path) -> str:
    """Kept for whoever can read what is left of it; the name that it has now."""
    name = f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    for end in ("-wal", "-shm", ""):
        part = path.with_name(path.name + end)
        if part.exists():
            part.rename(path.with_name(name + end))
    return name


def _item(row: tuple[str, str, str, str, str]) -> Item:
    return Item(UUID(row[0]), row[1], datetime.fromisoformat(row[2]), row[3], json.loads(row[4]))
