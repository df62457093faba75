"""A match in words, for the lists and the page of a vehicle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cuakhauso.core.words import Agency

from ..web import words
from . import queries
from .models import AlertMatch


@dataclass(frozen=True, slots=True)
class Line:
    """Who is looked for, what to do, what was met. Without `crossing` nobody knows the vehicle."""

    id: UUID
    crossing: UUID | None
    exact: bool
    value: str
    wanted: str
    to_do: str
    how: str
    at: datetime
    reason: str
    law: str
    agency: str


def line(match: AlertMatch) -> Line:
    alert = match.alert
    return Line(
        match.pk, match.crossing, match.exact, match.value, alert.shown,
        words.of(words.ALERT_TO_DO, alert.to_do), words.of(words.ALERT_HOW, match.how), match.at,
        alert.reason, alert.law, words.of(words.AGENCIES, alert.agency),
    )  # fmt: skip


def open_at(gate: str, agencies: Sequence[Agency]) -> list[Line]:
    return [line(match) for match in queries.open_matches(gate, agencies)]


def of_vehicle(crossing: UUID, agencies: Sequence[Agency]) -> list[Line]:
    return [line(match) for match in queries.matches_of(crossing, agencies)]
