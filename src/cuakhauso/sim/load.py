"""Fills a database with made-up crossings for load tests: quickly, in bounded memory, and true.

Which histories there are, how they spread over two years, and several processes that write them. Each is
told by the real rules once (`histories.py`), filled in for every vehicle (`filling.py`), and PostgreSQL takes
the rows by COPY. Folding the facts gives exactly the columns written: `cuakhauso rebuild --check` says so.
"""

import multiprocessing
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from cuakhauso.centre.accounts.models import Organisation
from cuakhauso.centre.places.reference import references
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.runtime.folder import database_url

from . import histories as h
from .filling import COLUMNS, FACT_COLUMNS, Form, Place, lines, values

GATES = ("CKHN", "TT")
DAYS = 730
BATCH = 1_000
DECLARANTS = 400
FLEET = 30_000  # vehicles that come again and again


# --- into the database ---------------------------------------------------------------------------


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
    """`ended` histories evenly over the days until yesterday, beside those that are still under way."""

    ended: int
    first_serial: int
    now: int
    declarants: tuple[str, ...]

    def day_of(self, index: int) -> tuple[int, float]:
        """On which day a history begins, and after which part of that day's."""
        day = index * DAYS // self.ended
        first, last = -(-day * self.ended // DAYS), -(-(day + 1) * self.ended // DAYS)
        return day, (index - first) / max(1, last - first)

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
        day, part = plan.day_of(index)
        hour = 5 + int(10 * part)
        start = plan.midnight - (DAYS + 1 - day) * 86_400 + hour * 3600 + chance.randrange(3600)
        form = cut[chance.choice(plots).name, chance.choice(GATES)][-1]
        place = Place(
            serial, start, 1 + index % 40_000, chance.randrange(FLEET), chance.choice(plan.declarants)
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
    vehicles = sum(plot.weight * len(plot.contents) for plot in h.PLOTS) / sum(p.weight for p in h.PLOTS)
    over, alive = int((crossings - living_too) / vehicles), int(living_too / vehicles)
    plan = Plan(max(1, over), Crossing.objects.count(), int(time.time()), tuple(_declarants()))
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
