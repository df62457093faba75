"""Which expected crossing is this, by all that was seen of it? How likely each is, and is that enough?

For one passage: the chance of each crossing that is expected at this place, and of "nobody of them", from
every frame of every camera, plates and containers together (`looks.py`). `judge` accepts one crossing alone,
or says for a person who it may be and why that is not enough. It never repairs: what is accepted was read
sign for sign as it was declared, so that likelihood alone opens nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log
from typing import NamedTuple
from uuid import UUID

from . import identifiers as ids
from .answer import Answer
from .looks import (
    Columns,
    Sort,
    Summed,
    Track,
    consensus,
    least_of,
    likeliest,
    painted,
    says,
    summed,
    weighted,
)

ELSEWHERE = 0.02  # the chance that a text in the picture is none of this vehicle's: the next one, a poster
HALF_LEGIBLE = 0.5  # the least certain sign of a frame: from here on a text counts that nobody declared
LOST = -12.0  # a text that explains a track so badly changes nothing any more
MOST_SHOWN = 5


class Verdict(StrEnum):
    """`accept`: this crossing, no person need look. `ask`: a person decides. `unknown`: nobody expected."""

    ACCEPT = "accept"
    ASK = "ask"
    UNKNOWN = "unknown"


class Doubt(StrEnum):
    """Why it was not accepted. Stable codes, told in words by whoever shows them."""

    UNLIKELY = "unlikely"  # its chance is below the threshold
    SEVERAL = "several"  # more than one crossing may be it
    PLATE_UNREAD = "plate_unread"  # trailers and containers change tractors: its own plate was not read
    TEXT_DIFFERS = "text_differs"  # what was read is not what was declared
    CHECK_DIGIT = "check_digit"  # a container's check digit does not fit
    SIGN_UNSURE = "sign_unsure"  # some sign is not certain enough
    FEW_FRAMES = "few_frames"  # too few frames read the same


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From `accept` on no person looks, from `ask` on a crossing is shown as one that it may be. `unknown`:
    how many of those who come are expected by nobody. Each sign that was read is certain by `least_sign`, and
    `frames` frames read the whole text alike: a wrong reading passes a check digit one time in eleven."""

    accept: float = 0.999
    ask: float = 0.05
    unknown: float = 0.1
    least_sign: float = 0.9
    frames: int = 2


USUAL = Thresholds()


class Painted(StrEnum):
    PLATE = "plate"
    TRAILER = "trailer"
    CONTAINER = "container"


@dataclass(frozen=True, slots=True)
class Candidate:
    crossing: UUID
    posterior: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What the frames say together of one text, and what it was held against, "" where nothing fits.
    `frames` read it so by themselves, in `cameras` cameras."""

    subject: Painted
    text: str
    declared: str
    least: float
    frames: int
    cameras: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """The likeliest candidate first; `nobody`: the chance that it is none of those expected."""

    verdict: Verdict
    candidates: tuple[Candidate, ...]
    nobody: float
    seen: tuple[Seen, ...]
    doubts: tuple[Doubt, ...]

    @property
    def accepted(self) -> UUID | None:
        return self.candidates[0].crossing if self.verdict is Verdict.ACCEPT else None


# --- who competes ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Expected:
    """The crossings of one place, and all that is painted on them as a list to go through; `many`: how many
    of these texts a crossing has. Made once for as long as they are the same."""

    answers: tuple[Answer, ...]
    texts: Mapping[Sort, Columns]
    many: Mapping[Sort, Counter[int]]

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> "Expected":
        given = tuple(answers)
        texts = {
            Sort.PLATE: [(text, n) for n, one in enumerate(given) for text in _plates_of(one)],
            Sort.CODE: [(code, n) for n, one in enumerate(given) for code in one.containers],
        }
        columns = {sort: Columns.of(rows) for sort, rows in texts.items()}
        return cls(given, columns, {sort: Counter(n for _, n in rows) for sort, rows in texts.items()})


def _plates_of(answer: Answer) -> list[str]:
    return [text for plate in (answer.plate, *answer.trailers) for text in painted(plate)]


# --- how likely each is ------------------------------------------------------------------------------


def posterior(expected: Expected, tracks: Sequence[Summed], unknown: float) -> tuple[dict[int, float], float]:
    """Of each crossing that anything speaks for, by its place in the list; and of nobody expected."""
    found = [_explained(expected, track) for track in tracks]
    spoken = {n for explained in found for n in explained}
    logs = {n: sum(map(lambda e, t: e.get(n, _silent(expected, n, t)), found, tracks)) for n in spoken}
    prior = log((1 - unknown) / max(len(expected.answers), 1))
    nobody = log(unknown)
    weights = [one + prior for one in logs.values()]
    highest = max([nobody, *weights])
    rest = sum(many * exp(one + prior - highest) for one, many in _others(expected, spoken, tracks))
    total = exp(nobody - highest) + sum(exp(one - highest) for one in weights) + rest
    shares = (exp(one - highest) / total for one in weights)
    return dict(zip(logs, shares, strict=True)), exp(nobody - highest) / total


def _explained(expected: Expected, track: Summed) -> dict[int, float]:
    """A track shows one of a crossing's texts, or something that is not on it."""
    sort = track.of.track.sort
    many, sums = expected.many[sort], dict[int, float]()
    for n, score in track.scores(expected.texts[sort], LOST):
        sums[n] = sums.get(n, 0.0) + exp(score) / many[n]
    return {n: log((1 - ELSEWHERE) * one + ELSEWHERE) for n, one in sums.items()}


