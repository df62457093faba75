"""Journeys as they were lived, kept as files: who did what when, and how it ended (`journeys/*.json`).

`read` checks a file's form; `calls` makes of it the calls of the open API that tell the same story on other
days, with other plates and numbers, so that it can be told again and again.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from stdnum import iso6346

from cuakhauso.core.reference import HANOI


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that somebody did. `added` ones are not in the record but needed, `because` says why."""

    when: str
    who: str
    does: str
    crossing: str
    what: dict[str, Any]
    added: bool = False
    because: str = ""
    note: str = ""


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a crossing of the journey ends, and what was paid on each order."""

    stage: str
    place: str
    paid: dict[str, int]


class Journey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`businesses` are tax codes by the name that lines use; every other `who` is an agency at the gate."""

    journey: str
    source: str
    gate: str
    businesses: dict[str, str]
    crossings: dict[str, str]
    lines: list[Line]
    ends: dict[str, End]

    @property
    def people(self) -> list[str]:
        return list(dict.fromkeys(line.who for line in self.lines))


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the open API, and the line it tells."""

    line: Line
    at: datetime
    path: str
    body: dict[str, Any]


def read(path: Path) -> Journey:
    """Raises `msgspec.ValidationError`, which names what is wrong, for a file of another form."""
    return msgspec.json.decode(path.read_bytes(), type=Journey)


def last_day(journey: Journey, now: datetime) -> date:
    """The latest first day with which the whole journey has happened by now."""
    begin = now.astimezone(HANOI).date()
    while max(moment(line.when, begin) for line in journey.lines) > now:
        begin -= timedelta(days=1)
    return begin


def calls(journey: Journey, run: int, begin: date) -> Iterator[Call]:
    """The same run on the same day gives the same calls, ids included: sending them again changes nothing."""
    telling = Telling(journey, run, begin)
    return (telling.call(index, line) for index, line in enumerate(journey.lines))


# --- days and hours ------------------------------------------------------------------------------

_WHEN = re.compile(r"D\+(\d) (\d\d):(\d\d)(?::(\d\d))?")


def moment(when: str, begin: date) -> datetime:
    """`D+1 09:40` is 9:40 in Hanoi on the day after the first."""
    found = _WHEN.fullmatch(when)
    if found is None:
        raise ValueError(f"{when!r} is no time like 'D+1 09:40'")
    days, hour, minute, second = (int(part or 0) for part in found.groups())
    return datetime.combine(begin + timedelta(days=days), time(hour, minute, second), tzinfo=HANOI)


# --- one telling ---------------------------------------------------------------------------------


class Telling:
    """One run of a journey: its ids, its plates and numbers, its days."""

    def __init__(self, journey: Journey, run: int, begin: date) -> None:
        self.journey, self.run, self.begin = journey, run, begin
        self.values = variation(journey, run)
        self.crossings = {name: str(self._crossing_id(name)) for name in journey.crossings}

    def call(self, index: int, line: Line) -> Call:
        at = moment(line.when, self.begin)
        own_id = str(self._id(at, index, line.when))
        body = self._told(line.what)
        crossing = self.crossings[line.crossing]
        if line.does == "declare":
            body |= {"id": crossing, "declared_at": at.isoformat()}
            return Call(line, at, "/declarations", body)
        body |= {"id": own_id, "occurred_at": at.isoformat()}
        return Call(line, at, f"/crossings/{crossing}/{line.does}", body)

    def _told(self, value: Any) -> Any:
        """Names of crossings become ids, times become moments, identifiers those of this run."""
        if isinstance(value, dict):
            told = {name: self._told(one) for name, one in value.items()}
            if (name := told.pop("crossing", None)) is not None:
                told["id"] = self.crossings.get(name, name)
            if "receiving" in told and isinstance(told["receiving"], str):
                told["receiving"] = self.crossings[told["receiving"]]
            return told
        if isinstance(value, list):
            return [self._told(one) for one in value]
        if isinstance(value, str) and _WHEN.fullmatch(value):
            return moment(value, self.begin).isoformat()
        return self.values.get(value, value) if isinstance(value, str) else value

    def _crossing_id(self, name: str) -> UUID:
        first = next(line for line in self.journey.lines if line.does == "declare")
        return self._id(
            moment(first.when, self.begin), 0x800 + list(self.journey.crossings).index(name), name
        )

    def _id(self, at: datetime, index: int, name: str) -> UUID:
        """A UUIDv7 of that moment; lines of one moment keep their order."""
        chance = _number(f"{self.run} {self.journey.journey} {self.begin} {index} {name}") % (1 << 62)
        return UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | index << 64 | 2 << 62 | chance)


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest())


# --- other plates and numbers --------------------------------------------------------------------


def variation(journey: Journey, run: int) -> dict[str, str]:
    """Every plate, container, seal and customs number of the file, and what it is in this run.

    Run 0 leaves them as they stand. Check digits are right in every run.
    """
    if run == 0:
        return {}
    declared = (line.what for line in journey.lines if line.does == "declare")
    return {text: vary(text, run) for form in declared for text in identifiers(form)}


def identifiers(form: dict[str, Any]) -> Iterator[str]:
    for vehicle in (form["vehicle"], *(one["vehicle"] for one in form.get("receiving", []))):
        yield vehicle["plate"]
        for name in ("trailers", "containers", "seals"):
            yield from vehicle.get(name, [])
    for group in form.get("groups", []):
        yield group["customs_number"]


_CONTAINER = re.compile(r"[A-Z]{4}\d{7}")
_CUSTOMS = re.compile(r"[13]\d{11}")
_DIGITS = re.compile(r"\d")
KEPT_AT_START = {"customs": 3, "plate": 2}


def vary(text: str, run: int) -> str:
    """The same kind of identifier with other digits."""
    digits = iter(f"{_number(f'{run} {text}') % 10**12:012}")
    if _CONTAINER.fullmatch(text):
        number = text[:4] + "".join(next(digits) for _ in range(6))
        return number + str(iso6346.calc_check_digit(number))
    if _CUSTOMS.fullmatch(text):
        return text[:3] + "".join(next(digits) for _ in range(8)) + text[11:]
    kept = 2 if text[:2].isdigit() else 0  # a province's number stays
    return text[:kept] + _DIGITS.sub(lambda _: next(digits), text[kept:])
