"""One photo against what is known of it. What counts is the sighting that a lane would take first."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..contracts import Kind
from ..opening import Unopened
from ..reading import Photo, is_accepted
from ..seeing import Sighting, WhyNot
from .labelled import CHINESE, Labelled

PROVINCES: Final = range(0x4E00, 0xA000)  # a Chinese character in the first place is a province


class Miss(StrEnum):
    """Why a photo stands in the gallery, the worst first."""

    WRONG_TAKEN = "wrong_taken"  # it would be taken without a person, and is wrong
    UNLABELLED_TAKEN = "unlabelled_taken"  # taken, and nobody knows whether it is right
    WRONG = "wrong"
    NOTHING = "nothing"  # nothing of this kind was found
    UNOPENED = "unopened"
    ASKED = "asked"  # right, but a person would be asked


ORDER: Final = tuple(Miss)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """`text`, `likely` and `why_not` are those of the best sighting of the kind that was sought.
    `but_province`: exact, or would be with another Chinese province. `also_wrong`: another sighting would be
    taken too, and is not what the label says (it may be another vehicle's)."""

    file: str
    kind: str
    set: str
    label: str
    opened: bool
    text: str = ""
    confidence: float = 0.0
    exact: bool = False
    any_exact: bool = False
    likely: str = ""
    but_province: bool = False
    errors: int = 0
    accepted: bool = False
    also_wrong: bool = False
    miss: Miss | None = None
    unopened: Unopened | None = None
    why_not: tuple[WhyNot, ...] = ()
    looked_ms: float = 0.0
    opened_ms: float = 0.0

    @property
    def with_likely(self) -> bool:
        """Exact, or what a person is asked about is."""
        return self.exact or (self.likely != "" and self.likely == self.label)


def best_of(sightings: tuple[Sighting, ...], kind: Kind | None) -> Sighting | None:
    """The first that is told, as `Eyes.look` sorts. Of any kind with None."""
    return next((one for one in sightings if kind is None or one.found.kind is kind), None)


def judged(labelled: Labelled, photo: Photo) -> Judged:
    kind = labelled.sought if labelled.label else None
    best = best_of(photo.sightings, kind)
    sought = [one for one in photo.sightings if kind is None or one.found.kind is kind]
    text, label = (best.text if best else ""), labelled.label
    exact = bool(label) and is_exact(text, label)
    accepted = best is not None and is_accepted(best)
    others = [one for one in sought if one is not best and is_accepted(one)]
    return Judged(
        file=labelled.file, kind=labelled.kind, set=labelled.set, label=label,
        opened=photo.unopened is None, unopened=photo.unopened,
        text=text, confidence=best.confidence if best else 0.0, why_not=best.why_not if best else (),
        exact=exact, any_exact=bool(label) and any(is_exact(one.text, label) for one in sought),
        likely=best.likely if best else "",
        but_province=exact or (labelled.kind == CHINESE and tail(text) == tail(label) != ""),
        errors=distance(text, label) if label else 0,
        accepted=accepted, also_wrong=bool(label) and any(not is_exact(one.text, label) for one in others),
        miss=_miss(photo, bool(label), exact, accepted, best is not None),
        looked_ms=photo.looked_ms, opened_ms=photo.opened_ms,
    )  # fmt: skip


def _miss(photo: Photo, has_label: bool, exact: bool, accepted: bool, found: bool) -> Miss | None:
    if photo.unopened and not photo.sightings:
        return Miss.UNOPENED
    if not has_label:
        return Miss.UNLABELLED_TAKEN if accepted else None
    if not found:
        return Miss.NOTHING
    if not exact:
        return Miss.WRONG_TAKEN if accepted else Miss.WRONG
    return None if accepted else Miss.ASKED


def is_exact(text: str, label: str) -> bool:
    """Sign for sign. A Chinese plate that was labelled without its province is compared without it."""
    return bool(text) and (
        text == label or (tail(text) == label and label[:1].isascii() and label[:1].isalpha())
    )


def tail(text: str) -> str:
    """Without the character of a Chinese province, where one stands."""
    return text[1:] if text and ord(text[0]) in PROVINCES else text


def distance(text: str, label: str) -> int:
    """Signs to change, add or take away until they are equal. A measure of reading; never opens anything."""
    return sum(one != other for one, other in differing(text, label))


def differing(text: str, label: str) -> list[tuple[str, str]]:
    """Sign beside sign, as they fit together best; "" where one side has none."""
    rows = [[0] * (len(label) + 1) for _ in range(len(text) + 1)]
    for n in range(len(text) + 1):
        for m in range(len(label) + 1):
            if n == 0 or m == 0:
                rows[n][m] = n + m
            else:
                same = rows[n - 1][m - 1] + (text[n - 1] != label[m - 1])
                rows[n][m] = min(same, rows[n - 1][m] + 1, rows[n][m - 1] + 1)
    pairs, n, m = list[tuple[str, str]](), len(text), len(label)
    while n or m:
        if n and m and rows[n][m] == rows[n - 1][m - 1] + (text[n - 1] != label[m - 1]):
            n, m = n - 1, m - 1
            pairs.append((text[n], label[m]))
        elif n and rows[n][m] == rows[n - 1][m] + 1:
            n -= 1
            pairs.append((text[n], ""))
        else:
            m -= 1
            pairs.append(("", label[m]))
    return pairs[::-1]
