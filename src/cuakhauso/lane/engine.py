"""A node's thinking: its lanes, the centre's answers, the journal. No sockets, no clock: the node feeds it.

Every event is one step: the machine says what follows, the journal has it on disk, and only then is anything
handed out to be done.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cuakhauso.core.answer import Signed
from cuakhauso.core.words import CheckpointKind, Direction

from . import words as w
from .book import Book, Keys, Where
from .clock import ceil_ms, is_off, offset_ms
from .journal import Item, Journal, JournalFault
from .judging import Knowledge
from .judging import new_id as a_new_id
from .machine import step
from .sentences import OPENING, Said
from .state import ASKING, Lane
from .words import NoteKind, Phase, Settings, Ticket, Why

log = logging.getLogger(__name__)

DOUBTED = "doubted"  # what the journal calls the lanes whose past is lost
AS_OF_KEPT_EVERY = timedelta(seconds=10)
NOT_AT_ALL = timedelta(hours=-1)


@dataclass(frozen=True, slots=True)
class Post:
    """One lane of a node: where it stands, and how long its permits count when the centre is away."""

    code: str
    checkpoint: CheckpointKind
    direction: Direction
    settings: Settings
    alone_for: timedelta

    @property
    def where(self) -> Where:
        return self.checkpoint, self.direction


@dataclass(frozen=True, slots=True)
class Stepped:
    """One step that stands in the journal: the lane before and after it, and what was written."""

    code: str
    before: Lane
    after: Lane
    notes: tuple[w.Note, ...]


Listener = Callable[[Stepped], None]


@dataclass(slots=True)
class Engine:
    """`fault` is the journal's last trouble, "" while it writes; `unwritten`: since when a lane decides
    nothing for it, and why, until that is written down too. `offset_ms`, how much the centre's clock is
    ahead of ours as last measured, goes with each item. `reasons` are those for opening against
    objections; `listeners` hear of each step once it is written, and change nothing."""

    journal: Journal
    book: Book
    posts: Mapping[str, Post]
    lanes: dict[str, Lane] = field(default_factory=dict)
    judges: dict[str, Knowledge] = field(default_factory=dict)
    offset_ms: int | None = None
    fault: str = ""
    kept_as_of: datetime | None = None
    refusal: Why | None = None
    reasons: Mapping[str, Said] = field(default_factory=lambda: OPENING)
    unwritten: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    new_id: Callable[[], UUID] = field(default=a_new_id)

    @classmethod
    def begin(
        cls,
        journal: Journal,
        node: UUID,
        keys: Keys,
        posts: Sequence[Post],
        make_id: Callable[[], UUID] = a_new_id,
        *,
        same_clock: bool = True,
    ) -> "Engine":
        """With what the last run of this node left behind: answers, used permits, a ticket under way; and how
        far its clock was from the centre's, where that clock still goes."""
        book = Book(node, keys, frozenset(post.where for post in posts))
        as_of = journal.knows("as_of")
        book.restore(journal.answers(), datetime.fromisoformat(as_of) if as_of else None)
        for checkpoint, direction, crossing, facts in journal.used():
            book.use((CheckpointKind(checkpoint), Direction(direction)), crossing, facts)
        engine = cls(journal, book, {}, new_id=make_id)
        known = journal.knows("offset")
        if same_clock and known:
            engine.offset_ms, book.ahead = known["offset_ms"], timedelta(milliseconds=known["at_most_ms"])
        doubted = engine._doubted([post.code for post in posts])
        for post in posts:
            doubt = Why.JOURNAL_LOST if post.code in doubted else None
            engine.lanes[post.code] = _begun(journal.ticket(post.code), doubt)
        engine.stand(posts)
        return engine

    def _doubted(self, codes: list[str]) -> list[str]:
        """The lanes whose past is lost with a damaged journal, until a person has looked, whatever restarts
        come between. Raises `JournalFault`."""
        if self.journal.lost:
            told = {"alarm": Why.JOURNAL_LOST, "words": self.journal.lost, "offset_ms": None}
            at = datetime.now(UTC)
            with self.journal.step() as journal:
                journal.write(Item(self.new_id(), code, at, NoteKind.ALARM, told) for code in codes)
                journal.know(DOUBTED, codes)
        return self.journal.knows(DOUBTED) or []

    def stand(self, posts: Iterable[Post]) -> None:
        """What the lanes are from now on: whoever is not let through yet is judged by it. A ticket that is
        out keeps what its lane was. A lane that is not told of is this node's no more: persons alone open."""
        told = {post.code: post for post in posts}
        gone = {c: replace(post, alone_for=NOT_AT_ALL) for c, post in self.posts.items() if c not in told}
        self.posts = {**told, **gone}
        self.book.stand_at(frozenset(post.where for post in self.posts.values()))
        for code, post in self.posts.items():
            self.judges[code] = Knowledge(self.book, post.where, post.settings, post.alone_for, self.new_id)

    # Events of the lanes.

    def hear(self, code: str, event: w.Event) -> list[w.Effect]:
        """What is to be done, once it stands in the journal. Nothing, where that cannot be written."""
        before, post = self.lanes[code], self.posts[code]
        after, effects = step(before, event, self.judges[code], post.settings)
        after = _placed(after, post)
        notes = [*self._owed(code, event.at), *(one for one in effects if isinstance(one, w.Note))]
        try:
            self._write(post, before, after, notes)
        except JournalFault as fault:
            return self._cannot_write(code, event, str(fault))
        self.lanes[code] = after
        if notes:
            self.fault = ""
            self.unwritten.pop(code, None)
        self._told(Stepped(code, before, after, tuple(notes)))
        for note in notes:
            if note.kind is NoteKind.ACT:
                self.refusal = note.body["refused"]
        return [effect for effect in effects if not isinstance(effect, w.Note)]

    def _told(self, stepped: Stepped) -> None:
        """To those who only look on. What goes wrong with one is no matter of the lane."""
        for listener in self.listeners:
            try:
                listener(stepped)
            except Exception:
                log.exception("somebody who looked on at %s failed", stepped.code)

    def write(self, code: str, note: w.Note) -> None:
        """Something that came of a step later, as a picture does. Raises `JournalFault`."""
        with self.journal.step() as journal:
            journal.write([self._item(code, note, self.posts[code].where)])

    def forget(self, before: datetime) -> None:
        """What the centre has had for long."""
        with self.journal.step() as journal:
            journal.forget(before)

    def _write(self, post: Post, before: Lane, after: Lane, notes: list[w.Note]) -> None:
        if not notes and before.ticket is after.ticket:
            return
        with self.journal.step() as journal:
            journal.write(self._item(post.code, note, _where(before, post)) for note in notes)
            if before.ticket is not after.ticket:
                journal.keep_ticket(post.code, after.ticket)
            if before.doubt is not after.doubt:
                journal.know(
                    DOUBTED, [code for code, lane in self.lanes.items() if lane is not before and lane.doubt]
                )
            for note in notes:
                self._use(post, before, note)

    def _item(self, code: str, note: w.Note, where: Where) -> Item:
        body = {**note.body, "offset_ms": self.offset_ms}
        if note.kind in (NoteKind.PASSAGE, NoteKind.ACT):
            body["checkpoint"], body["direction"] = where
        return Item(note.id or self.new_id(), code, note.at, note.kind, body)

    def _use(self, post: Post, before: Lane, note: w.Note) -> None:
        """A vehicle that passed, or may have, has used the centre's word on it."""
        burnt = note.kind is NoteKind.COMMAND and note.body.get("state") == "burnt"
        crossing = note.body.get("crossing") if note.kind is NoteKind.PASSAGE else None
        if burnt and before.ticket is not None:
            crossing = before.ticket.crossing
        if crossing is None:
            return
        where = _where(before, post)
        known = self.book.index(where).by_crossing.get(crossing)
        told = before.ticket.facts if before.ticket and before.ticket.crossing == crossing else 0
        facts = max(told, known.facts if known else 0)
        self.journal.use(*where, crossing, facts)
        self.book.use(where, crossing, facts)

    def _cannot_write(self, code: str, event: w.Event, fault: str) -> list[w.Effect]:
        """Without a journal nothing is decided: the lane waits in `unknown` for the disk to be well again.
        What passes meanwhile is counted by the loops' module."""
        self.fault = fault
        self.unwritten.setdefault(code, (event.at, fault))
        lane = self.lanes[code]
        inputs = event.inputs if isinstance(event, w.Sensed) else lane.inputs
        self.lanes[code] = replace(
            lane, inputs=inputs, phase=Phase.UNKNOWN, why=Why.CANNOT_WRITE, since=event.at, deadline=None,
            reads=(), judged=None,
        )  # fmt: skip
        return [w.Lights(green=False), w.Show(w.Message.CLOSED)]

    def _owed(self, code: str, at: datetime) -> list[w.Note]:
        """That nothing could be written is written as soon as anything can."""
        if code not in self.unwritten:
            return []
        since, fault = self.unwritten[code]
        told = {"alarm": Why.CANNOT_WRITE, "phase": Phase.UNKNOWN, "until": at, "words": fault}
        return [w.Note(NoteKind.ALARM, since, told)]

    # The centre's clock.

    def measured(self, before: datetime, told: datetime, after: datetime) -> None:
        """The centre's clock was `told` at some moment between these two of ours: half way for dating items,
        at the latest for judging permits. Kept, as our clock goes on over a restart."""
        was, self.offset_ms = self.offset_ms, offset_ms(before, told, after)
        self.book.ahead = told - before
        try:
            with self.journal.step() as journal:
                journal.know("offset", {"offset_ms": self.offset_ms, "at_most_ms": ceil_ms(told - before)})
                if is_off(self.offset_ms) and not is_off(was or 0):
                    journal.write(
                        self._item(code, clock_off(after, self.offset_ms), post.where)
                        for code, post in self.posts.items()
                    )
                journal.date(self.offset_ms)
        except JournalFault as fault:
            self.fault = str(fault)

    # Words of the centre.

    def begin_stream(self, stream: UUID) -> None:
        self.book.begin(stream)

    def hear_centre(self, signed: Signed, at: datetime) -> dict[str, list[w.Effect]]:
        """What the lanes do about it. Raises `NotBelieved`: ask for a new stream."""
        gathered = self.book.gathering
        pending = list(gathered.messages) if gathered else []
        whole = gathered is not None and gathered.held is not None
        if not self.book.hear(signed, at):
            self._keep_as_of()
            return {}
        self._keep(pending, whole=whole)
        return {
            code: self.hear(code, w.Changed(at)) for code, lane in self.lanes.items() if lane.phase in ASKING
        }

    def _keep(self, pending: Iterable[tuple[Signed, Any]], *, whole: bool) -> None:
        """The book on disk is for the next start only: where it cannot be written, this run goes on."""
        try:
            with self.journal.step() as journal:
                if whole:
                    journal.keep_all(self.book.signed)
                for signed, message in pending:
                    place = (message.checkpoint, message.direction, message.crossing)
                    if (place[:2], place[2]) in self.book.signed:
                        journal.keep_answer(*place, signed)
                    else:
                        journal.drop_answer(*place)
                journal.know("as_of", self.book.as_of)
            self.kept_as_of = self.book.as_of
            if not self.unwritten:
                self.fault = ""
        except JournalFault as fault:
            self.fault = str(fault)

    def _keep_as_of(self) -> None:
        as_of, kept = self.book.as_of, self.kept_as_of
        if as_of is not None and (kept is None or as_of - kept >= AS_OF_KEPT_EVERY):
            self._keep([], whole=False)


def _where(lane: Lane, post: Post) -> Where:
    """What the lane was to the vehicle that it is letting through."""
    return (lane.ticket.where if lane.ticket else None) or post.where


def _placed(lane: Lane, post: Post) -> Lane:
    """A ticket that was just given remembers what its lane is."""
    if lane.ticket is None or lane.ticket.where is not None:
        return lane
    return replace(lane, ticket=replace(lane.ticket, where=post.where))


def _begun(ticket: Ticket | None, doubt: Why | None) -> Lane:
    """What was read of its vehicle is told with its passage, whoever saw it through."""
    if ticket is None:
        return Lane(doubt=doubt)
    return Lane(ticket=ticket, reads=ticket.reads, weight=ticket.weight, doubt=doubt)


def clock_off(at: datetime, offset_ms: int) -> w.Note:
    """Said once: what happens is dated rightly all the same, but somebody should set that clock."""
    return w.Note(NoteKind.ALARM, at, {"alarm": Why.CLOCK_OFF, "off_by_ms": -offset_ms})
