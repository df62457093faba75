"""Alerts of lanes: whom each concerns, what stands against answering it; which pictures must stay. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cuakhauso.core import decisions as d
from cuakhauso.core.permit import Objection
from cuakhauso.core.steps import PLATFORM_RULE
from cuakhauso.core.words import Agency, Party


class Alert(StrEnum):
    """Why somebody must see an item."""

    OPENED_AGAINST = "opened_against"
    CONFLICT = "conflict"
    IRREGULAR = "irregular"
    UNKNOWN_VEHICLE = "unknown_vehicle"
    UNKNOWN_CROSSING = "unknown_crossing"
    TOO_LATE = "too_late"
    TAILGATE = "tailgate"
    ALARM = "alarm"
    REFUSED = "refused"


class Against(StrEnum):
    """Reasons against an act on an alert, beside those of other decisions. Stable for ever."""

    ALREADY_ACKNOWLEDGED = "already_acknowledged"
    ALREADY_ATTACHED = "already_attached"
    NOT_RECOGNISED = "not_recognised"  # of a passage: a lane saw it, and a person said later whose it was


STOPPERS = frozenset({Agency.BORDER_GUARD, Agency.CUSTOMS})
CONCERNED: dict[Alert, frozenset[Agency]] = {
    Alert.OPENED_AGAINST: STOPPERS | {Agency.BOARD},
    Alert.CONFLICT: STOPPERS | {Agency.BOARD},
    Alert.IRREGULAR: STOPPERS | {Agency.BOARD},
    Alert.UNKNOWN_VEHICLE: STOPPERS,
    Alert.UNKNOWN_CROSSING: STOPPERS,
    Alert.TOO_LATE: STOPPERS | {Agency.BOARD},
    Alert.TAILGATE: STOPPERS | {Agency.BOARD},
    Alert.ALARM: STOPPERS | {Agency.BOARD},
    Alert.REFUSED: frozenset({Agency.BOARD}),
}
NEED_WORDS = frozenset({Alert.CONFLICT, Alert.TAILGATE})
NOBODY_KNOWN = frozenset({Alert.UNKNOWN_VEHICLE, Alert.UNKNOWN_CROSSING})


def concerned(alert: Alert, held_by: Collection[str] = ()) -> frozenset[Agency]:
    """Whose alert it is; a passage against a hold is also that of whoever holds the vehicle."""
    holders = {Agency(one) for one in held_by} if alert is Alert.CONFLICT else set()
    return CONCERNED[alert] | holders


def alerts_of(agencies: Collection[Agency]) -> list[Alert]:
    """Those that concern any of these agencies, whoever holds the vehicle."""
    return [alert for alert, theirs in CONCERNED.items() if theirs & set(agencies)]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done with an alert already: when, and by whom."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Case:
    """An alert before an officer."""

    alert: Alert
    agencies: Collection[Agency]
    held_by: Collection[str] = ()
    words: str = ""
    acknowledged: Done | None = None
    attached: Done | None = None


def against_acknowledging(case: Case) -> Iterator[Objection]:
    """An alert is acknowledged once, by whom it concerns; a conflict and a tailgate with words."""
    theirs = concerned(case.alert, case.held_by)
    yield from _of_others(theirs, case)
    if case.acknowledged is not None:
        yield _done(Against.ALREADY_ACKNOWLEDGED, case.acknowledged)
    if case.alert in NEED_WORDS and not case.words.strip():
        yield Objection(d.Against.WORDS_REQUIRED, _mine(case), "", PLATFORM_RULE)


def against_attaching(case: Case) -> Iterator[Objection]:
    """A passage of nobody known is said to be a crossing's once, by border guard or customs."""
    yield from _of_others(STOPPERS, case)
    if case.attached is not None:
        yield _done(Against.ALREADY_ATTACHED, case.attached)


def _of_others(theirs: frozenset[Agency], case: Case) -> Iterator[Objection]:
    if not theirs & set(case.agencies):
        first = Agency.BORDER_GUARD if Agency.BORDER_GUARD in theirs else min(theirs)
        yield Objection(d.Against.WRONG_AGENCY, Party(first), "", PLATFORM_RULE)


def _done(code: Against, done: Done) -> Objection:
    return Objection(code, Party.SYSTEM, "", PLATFORM_RULE, {"at": done.at, "by": done.by})


def _mine(case: Case) -> Party:
    return Party(next(iter(case.agencies), Party.BORDER_GUARD))


# --- pictures --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """One item that shows a picture: when it happened, and what keeps the picture for it."""

    at: datetime
    alert_is_open: bool = False
    crossing_lives: bool = False
    is_held: bool = False


def must_stay(shown_by: Collection[Shown], before: datetime) -> bool:
    """A picture stays while it is young, its alert is open, or its vehicle is here or held."""
    return any(one.at >= before or one.alert_is_open or one.crossing_lives or one.is_held for one in shown_by)
