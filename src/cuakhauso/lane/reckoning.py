"""Each vehicle that went through judges the cameras: was it read as what it turned out to be?

What it was is known from what a person typed at the booth, from the crossing that the barrier was opened for,
or from a QR code. A camera's word counts as it stood when it was let through, or when a person helped.
`Reckoning` listens to the engine and changes nothing; its counts are in the journal by the hour.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cuakhauso.core.answer import Answer
from cuakhauso.core.reference import HANOI

from .accuracy import Count, Drift, drift
from .contracts import Read, Subject
from .engine import Engine, Stepped
from .journal import JournalFault
from .matching import Identity, declared, identity, is_declared
from .words import Act, NoteKind

KEPT = timedelta(days=45)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
PERSON = "person:"
READ_BY_EYE = (Subject.PLATE, Subject.TRAILER, Subject.CONTAINER)

Place = tuple[str, str, Subject]  # lane, source, subject


class Outcome(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    UNREAD = "unread"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one camera made of one subject of one vehicle; `truth` are the texts that stood there, as far as
    anybody knows."""

    source: str
    subject: Subject
    outcome: Outcome
    reads: tuple[Read, ...]
    truth: tuple[str, ...]

    @property
    def confidence(self) -> float | None:
        return max((r.confidence for r in self.reads if r.text and r.confidence is not None), default=None)


@dataclass(frozen=True, slots=True)
class Figure:
    """How one camera reads one subject: the last 24 hours, seven days, and whether it has become worse."""

    source: str
    subject: Subject
    day: Count
    week: Count
    drift: Drift | None


# --- one vehicle, pure -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Truth:
    """What stands on a vehicle: `typed` by a person for a subject, or else as declared."""

    typed: tuple[Identity, ...] = ()
    answer: Answer | None = None

    def knows(self, subject: Subject) -> bool:
        return bool(self.texts(subject))

    def texts(self, subject: Subject) -> tuple[str, ...]:
        typed = tuple(one.shown for one in self.typed if one.subject is subject)
        return typed or (declared(self.answer, subject) if self.answer else ())

    def is_so(self, seen: Identity) -> bool:
        typed = [one for one in self.typed if one.subject is seen.subject]
        if typed:
            return any(one.key == seen.key and _agree(one.province, seen.province) for one in typed)
        return self.answer is not None and is_declared(self.answer, seen)


def _agree(a: str, b: str) -> bool:
    return "" in (a, b) or a == b


def judged(
    reads: Iterable[Read], truth: Truth, expected: Iterable[tuple[str, Subject]], least: float
) -> Iterator[Judgement]:
    """Each camera that said something, and each that should have. Of several texts one that is right is
    enough: a camera may see more than this vehicle."""
    said: dict[tuple[str, Subject], list[Read]] = {}
    for read in reads:
        if not read.source.startswith(PERSON) and read.subject in READ_BY_EYE:
            seen = identity(read)
            said.setdefault((read.source, seen.subject if seen else read.subject), []).append(read)
    for source, subject in expected:
        others = (s for s in READ_BY_EYE if s is not subject and (source, s) in said)
        if (source, subject) not in said and truth.knows(subject) and not any(map(truth.knows, others)):
            said[source, subject] = []
    for (source, subject), found in said.items():
        outcome = _outcome(found, truth, subject, least)
        yield Judgement(source, subject, outcome, tuple(found), truth.texts(subject))


def _outcome(reads: list[Read], truth: Truth, subject: Subject, least: float) -> Outcome:
    sure = [r for r in reads if r.text and (r.confidence is None or r.confidence >= least)]
    if not sure:
        return Outcome.UNREAD
    if not truth.knows(subject):
        return Outcome.UNJUDGED
    is_right = any(seen is not None and truth.is_so(seen) for seen in map(identity, sure))
    return Outcome.RIGHT if is_right else Outcome.WRONG


# --- all vehicles ----------------------------------------------------------------------------------


