"""Which expected crossing is this? What was read is compared with what the centre expects here.

Exact agreement of everything that was declared and that this lane can read gives an answer. A disagreement of
any identity, or a near match, never opens: both values go to a person. Nothing is repaired, and likeness is
used for one thing only: to show a person what it might be.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeVar
from uuid import UUID

from cuakhauso.core import identifiers as ids
from cuakhauso.core.answer import Answer
from cuakhauso.core.declaration import Plate
from cuakhauso.core.evidence import Expected

from .contracts import Read, Subject
from .words import Settings

K = TypeVar("K")
MOST_SHOWN = 5
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Outcome(StrEnum):
    """`wait`: nothing legible yet; `part`: what is read agrees, and something declared is still unread;
    `unsure`: all texts agree, but the frames are not evidence enough (`proof.py`)."""

    WAIT = "wait"
    PART = "part"
    AGREES = "agrees"
    UNSURE = "unsure"
    DIFFERS = "differs"
    NEAR = "near"
    NOBODY = "nobody"


class Difference(NamedTuple):
    """Both values, for a person to look at."""

    subject: Subject
    declared: tuple[str, ...]
    read: str


@dataclass(frozen=True, slots=True)
class Match:
    outcome: Outcome
    answer: Answer | None = None
    values: tuple[tuple[Subject, str], ...] = ()
    differences: tuple[Difference, ...] = ()
    unread: tuple[Subject, ...] = ()
    near: tuple[Answer, ...] = ()


class Identity(NamedTuple):
    """A legible read: `key` is what is compared, `province` of a Chinese plate where it was legible."""

    subject: Subject
    key: str
    province: str
    shown: str


@dataclass(slots=True)
class Index:
    """The answers by what may be read of them. Changed by `put` and `drop` alone. Nearly every key leads to
    one crossing: a tuple takes a quarter of the room of a set."""

    by_crossing: dict[UUID, Answer] = field(default_factory=dict)
    by_key: dict[tuple[Subject, str], tuple[UUID, ...]] = field(default_factory=dict)
    by_hole: dict[str, tuple[UUID, ...]] = field(default_factory=dict)
    compete: Expected | None = field(default=None, repr=False, compare=False)

    def expected(self) -> Expected:
        """All, laid out for `core/evidence.py`; the same until somebody comes or goes."""
        if self.compete is None:
            self.compete = Expected.of(self.by_crossing.values())
        return self.compete

    def put(self, answer: Answer) -> None:
        self.drop(answer.crossing)
        self.by_crossing[answer.crossing] = answer
        for key in _keys(answer):
            _add(self.by_key, key, answer.crossing)
            for hole in _holes(key):
                _add(self.by_hole, hole, answer.crossing)

    def drop(self, crossing: UUID) -> None:
        known = self.by_crossing.pop(crossing, None)
        self.compete = None
        for key in _keys(known) if known else ():
            _discard(self.by_key, key, crossing)
            for hole in _holes(key):
                _discard(self.by_hole, hole, crossing)

    def exactly(self, identity: Identity) -> list[Answer]:
        found = self.by_key.get((identity.subject, identity.key), ())
        answers = (self.by_crossing[crossing] for crossing in found)
        return [answer for answer in answers if is_declared(answer, identity)]

    def nearly(self, key: str) -> list[Answer]:
        """Those that differ by one sign, for showing: by the one left out, or read for another."""
        found = {crossing for hole in _without_one(key) for crossing in self.by_hole.get(hole, ())}
        return sorted((self.by_crossing[c] for c in found), key=lambda a: a.number)[:MOST_SHOWN]


def _add(index: dict[K, tuple[UUID, ...]], key: K, crossing: UUID) -> None:
    known = index.get(key, ())
    if crossing not in known:
        index[key] = (*known, crossing)


def _discard(index: dict[K, tuple[UUID, ...]], key: K, crossing: UUID) -> None:
    rest = tuple(one for one in index.get(key, ()) if one != crossing)
    if rest:
        index[key] = rest
    else:
        index.pop(key, None)


def _keys(answer: Answer) -> Iterator[tuple[Subject, str]]:
    yield Subject.PLATE, answer.plate.number
    yield from ((Subject.TRAILER, trailer.number) for trailer in answer.trailers)
    yield from ((Subject.CONTAINER, container) for container in answer.containers)
    yield Subject.QR, str(answer.crossing)
    if answer.number:  # none where nothing was declared
        yield Subject.QR, answer.number


def _holes(key: tuple[Subject, str]) -> set[str]:
    """What is painted may be misread; a code is read or it is not."""
    return set() if key[0] is Subject.QR else _without_one(key[1])


def _without_one(text: str) -> set[str]:
    return {text, *(text[:i] + text[i + 1 :] for i in range(len(text)))}


# --- what was read -------------------------------------------------------------------------------


def identity(read: Read) -> Identity | None:
    """The one form that is compared; none for what is no identity of its kind."""
    try:
        return _READERS[read.subject](read.text)
    except ids.Invalid:
        return None


def _plate(text: str) -> Identity:
    plate = ids.parse_plate(text)
    subject = Subject.TRAILER if plate.is_trailer else Subject.PLATE
    return Identity(subject, plate.normalised, _chinese_province(plate.country, plate.province), plate.shown)


def _chinese_province(country: str, province: str) -> str:
    return province if country == ids.Country.CN else ""


def _container(text: str) -> Identity:
    return Identity(Subject.CONTAINER, ids.parse_container(text), "", text)


def _code(text: str) -> Identity:
    """Our own code holds the address of a crossing, or its number."""
    found = _UUID.search(text)
    key = found[0].lower() if found else ids.parse_number(text)
    return Identity(Subject.QR, key, "", key)


_READERS = {
    Subject.PLATE: _plate,
    Subject.TRAILER: _plate,
    Subject.CONTAINER: _container,
    Subject.QR: _code,
}


def last_words(reads: Iterable[Read]) -> list[Read]:
    """A camera may tell one text several times. What our own recognition follows from frame to frame is one
    text by its session, though it was taken for a tractor's before it was seen to be a trailer's. It goes on
    telling what it sees after a person has said what is painted there: that person is believed."""
    reads = tuple(reads)
    by_person = {read.subject for read in reads if read.source.startswith("person:")}
    latest: dict[tuple[str, str, Subject | None], Read] = {}
    for read in reads:
        followed = bool(read.looks and read.session)
        if followed and read.subject in by_person:
            continue
        latest[read.source, read.session or read.text, None if followed else read.subject] = read
    return list(latest.values())


def legible(reads: Iterable[Read], settings: Settings) -> list[Identity]:
    """What counts: the latest word of each camera on each vehicle, where it is sure enough."""
    latest = last_words(read for read in reads if read.looks or not read.is_unread)
    sure = [r for r in latest if r.confidence is None or r.confidence >= settings.least_confidence]
    return list(dict.fromkeys(found for read in sure if (found := identity(read)) is not None))


# --- the comparison ------------------------------------------------------------------------------


def match(reads: Iterable[Read], index: Index, settings: Settings) -> Match:
    """Pure, and quick whatever the number of expected crossings."""
    reads = tuple(reads)
    seen = legible(reads, settings)
    values = tuple((one.subject, one.shown) for one in seen)
    exact = {a.crossing: a for one in seen if one.subject is Subject.PLATE for a in index.exactly(one)}
    if len(exact) == 1:
        return _compared(next(iter(exact.values())), seen, values, settings)
    if exact:
        return Match(Outcome.NEAR, values=values, near=tuple(exact.values())[:MOST_SHOWN])
    return _not_by_plate(reads, seen, values, index)


def _not_by_plate(
    reads: tuple[Read, ...],
    seen: list[Identity],
    values: tuple[tuple[Subject, str], ...],
    index: Index,
) -> Match:
    """No expected plate was read exactly: what else is known goes to a person."""
    others = [a for one in seen for a in index.exactly(one)]
    raw = [_as_read(r.text) for r in reads if not r.is_unread]
    near = [*others, *(a for text in raw for a in index.nearly(text))]
    if near:
        candidates = tuple({a.crossing: a for a in near}.values())[:MOST_SHOWN]
        return Match(Outcome.NEAR, values=values, near=candidates)
    return Match(
        Outcome.NOBODY if any(s is Subject.PLATE for s, _ in values) else Outcome.WAIT, values=values
    )


def _as_read(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _compared(
    answer: Answer, seen: list[Identity], values: tuple[tuple[Subject, str], ...], settings: Settings
) -> Match:
    differences = tuple(
        Difference(one.subject, declared(answer, one.subject), one.shown)
        for one in seen
        if not is_declared(answer, one)
    )
    read = {one.subject for one in seen}
    wanted = (s for s in (Subject.PLATE, Subject.TRAILER, Subject.CONTAINER) if s in settings.reads)
    unread = tuple(s for s in wanted if declared(answer, s) and s not in read)
    outcome = Outcome.DIFFERS if differences else Outcome.PART if unread else Outcome.AGREES
    return Match(outcome, answer, values, differences, unread)


def declared(answer: Answer, subject: Subject) -> tuple[str, ...]:
    match subject:
        case Subject.PLATE:
            return (answer.plate.shown,)
        case Subject.TRAILER:
            return tuple(trailer.shown for trailer in answer.trailers)
        case Subject.CONTAINER:
            return answer.containers
        case Subject.QR:
            return (answer.number,)


def is_declared(answer: Answer, one: Identity) -> bool:
    match one.subject:
        case Subject.PLATE:
            return _same(answer.plate, one)
        case Subject.TRAILER:
            return any(_same(trailer, one) for trailer in answer.trailers)
        case Subject.CONTAINER:
            return one.key in answer.containers
        case Subject.QR:
            return one.key in (str(answer.crossing), answer.number)


def _same(plate: Plate, one: Identity) -> bool:
    """A Chinese plate is often typed or read without its province: two that are known must agree."""
    province = _chinese_province(plate.country, plate.province)
    return plate.number == one.key and ("" in (province, one.province) or province == one.province)
