"""How well each camera reads, and whether it has become worse: counts of passages, and a test. Pure.

A share says nothing without how many it rests on. Worse is said only where two shares differ by more than
chance lets them, each with its Wilson interval, and by enough to matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

import msgspec

Z = 3.0  # each new day is another look at the same figures: 2 would call a good camera worse every month
LEAST_BEFORE, LEAST_SINCE = 200, 50  # passages
LEAST_WORSE = 0.02  # of all passages, at the least that chance allows
BACK, LONG = timedelta(days=14), timedelta(days=28)  # since when it may have begun; what is before that


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """Passages by what became of a camera's reading of one subject. `unread`: nothing, or nothing sure
    enough; `unjudged`: it said something, and nobody knows what stood there. `sure` adds up the confidence
    of `sured` reads."""

    right: int = 0
    wrong: int = 0
    unread: int = 0
    unjudged: int = 0
    sured: int = 0
    sure: float = 0.0

    def __add__(self, other: "Count") -> "Count":
        return Count(**{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__})

    @property
    def judged(self) -> int:
        return self.right + self.wrong + self.unread

    @property
    def passages(self) -> int:
        return self.judged + self.unjudged

    @property
    def share_right(self) -> float | None:
        return self.right / self.judged if self.judged else None

    @property
    def share_unread(self) -> float | None:
        return self.unread / self.passages if self.passages else None

    @property
    def confidence(self) -> float | None:
        return self.sure / self.sured if self.sured else None


@dataclass(frozen=True, slots=True)
class Drift:
    """It read the share `before` right, and `since` that day less."""

    before: float
    since: float
    day: date


def wilson(right: int, of: int, z: float = Z) -> tuple[float, float]:
    """Between what a share may be, of so many. Of none it may be anything."""
    if of == 0:
        return 0.0, 1.0
    share, wide = right / of, z * z / of
    middle = (share + wide / 2) / (1 + wide)
    half = z * sqrt(share * (1 - share) / of + wide / (4 * of)) / (1 + wide)
    return max(0.0, middle - half), min(1.0, middle + half)


def worse_by_at_least(before: Count, since: Count) -> float:
    """The least difference of the two shares that chance allows: Newcombe's interval, of Wilson's two."""
    was, now = before.share_right, since.share_right
    if was is None or now is None:
        return 0.0
    low, _ = wilson(before.right, before.judged)
    _, high = wilson(since.right, since.judged)
    return was - now - sqrt((was - low) ** 2 + (high - now) ** 2)


def drift(days: Mapping[date, Count], today: date) -> Drift | None:
    """Since which day of late it reads worse than in the weeks before: the one that shows it best."""
    found = [
        (least, day, before, since)
        for day in sorted(each for each in days if today - BACK < each <= today)
        for before in [total(days, day - LONG, day)]
        for since in [total(days, day, today + timedelta(days=1))]
        if before.judged >= LEAST_BEFORE and since.judged >= LEAST_SINCE
        and (least := worse_by_at_least(before, since)) >= LEAST_WORSE
    ]  # fmt: skip
    if not found:
        return None
    _, day, before, since = max(found, key=lambda one: (one[0], one[1]))
    return Drift(before.right / before.judged, since.right / since.judged, day)


def total(days: Mapping[date, Count], begins: date, ends: date) -> Count:
    """From one day until before another."""
    return sum((count for day, count in days.items() if begins <= day < ends), Count())
