"""The bar of attributed time: one segment per party, as wide as its share.

Widths are classes (ck-f1 … ck-f100), not style attributes, so that pages need no inline styles.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

WIDE_PX, PHONE_PX = 980, 340
_LETTER_PX, _PADDING_PX = 7.4, 10


class Span(Protocol):
    """What the bar needs of a stretch of time. `words` names it in full for those who hear it."""

    party: str
    label: str
    minutes: float
    is_now: bool
    words: str


@dataclass(frozen=True, slots=True)
class Segment:
    party: str
    label: str
    minutes: int
    is_now: bool
    words: str
    flex: int
    shown: str  # classes saying where the label or at least the figure fits


def segments(spans: Iterable[Span]) -> list[Segment]:
    listed = list(spans)
    total = sum(span.minutes for span in listed) or 1
    return [_segment(span, span.minutes / total) for span in listed]


def _segment(span: Span, share: float) -> Segment:
    minutes = round(span.minutes)
    return Segment(
        party=str(span.party),
        label=str(span.label),
        minutes=minutes,
        is_now=bool(span.is_now),
        words=str(span.words),
        flex=min(100, max(1, round(share * 100))),
        shown=f"at-wide-{_fits(span.label, minutes, share * WIDE_PX)} "
        f"at-phone-{_fits(span.label, minutes, share * PHONE_PX)}",
    )


def _fits(label: str, minutes: int, width: float) -> str:
    """What fits into so many pixels: "all", the "figure", or "nothing"."""
    texts: Sequence[tuple[str, str]] = (("all", f"{label} {minutes}"), ("figure", f"{minutes}"))
    for name, text in texts:
        if minutes and _PADDING_PX + _LETTER_PX * _letters(text) <= width:
            return name
    return "nothing"


def _letters(text: str) -> float:
    """Chinese characters are about twice as wide as Latin letters."""
    return sum(1.9 if sign > "\u2e80" else 1 for sign in text)
