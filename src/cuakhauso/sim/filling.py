"""One told history as texts with marks, and the marks filled in for one vehicle after the other.

Each history was told by the real rules once (`histories.py`). Here its facts become texts with marks, the
marks are filled in, and the hash chain is computed link by link. What comes out are lines for COPY: folding
their facts gives exactly the columns written beside them.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import msgspec

from cuakhauso.centre.places.reference import references
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.centre.shared.projection import columns
from cuakhauso.core.chain import GENESIS
from cuakhauso.core.facts import Fact, to_json
from cuakhauso.core.fold import fold
from cuakhauso.core.identifiers import make_number
from cuakhauso.core.reference import HANOI

from . import histories as h

PLATES = 90_000  # of one province and letter


# --- a story as texts with marks -----------------------------------------------------------------


class FactForm(NamedTuple):
    vehicle: int
    kind: str
    own_id: str
    moment: int
    body: str


@dataclass(frozen=True)
class Form:
    """A told story up to its `moments`-th moment, ready to be filled in with `%`."""

    story: h.Told
    moments: int

    @cached_property
    def told(self) -> list[Fact]:
        end = h.moment(self.moments)
        return [fact for fact in self.story.facts if fact.occurred_at < end]

    @property
    def vehicles(self) -> range:
        return range(len(self.story.plot.contents))

    @cached_property
    def marks(self) -> list[tuple[str, str]]:
        found = [
            ("%", "%%"),
            (h.CUSTOMS_MARK, "%(customs)s"),
            (h.CUSTOMS_MARK[:11], "%(customs_key)s"),
            (str(h.DECLARANT), "%(declarant)s"),
            (_clock(h.EXPECTED), "%(expected)s"),
            (h.EXPECTED.isoformat(), "%(expected)s"),
        ]
        found += [(str(fact.id), f"%(f{i})s") for i, fact in enumerate(self.told)]
        for vehicle in self.vehicles:
            plate = h.plate_mark(vehicle)
            found += [
                (str(h.crossing_mark(vehicle)), f"%(c{vehicle})s"),
                (plate.number, f"%(plate{vehicle})s"),
                (plate.shown, f"%(shown{vehicle})s"),
                (h.number_mark(vehicle), f"%(number{vehicle})s"),
            ]
        for index in range(self.moments):
            at = h.moment(index)
            found += [
                (_clock(at), f"%(t{index})s"),
                (at.isoformat(), f"%(t{index})s"),
                (str(at.timestamp()), f"%(e{index})s"),
            ]
        return found

    def marked(self, text: str) -> str:
        for mark, name in self.marks:
            text = text.replace(mark, name)
        return text

    @cached_property
    def facts(self) -> list[FactForm]:
        return [
            FactForm(
                vehicle=fact.crossing.int - h.crossing_mark(0).int,
                kind=fact.kind,
                own_id=f"f{i}",
                moment=int((fact.occurred_at - h.CLOCK).total_seconds()),
                body=self.marked(to_json(fact).decode()),
            )
            for i, fact in enumerate(self.told)
        ]

    @cached_property
    def names(self) -> list[tuple[str, str, str]]:
        """Ids that follow from others: whose, from which, and the name between them."""
        return [
            (f"f{i}", f"f{trigger}", self.marked(name))
            for i, (trigger, name) in self.story.derived.items()
            if i < len(self.told)
        ]

    @cached_property
    def rows(self) -> list[str]:
        """One line of COPY for each vehicle's crossing. `head` is filled in last."""
        reader = references()
        rows = []
        for vehicle in self.vehicles:
            crossing = h.crossing_mark(vehicle)
            facts = [fact for fact in self.told if fact.crossing == crossing]
            row = columns(fold(facts), reader(self.story.gate))
            row |= {"id": str(crossing), "facts": len(facts), "head": f"@HEAD{vehicle}@"}
            row["identifiers"][0] = f"@PLAIN{vehicle}@"
            line = "\t".join(_copied(name, row[name]) for name in COLUMNS)
            line = self.marked(line).replace(f"@PLAIN{vehicle}@", f"%(plain{vehicle})s")
            rows.append(line.replace(f"@HEAD{vehicle}@", f"\\\\x%(head{vehicle})s"))
        return rows


