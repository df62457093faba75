"""What frames showed of one painted text, put together: what it says, and which expected one explains it.

A look is the chance of each sign at each place, as a reader of pictures gives it. Logarithms are summed place
by place over the frames first, so that comparing with one expected text costs a few additions.

The measure is against any other vehicle, whose signs are as good as drawn by lot: a text's `score` is the
logarithm of how much better it explains the looks than that. 0 is no better. Start at `weighted`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log
from operator import getitem

from .declaration import Plate
from .identifiers import Country
from .identifiers.plates import ENDS, PROVINCES
from .identifiers.text import LIMIT

Chances = tuple[Mapping[str, float], ...]
Canonical = tuple[tuple[tuple[str, float], ...], ...]

# More than any plate or code has: a look with fewer has nothing there, one with more is no identity.
PLACES = 12
# That may stand at a place: digits for the most part, so that a letter counts for less than it could.
SIGNS = 10
DOUBT = 0.01  # no reader is surer of a sign than this leaves, whatever it says of itself
STRAY = 0.0001  # the part of that doubt which one sign has that a look does not name
UNTOLD = 0.99  # how sure another maker's text is that comes without a confidence
WEIGHT = 0.5  # of a frame: the next one shows the same mud in the same light
MOST = 4  # frames of one camera that count, the clearest: together no more than two that are independent
ANY = "?"  # before a Chinese number whose province was not declared
OTHER = "*"  # whatever sign a look does not name

_ALPHABET = (*"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", *PROVINCES, *ENDS)


class Sort(StrEnum):
    """Which texts are held against each other: plates of tractors and trailers look alike, codes do not."""

    PLATE = "plate"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Track:
    """One text that one camera followed, frame by frame. `told`: text and confidence of another maker's
    camera, which has compared its frames itself; that counts whole."""

    source: str
    sort: Sort
    looks: tuple[Chances, ...]
    told: bool = False


def told(source: str, sort: Sort, text: str, confidence: float | None) -> Track:
    """Its confidence is in the whole text: in each sign it is the root of that."""
    each = (UNTOLD if confidence is None else confidence) ** (1 / max(len(text), 1))
    return Track(source, sort, (tuple({sign: each} for sign in text),), told=True)


def likeliest(look: Chances) -> str:
    return "".join(max(place, key=lambda sign: _sane(place[sign])) for place in look if place)


def least_of(look: Chances) -> float:
    """The chance of its least certain sign."""
    return min((max(map(_sane, place.values())) for place in look if place), default=0.0)


def _sane(chance: float) -> float:
    """What is no chance, such as not-a-number, is none at all."""
    return min(chance, 1.0) if chance >= 0 else 0.0


# --- frames that count -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Weighted:
    """A track with the frames of it that count, and how much each does."""

    track: Track
    looks: tuple[Chances, ...]
    weight: float


def weighted(tracks: Iterable[Track]) -> list[Weighted]:
    """The same picture twice is one. All that one camera saw of a sort weighs no more than two independent
    frames, however many tracks it was broken into. The order in which they came says nothing."""
    by_camera: dict[tuple[str, Sort, bool], list[tuple[Track, tuple[Chances, ...]]]] = {}
    known: set[tuple[str, Sort, Canonical]] = set()
    for track in sorted(tracks, key=_order):
        if looks := _clearest(track, known):
            by_camera.setdefault((track.source, track.sort, track.told), []).append((track, looks))
    return [
        Weighted(track, looks, _weight(track, sum(len(looks) for _, looks in mine)))
        for mine in by_camera.values()
        for track, looks in mine
    ]


def _weight(track: Track, looks: int) -> float:
    return min(1.0 if track.told else WEIGHT, MOST * WEIGHT / looks)


def _order(track: Track) -> tuple[str, str, bool, list[Canonical]]:
    return track.source, track.sort, track.told, sorted(map(_canonical, track.looks))


def _canonical(look: Chances) -> Canonical:
    return tuple(tuple(sorted((sign, _sane(chance)) for sign, chance in place.items())) for place in look)


def _clearest(track: Track, known: set[tuple[str, Sort, Canonical]]) -> tuple[Chances, ...]:
    """Of those that this camera has not shown already."""
    new = {}
    for look in track.looks:
        key = (track.source, track.sort, _canonical(look))
        if any(look) and key not in known:
            known.add(key)
            new[key] = look
    return tuple(new[key] for key in sorted(new, key=lambda key: (-_clearness(new[key]), key))[:MOST])


def _clearness(look: Chances) -> float:
    return sum(log(max(_sane(max(place.values())), STRAY)) for place in look if place)


# --- places summed over frames ---------------------------------------------------------------------


class Place(dict[str, float]):
    """By sign: the logarithm of its chance, summed over frames. `floor` is that of a sign nobody named."""

    __slots__ = ("floor",)
    floor: float

    def __missing__(self, sign: str) -> float:
        return self.floor


@dataclass(frozen=True, slots=True, eq=False)
class Summed:
    """A track's places: `chances` as the frames have them, `ratios` against any other vehicle's; `rest[n]`:
    that nothing stands from the n-th place on."""

    of: Weighted
    chances: tuple[Place, ...]
    ratios: tuple[Place, ...]
    rest: tuple[float, ...]

    def score(self, text: str) -> float:
        return sum(map(getitem, self.ratios, text), self.rest[len(text)])

    def scores(self, columns: "Columns", least: float) -> Iterator[tuple[int, float]]:
        """`score` of very many, of those alone that are above `least`, with whose they are."""
        places = [map(self.ratios[n].__getitem__, column) for n, column in enumerate(columns.signs)]
        rest = self.rest[len(places)]
        for whose, score in zip(columns.whose, map(sum, zip(*places, strict=True)), strict=True):
            if score + rest > least:
                yield whose, score + rest


@dataclass(frozen=True, slots=True)
class Columns:
    """Texts turned on their side: the first signs of all, the second signs, …; and whose each is. So that
    thousands are looked up place by place, which is several times as quick as one by one."""

    signs: tuple[tuple[str, ...], ...]
    whose: tuple[int, ...]

    @classmethod
    def of(cls, texts: Sequence[tuple[str, int]]) -> "Columns":
        longest = min(max((len(text) for text, _ in texts), default=0), PLACES)
        padded = ([*text[:longest], *[""] * (longest - len(text))] for text, _ in texts)
        return cls(tuple(zip(*padded, strict=True)), tuple(whose for _, whose in texts))


def summed(of: Weighted) -> Summed:
    chances = tuple(_summed(of, n) for n in range(PLACES))
    gain = of.weight * len(of.looks) * log(SIGNS)
    ratios = tuple(_ratios(place, gain) for place in chances)
    if of.track.sort is Sort.PLATE:
        ratios[0][ANY] = _mean([ratios[0][sign] for sign in PROVINCES])
    rest = [0.0] * (LIMIT + 1)
    for n, place in reversed(list(enumerate(ratios))):
        rest[n] = rest[n + 1] + place[""]
    return Summed(of, chances, ratios, tuple(rest))


def _summed(of: Weighted, n: int) -> Place:
    shown = [look[n] if n < len(look) and look[n] else {"": 1.0} for look in of.looks]
    found = Place()
    found.floor = of.weight * len(shown) * log(STRAY)
    for sign in sorted({sign for place in shown for sign in place} - {ANY, OTHER}):
        found[sign] = of.weight * sum(
            log((1 - DOUBT) * _sane(place.get(sign, 0.0)) + STRAY) for place in shown
        )
    left = (max(0.0, 1 - sum(map(_sane, place.values()))) for place in shown)
    found[OTHER] = of.weight * sum(log((1 - DOUBT) * one + DOUBT) for one in left)
    return found


def _ratios(place: Place, gain: float) -> Place:
    """That nothing stands at a place is no argument for a text: other vehicles' plates end there too."""
    found = Place(dict.fromkeys(_ALPHABET, place.floor + gain))
    found.floor = place.floor + gain
    found.update((sign, value + gain) for sign, value in place.items() if sign != OTHER)
    found[""] = place[""]
    return found


