"""Until when does an answer hold, if nothing happens but time? A lane that cannot ask goes by this.

Time alone speaks in four rules of `permit.py`: papers, the stay, a regime's days, opening hours. `ends`
finds the first moment at which any of them says something else; between now and then the same facts give the
same answer.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from . import papers
from .pairing import pairs
from .permit import (
    Objection,
    Question,
    Rule,
    documents_valid,
    in_time_for_regime,
    place_open,
    within_stay,
)
from .stays import stay_ends

CLOCK_RULES: tuple[Rule, ...] = (documents_valid, within_stay, in_time_for_regime, place_open)
SHORTEST = timedelta(microseconds=1)
NEAR, FAR = timedelta(days=1), timedelta(days=30)


def ends(q: Question) -> datetime | None:
    """The first moment after `q.at` at which the clock alone changes the answer: none where it never does.

    A permit holds up to, not including, that moment; a refusal cannot become a permit before it. Where a
    place keeps hours nobody looks further than 30 days ahead.
    """
    now = said_by_clock(q, q.at)
    changes = (edge for edge in sorted({*_papers(q), *_hours(q, NEAR)}) if said_by_clock(q, edge) != now)
    first = next(changes, None)
    if first is None or first > q.at + NEAR:
        far = (edge for edge in sorted({*_papers(q), *_hours(q, FAR)}) if said_by_clock(q, edge) != now)
        first = next(far, None)
    if q.checkpoint not in q.ref.places_with_hours:
        return first
    return min(first or q.at + FAR, q.at + FAR)


def said_by_clock(q: Question, at: datetime) -> tuple[tuple[object, ...], ...]:
    """What the rules of time have against a passage at this moment: that, not in which words."""
    asked = replace(q, at=at)
    return tuple(_told(objection) for rule in CLOCK_RULES for objection in rule(asked))


def _told(objection: Objection) -> tuple[object, ...]:
    details = objection.details
    named = (details.get(name) for name in ("document", "reason", "subject"))
    return (objection.code, objection.party, *named)


def _papers(q: Question) -> Iterator[datetime]:
    """Papers begin and end at a midnight; a stay and a regime's days end with their last moment."""
    for edge in papers.edges(q.state, q.ref):
        if edge > q.at:
            yield edge
    for limit in (stay_ends(q.state, q.ref), *(pair.due for pair in pairs(q.state, q.ref))):
        if limit is not None and limit >= q.at:
            yield limit + SHORTEST


def _hours(q: Question, within: timedelta) -> Iterator[datetime]:
    if q.checkpoint in q.ref.places_with_hours:
        yield from q.ref.calendar.edges(q.at, q.at + within)