def _silent(expected: Expected, n: int, track: Summed) -> float:
    """Where nothing of that sort was declared, a crossing explains a track as any other vehicle does."""
    return log(ELSEWHERE) if n in expected.many[track.of.track.sort] else 0.0


def _others(expected: Expected, spoken: set[int], tracks: Sequence[Summed]) -> Iterator[tuple[float, int]]:
    """Those that nothing speaks for, in two heaps: with containers and without."""
    coded = expected.many[Sort.CODE]
    with_codes = len(coded.keys() - spoken)
    plates = sum(track.of.track.sort is Sort.PLATE for track in tracks) * log(ELSEWHERE)
    codes = sum(track.of.track.sort is Sort.CODE for track in tracks) * log(ELSEWHERE)
    yield plates + codes, with_codes
    yield plates, len(expected.answers) - len(spoken) - with_codes


# --- is that enough ----------------------------------------------------------------------------------


def judge(expected: Expected, tracks: Iterable[Track], limits: Thresholds) -> Evidence:
    """Pure, and a few milliseconds for thousands expected."""
    seen = [summed(one) for one in weighted(tracks)]
    chances, nobody = posterior(expected, seen, limits.unknown)
    ranked = sorted(chances, key=lambda n: (-chances[n], expected.answers[n].crossing))
    likely = [n for n in ranked if chances[n] >= limits.ask][:MOST_SHOWN]
    held = _held_against(expected.answers[likely[0]] if likely else None, seen, limits)
    doubts = [
        *([] if likely and chances[likely[0]] >= limits.accept else [Doubt.UNLIKELY]),
        *([Doubt.SEVERAL] if len(likely) > 1 else []),
        *([] if _is_plate_read(held) or not likely else [Doubt.PLATE_UNREAD]),
        *(doubt for one in held for doubt in _doubts(one, limits) if likely),
    ]
    return Evidence(
        Verdict.ACCEPT if not doubts else Verdict.ASK if likely else Verdict.UNKNOWN,
        tuple(Candidate(expected.answers[n].crossing, chances[n]) for n in likely),
        nobody,
        tuple(one.seen for one in held),
        tuple(dict.fromkeys(doubts)),
    )


class Held(NamedTuple):
    """What was seen, and whether it is the declared text to the last sign."""

    seen: Seen
    is_declared: bool
    clearest: float = 0.0  # the least certain sign of the clearest frame, where nothing declared fits


def _is_plate_read(held: Iterable[Held]) -> bool:
    return any(one.seen.subject is Painted.PLATE and one.seen.declared for one in held)


class Item(NamedTuple):
    """One declared text: every form in which it may be read, and how it is shown."""

    subject: Painted
    sort: Sort
    texts: tuple[str, ...]
    shown: str