@dataclass(slots=True)
class Reckoning:
    """`expected`: which camera of a lane should read what. `heard` is told each vehicle's judgements."""

    engine: Engine
    expected: Mapping[str, tuple[tuple[str, Subject], ...]]
    heard: Callable[[str, datetime, tuple[Judgement, ...]], None] = lambda *_: None
    hours: dict[Place, dict[datetime, Count]] = field(default_factory=dict)
    _helped: dict[str, list[Read]] = field(default_factory=dict)
    _figures: dict[str, tuple[datetime, list[Figure]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for lane, source, subject, hour, count in self.engine.journal.tallies():
            self.hours.setdefault((lane, source, Subject(subject)), {})[hour] = count
        self.engine.listeners.append(self.stepped)

    def stepped(self, stepped: Stepped) -> None:
        code = stepped.code
        for note in stepped.notes:
            if note.kind is NoteKind.ACT and note.body["act"] is Act.CORRECT and note.body["refused"] is None:
                self._help(stepped, note.body["subject"])
            elif note.kind is NoteKind.PASSAGE:
                self._passed(stepped, note.at, note.body.get("crossing"))
        if stepped.before.before and not stepped.after.before and stepped.after.ticket is None:
            self._helped.pop(code, None)

    def _help(self, stepped: Stepped, subject: Subject) -> None:
        """What the cameras had said of it; a person's word takes its place."""
        reads = (r for r in stepped.before.reads if r.subject is subject)
        self._helped.setdefault(stepped.code, []).extend(r for r in reads if not r.source.startswith(PERSON))

    def _passed(self, stepped: Stepped, at: datetime, crossing: Any) -> None:
        code, lane = stepped.code, stepped.before
        reads = (*self._helped.pop(code, ()), *lane.reads)
        truth = Truth(tuple(_typed(lane.reads)), self._answer(stepped, crossing))
        least = self.engine.posts[code].settings.least_confidence
        found = tuple(judged(reads, truth, self.expected.get(code, ()), least))
        for one in found:
            self._count(code, one, at)
        self._keep(code, found, at)
        self.heard(code, at, found)

    def _answer(self, stepped: Stepped, crossing: Any) -> Answer | None:
        """Of the crossing that it was opened for; or else of the one whose code was shown."""
        ticket = stepped.before.ticket
        where = (ticket.where if ticket else None) or self.engine.posts[stepped.code].where
        index = self.engine.book.index(where)
        if crossing is not None:
            return index.by_crossing.get(crossing)
        codes = (seen for r in stepped.before.reads if r.subject is Subject.QR and (seen := identity(r)))
        answers = {answer.crossing: answer for seen in codes for answer in index.exactly(seen)}
        return next(iter(answers.values())) if len(answers) == 1 else None

    def _count(self, code: str, one: Judgement, at: datetime) -> None:
        hours = self.hours.setdefault((code, one.source, one.subject), {})
        hour = at.replace(minute=0, second=0, microsecond=0)
        sure = one.confidence
        more = Count(**{str(one.outcome): 1}, sured=int(sure is not None), sure=sure or 0.0)
        hours[hour] = hours.get(hour, Count()) + more
        self._figures.pop(code, None)

    def _keep(self, code: str, found: tuple[Judgement, ...], at: datetime) -> None:
        """A count more or less is no reason to stop: what cannot be written is known until the next start."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        try:
            with self.engine.journal.step() as journal:
                for one in found:
                    count = self.hours[code, one.source, one.subject][hour]
                    journal.keep_tally(code, one.source, one.subject, hour, count)
        except JournalFault:
            return

    def forget(self, now: datetime) -> None:
        """What is older than anything is compared with. Raises `JournalFault`."""
        for place, hours in self.hours.items():
            self.hours[place] = {hour: count for hour, count in hours.items() if hour >= now - KEPT}
        with self.engine.journal.step() as journal:
            journal.forget_tallies(now - KEPT)

    # --- what people are told ----------------------------------------------------------------------

    def figures(self, code: str, now: datetime) -> list[Figure]:
        """Of each camera of a lane; computed once a minute, or when another vehicle has passed."""
        at, known = self._figures.get(code, (None, []))
        if at is None or not timedelta(0) <= now - at < timedelta(minutes=1):
            known = [
                _figure(source, subject, hours, now)
                for (lane, source, subject), hours in sorted(self.hours.items()) if lane == code
            ]  # fmt: skip
            self._figures[code] = now, known
        return known


def _typed(reads: Iterable[Read]) -> Iterator[Identity]:
    return (seen for r in reads if r.source.startswith(PERSON) and (seen := identity(r)) is not None)


def _figure(source: str, subject: Subject, hours: Mapping[datetime, Count], now: datetime) -> Figure:
    days: dict[Any, Count] = {}
    for hour, count in hours.items():
        day = hour.astimezone(HANOI).date()
        days[day] = days.get(day, Count()) + count
    return Figure(
        source, subject, _since(hours, now - DAY), _since(hours, now - WEEK),
        drift(days, now.astimezone(HANOI).date()),
    )  # fmt: skip


def _since(hours: Mapping[datetime, Count], begins: datetime) -> Count:
    return sum((count for hour, count in hours.items() if hour > begins - timedelta(hours=1)), Count())


def as_sent(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """For the platform's page of the lane (docs/lane-protocol.md)."""
    return [
        {
            "source": one.source, "subject": one.subject, "day": _counted(one.day),
            "week": _counted(one.week), "drift": _drifted(one.drift),
        }
        for one in figures
    ]  # fmt: skip


def _counted(count: Count) -> dict[str, Any]:
    sure = count.confidence
    return {
        "right": count.right, "wrong": count.wrong, "unread": count.unread, "unjudged": count.unjudged,
        "confidence": None if sure is None else round(sure, 4),
    }  # fmt: skip


def _drifted(found: Drift | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"before": round(found.before, 4), "after": round(found.since, 4), "day": found.day.isoformat()}
