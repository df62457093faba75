"""The texts of one vehicle before one camera, each followed from frame to frame: which looks are kept, and
what is to be told of them now.

Kept are few: sure ones, large ones, and such that differ from the others. A vehicle that stands gives the
same frame a hundred times, and a hundred votes for one mistake are one vote.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import hypot
from typing import Any

from ..contracts import Chances
from .region import middle
from .voting import Consensus, consensus
from .wire import Answer, Corners, Seen

MOST_GLANCES, MOST_TRACKS = 8, 6
FOR_S = 60.0  # older looks do not vote
MOVED = 1.5  # of its own length, that a text moves at most between two looks
GROWN = 1.7
SAME_S = 2.0  # frames so far apart are told apart, however alike
GONE_S = 2.0  # what was not seen for so long makes room for what is seen now
ENOUGH_PX = 24.0
BETTER = 1.15  # so much better a crop must be to take the place of the one that is shown


@dataclass(frozen=True, slots=True)
class Glance:
    """One look at one text. `scene` is the frame, kept for the best one only."""

    heard: float
    text: str
    confidence: float
    corners: Corners
    chances: Chances
    crop: bytes = field(repr=False)
    is_whole: bool = True

    @property
    def tall(self) -> float:
        (ax, ay), (bx, by), _, (dx, dy) = self.corners
        return min(hypot(bx - ax, by - ay), hypot(dx - ax, dy - ay))

    @property
    def wide(self) -> float:
        (ax, ay), (bx, by), _, (dx, dy) = self.corners
        return max(hypot(bx - ax, by - ay), hypot(dx - ax, dy - ay))

    @property
    def quality(self) -> float:
        size = min(1.0, self.tall / ENOUGH_PX)
        return self.confidence * size * (1.0 if self.is_whole else 0.5)


@dataclass(slots=True)
class Track:
    """One text. `told` are the looks that were told last, and `told_until` when the newest of them was seen;
    `scene` is the frame of the best look."""

    session: str
    kind: str
    glances: list[Glance] = field(default_factory=list)
    best: Glance | None = None
    scene: Any = field(default=None, repr=False)
    told: tuple[Chances, ...] = ()
    told_until: float = float("-inf")

    def tell(self) -> None:
        self.told, self.told_until = self.looks, self.seen_at

    @property
    def seen_at(self) -> float:
        return self.glances[-1].heard

    def far(self, glance: Glance) -> float:
        (ax, ay), (bx, by) = middle(self.glances[-1].corners), middle(glance.corners)
        return hypot(ax - bx, ay - by)

    def is_of(self, kind: str, glance: Glance) -> bool:
        """The same text of the same vehicle: near where it was, as large as it was."""
        if kind != self.kind:
            return False
        last = self.glances[-1]
        grown = max(last.wide, glance.wide) / max(1.0, min(last.wide, glance.wide))
        return self.far(glance) <= MOVED * max(last.wide, glance.wide) and grown <= GROWN

    def add(self, glance: Glance, scene: Any) -> None:
        self.glances.append(glance)
        if self.best is None or glance.quality > BETTER * self.best.quality:
            self.best, self.scene = glance, scene
        while len(self.glances) > MOST_GLANCES:
            del self.glances[self._least()]

    def forget(self, before: float) -> None:
        self.glances = [one for one in self.glances if one.heard >= before]

    def _least(self) -> int:
        """Which one says least that others do not; never the newest."""
        return min(range(len(self.glances) - 1), key=lambda n: self._worth(n))

    def _worth(self, n: int) -> float:
        one = self.glances[n]
        others = [other for m, other in enumerate(self.glances) if m != n]
        return one.quality * (0.3 + 0.7 * min(novelty(one, other) for other in others))

    @property
    def looks(self) -> tuple[Chances, ...]:
        return tuple(one.chances for one in self.glances)

    @property
    def consensus(self) -> Consensus:
        return consensus(self.looks)

    @property
    def crops(self) -> tuple[bytes, ...]:
        """Of the looks that are kept, the best first."""
        ordered = sorted(self.glances, key=lambda one: one.quality, reverse=True)
        return tuple(one.crop for one in ordered if one.crop)


def novelty(one: Glance, other: Glance) -> float:
    """0 to 1: how much one look says that the other does not: another text, another place, another time."""
    if one.text != other.text:
        return 1.0
    (ax, ay), (bx, by) = middle(one.corners), middle(other.corners)
    moved = hypot(ax - bx, ay - by) / max(1.0, one.tall)
    return min(1.0, max(moved, abs(one.heard - other.heard) / SAME_S))


@dataclass(slots=True)
class Memory:
    """What one camera saw of the vehicle that stands there. `name` begins the sessions of its reads."""

    name: str
    tracks: list[Track] = field(default_factory=list)
    made: int = 0

    def learn(self, answer: Answer, scene: Any, heard: float) -> None:
        """Each text of a frame goes to one track, the surest first to the nearest: two plates beside each
        other are not mixed."""
        taken: set[str] = set()
        for seen in sorted(answer.seen, key=lambda one: -one.confidence):
            glance = glance_of(seen, heard)
            its = [t for t in self.tracks if t.session not in taken and t.is_of(seen.kind, glance)]
            track = min(its, key=lambda one: one.far(glance), default=None)
            if track is None and (track := self._new(seen.kind, heard)) is None:
                continue
            track.add(glance, scene)
            taken.add(track.session)
        self._forget(heard - FOR_S)

    def _new(self, kind: str, heard: float) -> Track | None:
        """None where there are too many: a wall of posters is no reason for thousands of reads. But what was
        last seen far off keeps nobody from reading what stands there now."""
        if len(self.tracks) >= MOST_TRACKS:
            gone = [track for track in self.tracks if heard - track.seen_at > GONE_S]
            if not gone:
                return None
            self.tracks.remove(min(gone, key=lambda one: one.seen_at))
        self.made += 1
        track = Track(f"{self.name}-{self.made}", kind)
        self.tracks.append(track)
        return track

    def _forget(self, before: float) -> None:
        """What was not seen for long does not vote; a track without looks is over."""
        for track in self.tracks:
            track.forget(before)
        self.tracks = [track for track in self.tracks if track.glances]

    def news(self, known: frozenset[str]) -> Iterator[Track]:
        """What was seen since it was told last, and is new to the lane: other looks than last time, or all of
        it where the lane does not know its session (any more). What is not seen any more is not told as if it
        stood there now, whatever of it was forgotten."""
        for track in self.tracks:
            is_new = track.session not in known or track.told != track.looks
            if is_new and track.seen_at > track.told_until:
                yield track


def glance_of(seen: Seen, heard: float) -> Glance:
    is_whole = not {"cut_off", "too_small"} & set(seen.why_not)
    return Glance(heard, seen.text, seen.confidence, seen.corners, seen.chances, seen.crop, is_whole)