def _declared(answer: Answer) -> Iterator[Item]:
    yield Item(Painted.PLATE, Sort.PLATE, painted(answer.plate), answer.plate.shown)
    for trailer in answer.trailers:
        yield Item(Painted.TRAILER, Sort.PLATE, painted(trailer), trailer.shown)
    yield from (Item(Painted.CONTAINER, Sort.CODE, (code,), code) for code in answer.containers)


def _held_against(answer: Answer | None, tracks: Sequence[Summed], limits: Thresholds) -> list[Held]:
    """Each track against the declared text that it shows best, those of one text together."""
    items = list(_declared(answer)) if answer else []
    shown = [_shows(track, items) for track in tracks]
    alone = [_alone(track, limits) for track, at in zip(tracks, shown, strict=True) if at is None]
    together = (
        (item, [track for track, at in zip(tracks, shown, strict=True) if at == n])
        for n, item in enumerate(items)
    )
    return [*(_together(item, of, limits) for item, of in together if of), *alone]


def _shows(track: Summed, items: Sequence[Item]) -> int | None:
    """Which of these it shows best; none, where any other vehicle's text would do as well."""
    sort = track.of.track.sort
    scores = {n: max(map(track.score, one.texts)) for n, one in enumerate(items) if one.sort is sort}
    best = max(scores, key=lambda n: scores[n], default=None)
    return best if best is not None and scores[best] > 0 else None


def _together(item: Item, tracks: Sequence[Summed], limits: Thresholds) -> Held:
    found = consensus(tracks, item.texts)
    frames = Counter[str]()
    for track in tracks:
        frames[track.of.track.source] += _alike(track, item.texts, limits)
    seen = Seen(item.subject, found.text, item.shown, found.least, frames.total(), len(+frames))
    return Held(seen, says(found.text, item.texts))


def _alone(track: Summed, limits: Thresholds) -> Held:
    """Nothing that is declared: what it says by itself."""
    found = consensus([track])
    return Held(
        Seen(
            _subject(track, found.text), found.text, "", found.least, _alike(track, [found.text], limits), 1
        ),
        is_declared=False,
        clearest=max(map(least_of, track.of.looks), default=0.0),
    )


def _alike(track: Summed, texts: Sequence[str], limits: Thresholds) -> int:
    """How many frames read this by themselves. Another maker's camera has compared as many as we ask for."""
    alike = sum(says(likeliest(look), texts) for look in track.of.looks)
    return alike * limits.frames if track.of.track.told else alike


def _subject(track: Summed, text: str) -> Painted:
    if track.of.track.sort is Sort.CODE:
        return Painted.CONTAINER
    with suppress(ids.Invalid):
        return Painted.TRAILER if ids.parse_plate(text).is_trailer else Painted.PLATE
    return Painted.PLATE


def _doubts(held: Held, limits: Thresholds) -> Iterator[Doubt]:
    """What is read surely and was not declared speaks against it. What nothing fits makes it unsure where it
    is half legible and an identity: the vehicle's own plate beside one that is shown to the camera; else it
    says nothing. A declared text that is not legible is unsure, not another."""
    seen = held.seen
    unsure = not seen.least >= limits.least_sign
    if not held.is_declared:
        unclear = Doubt.SIGN_UNSURE if seen.declared or _is_half_legible(held) else None
        against = unclear if unsure else _against(seen)
        yield from [against] if against else []
        return
    if unsure:
        yield Doubt.SIGN_UNSURE
    if seen.frames < limits.frames:
        yield Doubt.FEW_FRAMES


def _is_half_legible(held: Held) -> bool:
    return held.clearest >= HALF_LEGIBLE and _fault(held.seen) is None


def _against(seen: Seen) -> Doubt | None:
    fault = _fault(seen)
    if fault == ids.InvalidCode.CONTAINER_CHECK_DIGIT:
        return Doubt.CHECK_DIGIT
    return Doubt.TEXT_DIFFERS if seen.declared or fault is None else None


def _fault(seen: Seen) -> str | None:
    """Why it is no identity; none where it is one."""
    try:
        ids.parse_container(seen.text) if seen.subject is Painted.CONTAINER else ids.parse_plate(seen.text)
    except ids.Invalid as error:
        return error.code
    return None
