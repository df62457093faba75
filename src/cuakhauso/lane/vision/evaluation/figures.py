"""Shares with the interval in which the truth lies, times, counted photo by photo: each leaves no
more than a few bytes.
"""

from array import array
from collections import Counter
from dataclasses import dataclass, field
from math import ceil, sqrt
from typing import Any, Final

from .scoring import Judged, Miss

Z95: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many. `low` and `high` are Wilson's interval of 95 %."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        return self.count / self.of if self.of else None

    @property
    def low(self) -> float:
        return wilson(self.count, self.of)[0]

    @property
    def high(self) -> float:
        return wilson(self.count, self.of)[1]

    def as_json(self) -> dict[str, Any]:
        told = {"count": self.count, "of": self.of, "share": None, "low": None, "high": None}
        if not self.of:
            return told
        return told | {
            "share": round(self.count / self.of, 5),
            "low": round(self.low, 5),
            "high": round(self.high, 5),
        }


def wilson(count: int, of: int, z: float = Z95) -> tuple[float, float]:
    """Holds for few photos and for shares near 0 and 1, where the usual formula says "certain"."""
    if not of:
        return 0.0, 1.0
    share, square = count / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    around = z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, middle - around), min(1.0, middle + around)


def percentile(values: "array[float]", part: float) -> float | None:
    """The smallest value that at least this part of all does not exceed."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, ceil(part * len(ordered)) - 1)]


@dataclass(slots=True)
class Tally:
    """What the photos of one kind and set come to, as they come."""

    labelled: int = 0
    exact: int = 0
    any_exact: int = 0
    with_likely: int = 0
    likely: int = 0
    but_province: int = 0
    errors: int = 0
    signs: int = 0
    accepted: int = 0
    accepted_wrong: int = 0
    also_wrong: int = 0
    unlabelled: int = 0
    unlabelled_accepted: int = 0
    misses: Counter[Miss] = field(default_factory=Counter)
    looked_ms: "array[float]" = field(default_factory=lambda: array("f"))
    opened_ms: "array[float]" = field(default_factory=lambda: array("f"))

    def add(self, one: Judged) -> None:
        if one.opened:
            self.looked_ms.append(one.looked_ms)
            self.opened_ms.append(one.opened_ms)
        if one.miss:
            self.misses[one.miss] += 1
        if not one.label:
            self.unlabelled += 1
            self.unlabelled_accepted += one.accepted
            return
        self.labelled += 1
        self.exact += one.exact
        self.any_exact += one.any_exact
        self.with_likely += one.with_likely
        self.likely += one.likely != ""
        self.but_province += one.but_province
        self.errors += one.errors
        self.signs += len(one.label)
        self.accepted += one.accepted
        self.accepted_wrong += one.accepted and not one.exact
        self.also_wrong += one.also_wrong

    def merge(self, other: "Tally") -> None:
        for name in self.__slots__:
            mine, others = getattr(self, name), getattr(other, name)
            if isinstance(mine, array):
                mine.extend(others)
            else:
                setattr(self, name, mine + others)

    @property
    def photos(self) -> int:
        return self.labelled + self.unlabelled

    @property
    def shares(self) -> dict[str, Share]:
        return {
            "exact": Share(self.exact, self.labelled),
            "any_exact": Share(self.any_exact, self.labelled),
            "with_likely": Share(self.with_likely, self.labelled),
            "likely_wrong": Share(self.likely - (self.with_likely - self.exact), self.likely),
            "but_province": Share(self.but_province, self.labelled),
            "sign_errors": Share(min(self.errors, self.signs), self.signs),
            "accepted": Share(self.accepted, self.labelled),
            "accepted_wrong": Share(self.accepted_wrong, self.accepted),
            "unlabelled_accepted": Share(self.unlabelled_accepted, self.unlabelled),
        }

    def as_json(self) -> dict[str, Any]:
        times = {
            name: {"median": _rounded(percentile(ms, 0.5)), "p90": _rounded(percentile(ms, 0.9))}
            for name, ms in (("looked", self.looked_ms), ("opened", self.opened_ms))
        }
        return {
            "photos": self.photos,
            "labelled": self.labelled,
            **{name: share.as_json() for name, share in self.shares.items()},
            "also_accepted_wrong": self.also_wrong,
            "misses": {miss.value: count for miss, count in sorted(self.misses.items())},
            "ms": times,
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


class Board:
    """A tally for each kind and set."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str], Tally] = {}

    def add(self, one: Judged) -> None:
        self._groups.setdefault((one.kind, one.set), Tally()).add(one)

    @property
    def groups(self) -> list[tuple[str, str, Tally]]:
        return [(kind, set_, tally) for (kind, set_), tally in sorted(self._groups.items())]

    @property
    def kinds(self) -> list[tuple[str, Tally]]:
        """Over the sets of each kind."""
        found: dict[str, Tally] = {}
        for kind, _, tally in self.groups:
            found.setdefault(kind, Tally()).merge(tally)
        return sorted(found.items())

    @property
    def photos(self) -> int:
        return sum(tally.photos for tally in self._groups.values())

    def as_json(self) -> list[dict[str, Any]]:
        return [{"kind": kind, "set": set_, **tally.as_json()} for kind, set_, tally in self.groups]