COLUMNS = [str(field.column) for field in Crossing._meta.concrete_fields]
FACT_COLUMNS = ("id", "crossing_id", "seq", "kind", "occurred_at", "recorded_at", "body", "hash")


def _clock(at: datetime) -> str:
    """As facts write it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _copied(name: str, value: Any) -> str:
    """One column as COPY reads it."""
    if value is None:
        return "\\N"
    if name == "waits":
        return msgspec.json.encode(value).decode()
    if isinstance(value, list):
        return "{" + ",".join(f'"{one}"' for one in value) + "}"
    return str(value)


# --- one vehicle's own values --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where a history stands among the others: all that its own values are made of."""

    serial: int
    start: int
    number: int
    plate: int
    declarant: str


def plate_of(index: int) -> tuple[str, str]:
    """As compared and as shown; no two of the first seven million are the same."""
    letters = "CDEFGHKLMNPSTUVXYZ"
    series, digits = divmod(index, PLATES)
    province, letter = divmod(series, len(letters))
    begin, rest = f"{11 + province}{letters[letter]}", 10_000 + digits
    return f"{begin}{rest}", f"{begin}-{rest // 100}.{rest % 100:02}"


def values(form: Form, place: Place, pace: Callable[[], float]) -> dict[str, str]:
    """What replaces the marks of one history. `pace` says how much longer than planned a move took."""
    found = {
        "declarant": place.declarant,
        "customs": f"30{place.serial % 10**9:09}0",
        "customs_key": f"30{place.serial % 10**9:09}",
        "expected": _written(place.start + 4 * 3600)[:19] + "Z",
    }
    _times(found, form, place.start, pace)
    day = datetime.fromtimestamp(place.start, HANOI).date()
    for vehicle in form.vehicles:
        plain, shown = plate_of(place.plate + vehicle * PLATES * 18)
        number = _number(day, place.number + vehicle * 40_000)
        found |= {
            f"c{vehicle}": f"{_early(place.start)}-7000-8000-{place.serial * 2 + vehicle:012}",
            f"plate{vehicle}": plain,
            f"shown{vehicle}": shown,
            f"number{vehicle}": number,
            f"plain{vehicle}": number.replace("-", ""),
        }
    for index, fact in enumerate(form.facts):
        found[fact.own_id] = (
            f"{_early(int(float(found[f'e{fact.moment}'])))}-7{index:03x}-9000-{place.serial:012}"
        )
    for own, trigger, name in form.names:
        found[own] = str(uuid5(UUID(found[trigger]), name % found))
    return found


def _times(found: dict[str, str], form: Form, start: int, pace: Callable[[], float]) -> None:
    at = float(start)
    for index, minutes in enumerate(form.story.minutes[: form.moments]):
        at += round(minutes * 60 * pace())
        found[f"t{index}"], found[f"e{index}"] = _written(int(at))[:19] + "Z", str(at)


def _written(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat()


def _early(second: int) -> str:
    """The first 48 bits of a UUIDv7."""
    early = f"{second * 1000:012x}"
    return f"{early[:8]}-{early[8:]}"


@lru_cache(maxsize=100_000)
def _number(day: date, serial: int) -> str:
    return make_number(day, serial)


# --- lines for COPY ------------------------------------------------------------------------------


def lines(form: Form, own: dict[str, str]) -> tuple[list[str], list[str]]:
    """The crossings' and the facts' lines of one history."""
    heads = dict.fromkeys(form.vehicles, GENESIS)
    counts = dict.fromkeys(form.vehicles, 0)
    facts = []
    for fact in form.facts:
        body = fact.body % own
        head = hashlib.sha256(heads[fact.vehicle] + body.encode()).digest()
        heads[fact.vehicle], counts[fact.vehicle] = head, counts[fact.vehicle] + 1
        at = own[f"t{fact.moment}"]
        facts.append(
            f"{own[fact.own_id]}\t{own[f'c{fact.vehicle}']}\t{counts[fact.vehicle]}\t{fact.kind}"
            f"\t{at}\t{at}\t{body}\t\\\\x{head.hex()}\n"
        )
    ends = {f"head{vehicle}": head.hex() for vehicle, head in heads.items()}
    return [f"{row % (own | ends)}\n" for row in form.rows], facts
