"""How long a wait usually takes, for pages and the API. What is not known is None, and nothing is said.

Kept in the process for some minutes: lists are drawn often, and the figures change once a night.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic

from django.utils.translation import gettext as _

from cuakhauso.core.facts import Fact, Held
from cuakhauso.core.fold import State
from cuakhauso.core.procedure import next_leg
from cuakhauso.core.reference import Reference
from cuakhauso.core.usual import Measure, Usual, What, clocked, open_step, shut
from cuakhauso.core.words import Party

from ..shared import store
from ..shared.models import Crossing
from ..web import formats, words
from .models import UsualWait

KEPT_S = 300
STALE = timedelta(days=7)  # what nobody computed for so long is not known any more


def of_clock(gate: str, kind: str, party: str, why: str) -> Usual | None:
    """What the clock usually stays at for this."""
    return _known(gate, kind, clocked(Party(party), why))


def of_step(gate: str, kind: str, party: str, step: str, stage: str) -> Usual | None:
    """How far lists usually count for a step that waits for a party while the vehicle is at this stage."""
    return _known(gate, kind, open_step(Party(party), step, stage))


def _known(gate: str, kind: str, what: What) -> Usual | None:
    return _figures(int(monotonic() // KEPT_S)).get((gate, kind, what))


@lru_cache(maxsize=1)
def _figures(period: int) -> dict[tuple[str, str, What], Usual]:
    rows = UsualWait.objects.filter(computed_at__gt=store.now() - STALE)
    return {
        (row.gate, row.kind, What(Measure(row.measure), Party(row.party), row.why, row.stage)): Usual(
            row.p50_minutes, row.p90_minutes, row.sample
        )
        for row in rows
    }


def forget() -> None:
    """Read again at the next question: for tests, and for whoever has just measured."""
    _figures.cache_clear()


def over_closing(state: State, ref: Reference, since: datetime, at: datetime) -> bool:
    """A step that waited while the gate was closed is held against nothing."""
    return shut(next_leg(state), ref, since, at)


def limit_of_oldest(crossing: Crossing, waits: Sequence[tuple[str, str, float]]) -> int | None:
    """Of the step that has waited longest; of several that have waited as long, the first to be too late.
    `waits` are party, step, since."""
    oldest = min((since for _party, _step, since in waits), default=None)
    known = (
        of_step(crossing.gate, crossing.kind, party, step, crossing.stage)
        for party, step, since in waits
        if since == oldest
    )
    return min((found.limit for found in known if found is not None), default=None)


def limit_of_hold(crossing: Crossing, holds: Sequence[Fact]) -> int | None:
    """Of the hold that was placed first: its time is that agency's."""
    if not holds or holds[0].actor.agency is None or not isinstance(holds[0].data, Held):
        return None
    found = of_clock(crossing.gate, crossing.kind, holds[0].actor.agency, f"hold:{holds[0].data.reason}")
    return found.limit if found else None


def in_words(usual: Usual) -> str:
    """ "thường 20–45 phút": half of the vehicles no longer than the first, nine of ten than the second."""
    return _("thường %(range)s") % {
        "range": formats.waited_between(usual.p50 * 60, usual.p90 * 60, words.language())
    }