def _mean(logs: Sequence[float]) -> float:
    highest = max(logs)
    return highest + log(sum(exp(one - highest) for one in logs) / len(logs))


# --- declared texts as they are painted ------------------------------------------------------------


def painted(plate: Plate) -> tuple[str, ...]:
    """A Chinese plate is read with its province or without; one declared without it may be of any."""
    if plate.country != Country.CN:
        return (plate.number,)
    return (plate.province or ANY) + plate.number, plate.number


def says(text: str, declared: Sequence[str]) -> bool:
    """The very text, sign for sign."""
    if text in declared:
        return True
    of_any = declared[0][:1] == ANY and text[:1] != "" and text[:1] in PROVINCES
    return of_any and text[1:] == declared[0][1:]


# --- what several tracks of one text say together ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Consensus:
    """The likeliest sign of each place over all tracks; `least` is the chance of the least certain one."""

    text: str
    least: float


def consensus(tracks: Sequence[Summed], declared: Sequence[str] = ()) -> Consensus:
    """Those that show a province and those that do not are laid beside each other at the number. A province
    that was not declared need not be certain."""
    bare = [track for track in tracks if len(declared) > 1 and _is_bare(track, declared)]
    whole = [track for track in tracks if not any(track is one for one in bare)]
    shift = 1 if bare and whole else 0
    provinces = [[track.chances[0] for track in whole]] if shift else []
    rows = [
        [
            *(t.chances[n + shift] for t in whole if n + shift < len(t.chances)),
            *(t.chances[n] for t in bare if n < len(t.chances)),
        ]
        for n in range(max(len(track.chances) for track in tracks))
    ]
    found = [_likely(row) for row in (*provinces, *rows) if row]
    certain = found[1:] if whole and declared and declared[0][:1] == ANY else found
    return Consensus("".join(sign for sign, _ in found), min(chance for _, chance in certain))


def _is_bare(track: Summed, declared: Sequence[str]) -> bool:
    return track.score(declared[1]) > track.score(declared[0])


def _likely(row: Sequence[Place]) -> tuple[str, float]:
    named = sorted({sign for place in row for sign in place})
    total = {sign: sum(place[sign] for place in row) for sign in named}
    likely = max((sign for sign in named if sign != OTHER), key=lambda sign: total[sign], default=None)
    if likely is None:
        return "", 0.0
    return likely, 1 / sum(exp(value - total[likely]) for value in total.values())
