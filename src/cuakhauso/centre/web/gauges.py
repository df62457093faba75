"""Where a wait stands against what is usual: the numbers that the component draws."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from . import formats

# In hundredths of the width: p90 stands at 75, and a wait of 4/3 of it or more at the end. The words under
# the marks need about 32 each; where the marks are too near, p50's go aside.
P90_AT, END = 75.0, 98.0
WORDS_FROM, WORDS_MIDDLE, WORDS_END = 20.0, 43.0, 58.0


def drawn(wait: datetime | float, p50: float, p90: float, language: str) -> dict[str, Any]:
    """`wait` is when it began, or how many minutes it is. The page's script moves the pin as `pin` does."""
    minutes = (timezone.now() - wait).total_seconds() / 60 if isinstance(wait, datetime) else wait
    low = round(P90_AT * p50 / p90, 1) if p90 else P90_AT
    aside = low > WORDS_MIDDLE
    return {
        "since": wait.isoformat() if isinstance(wait, datetime) else "",
        "p90_minutes": p90,
        "low": low,
        "high": P90_AT,
        "band": round(P90_AT - low, 1),
        "pin": pin(minutes, p90),
        "over": int(minutes) > int(p90),
        "p50_anchor": "end" if aside else "middle",
        "p50_at": min(low, WORDS_END) if aside else max(low, WORDS_FROM),
        "p50": " ".join(formats.waited(p50 * 60, language)),
        "p90": " ".join(formats.waited(p90 * 60, language)),
    }


def pin(minutes: float, p90: float) -> float:
    return min(END, round(P90_AT * minutes / p90, 1)) if p90 else END
