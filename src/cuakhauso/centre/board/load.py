"""Fills a database with made-up crossings for load tests: quickly, in bounded memory, and true.

Each history was told by the real rules once (`histories.py`). Here its facts become texts with marks, the
marks are filled in for every vehicle, the hash chain is computed link by link, and PostgreSQL takes the
rows by COPY. Folding the facts gives exactly the columns written: `cuakhauso rebuild --check` says so.
"""

import hashlib
import multiprocessing
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import msgspec
import psycopg
from django.db import connection
from psycopg import sql

from cuakhauso.core.facts import GENESIS, Fact, to_json
from cuakhauso.core.fold import fold
from cuakhauso.core.identifiers import make_number
from cuakhauso.core.reference import HANOI
from cuakhauso.runtime.folder import database_url

from ..accounts.models import Organisation
from ..places.reference import references
from ..shared.models import Crossing
from ..shared.projection import columns
from . import histories as h

GATES = ("CKHN", "TT")
DAYS = 730
BATCH = 1_000
DECLARANTS = 400
PLATES = 90_000  # of one province and letter
FLEET = 30_000  # vehicles that come again and again


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


@dataclass(slots=True)
class Written:
    crossings: int = 0
    facts: int = 0


def write(into: psycopg.Connection[Any], histories: Iterable[tuple[Form, dict[str, str]]]) -> Written:
    """Copies histories into the database, a batch at a time."""
    done = Written()
    remaining = iter(histories)
    while batch := list(islice(remaining, BATCH)):
        rows: list[str] = []
        facts: list[str] = []
        for form, own in batch:
            more_rows, more_facts = lines(form, own)
            rows += more_rows
            facts += more_facts
        _copy(into, "shared_crossing", COLUMNS, rows)
        _copy(into, "shared_factrow", FACT_COLUMNS, facts)
        done = Written(done.crossings + len(rows), done.facts + len(facts))
    return done


def _copy(connection: psycopg.Connection[Any], table: str, names: Sequence[str], rows: list[str]) -> None:
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        copy.write("".join(rows))


# --- which histories -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is made: `crossings` in all, of which `living` are still under way."""

    crossings: int
    living: int
    first_serial: int
    now: int
    declarants: tuple[str, ...]

    @property
    def a_day(self) -> int:
        return max(1, -(-self.crossings // DAYS))

    @property
    def midnight(self) -> int:
        """When today began, Hanoi time."""
        return self.now - (self.now + 7 * 3600) % 86_400


Forms = dict[tuple[str, str], list[Form]]


def forms() -> Forms:
    """Every plot at every gate, cut off at every moment; the last of each list is the whole story."""
    reader = references()
    return {
        (plot.name, gate): [_form(story, end) for end in range(len(plot.contents), len(story.minutes) + 1)]
        for plot in h.PLOTS
        for gate in GATES
        for story in [h.told(plot, gate, reader)]
    }


def _form(story: h.Told, end: int) -> Form:
    """With its texts made now: those who fill it in have no rules at hand."""
    form = Form(story, end)
    assert form.rows
    return form


def ended(plan: Plan, cut: Forms, serials: range) -> Iterator[tuple[Form, dict[str, str]]]:
    """Histories that are over, evenly over the last two years, as the day goes."""
    chance = random.Random(serials.start)  # noqa: S311  made-up histories, the same every time
    plots = [plot for plot in h.PLOTS for _ in range(plot.weight)]
    for serial in serials:
        index = serial - plan.first_serial
        day, of_day = divmod(index, plan.a_day)
        hour = 5 + 10 * of_day // plan.a_day
        start = plan.midnight - (DAYS + 1 - day) * 86_400 + hour * 3600 + chance.randrange(3600)
        form = cut[chance.choice(plots).name, chance.choice(GATES)][-1]
        place = Place(
            serial, start, 1 + of_day % 40_000, chance.randrange(FLEET), chance.choice(plan.declarants)
        )
        yield form, values(form, place, lambda: chance.uniform(0.5, 1.8))


def living(plan: Plan, cut: Forms, serials: range) -> Iterator[tuple[Form, dict[str, str]]]:
    """Histories under way: cut off anywhere, the last fact within the last hours."""
    chance = random.Random(serials.start)  # noqa: S311  made-up histories, the same every time
    plots = [plot for plot in h.PLOTS for _ in range(plot.weight)]
    for index, serial in enumerate(serials):
        form = chance.choice(cut[chance.choice(plots).name, chance.choice(GATES)][:-1])
        took = sum(form.story.minutes[: form.moments]) * 60
        start = plan.now - int(took * 1.3) - chance.randrange(4 * 3600)
        place = Place(serial, start, 40_001 + index % 19_000, FLEET + index, chance.choice(plan.declarants))
        yield form, values(form, place, lambda: chance.uniform(0.7, 1.3))


# --- the whole -----------------------------------------------------------------------------------


def fill(crossings: int, living_too: int, processes: int) -> Written:
    """Makes histories until there are about so many crossings; several processes share the work."""
    plan = Plan(crossings, living_too, Crossing.objects.count(), int(time.time()), tuple(_declarants()))
    vehicles = sum(plot.weight * len(plot.contents) for plot in h.PLOTS) / sum(p.weight for p in h.PLOTS)
    over, alive = int((crossings - living_too) / vehicles), int(living_too / vehicles)
    begin, end = plan.first_serial, plan.first_serial + over
    cut = forms()
    parts = [(plan, cut, range(end, end + alive), True)]
    parts += [(plan, cut, part, False) for part in _parts(begin, end, processes)]
    _let_go()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        done = list(pool.imap_unordered(_part, parts))
    return Written(sum(d.crossings for d in done), sum(d.facts for d in done))


def _let_go() -> None:
    """A connection must not be shared with the processes that are forked now."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's connections have pools


def _parts(begin: int, end: int, processes: int) -> list[range]:
    edges = [begin + (end - begin) * i // processes for i in range(processes + 1)]
    return [range(a, b) for a, b in pairwise(edges) if b > a]


def _part(part: tuple[Plan, Forms, range, bool]) -> Written:
    """In a process of its own. Triggers and foreign keys sleep meanwhile: the rows refer to each other by
    how they are made."""
    plan, cut, serials, alive = part
    with psycopg.connect(database_url(), autocommit=True) as into:
        into.execute("SET session_replication_role = replica")
        into.execute("SET synchronous_commit = off")
        return write(into, (living if alive else ended)(plan, cut, serials))


def _declarants() -> list[str]:
    """Made-up businesses, so that each has a believable number of vehicles."""
    kind = Organisation.Kind.BUSINESS
    names = [f"Doanh nghiệp tải thử {n:03}" for n in range(DECLARANTS)]
    known = set(Organisation.objects.filter(name__in=names).values_list("name", flat=True))
    Organisation.objects.bulk_create(Organisation(kind=kind, name=n) for n in names if n not in known)
    return [str(pk) for pk in Organisation.objects.filter(name__in=names).values_list("pk", flat=True)]


def tidy() -> None:
    """As autovacuum would leave the tables after a while."""
    with connection.cursor() as cursor:
        for table in ("shared_crossing", "shared_factrow"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
