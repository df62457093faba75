"""Measures what waits took lately, and writes down what is usual: the table `UsualWait`.

Cheap however long the history is. Looked at are crossings that left within `DAYS`, by the index on ended
ones, the newest `MOST` of each gate and kind; their facts are read a batch at a time and not kept.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import connection, transaction

from cuakhauso.core.facts import Fact
from cuakhauso.core.progress import Stage
from cuakhauso.core.usual import What, took, usual

from ..places.models import Gate
from ..places.reference import references
from ..shared import store
from ..shared.locks import lock_work
from .models import UsualWait

DAYS = 30
MOST = 2_000
BATCH = 200

Lasted = dict[tuple[str, str, What], list[float]]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found: the figures, and how many kinds of wait were too rare for one."""

    crossings: int
    figures: Sequence[UsualWait]
    too_rare: int


def measure(at: datetime | None = None) -> Measured:
    """Every figure anew. Repeating it changes nothing but their date."""
    now = at or store.now()
    crossings, lasted = _lasted(now)
    found = {key: usual(minutes) for key, minutes in sorted(lasted.items())}
    figures = [
        UsualWait(
            gate=gate, kind=kind, measure=what.measure, party=what.party, why=what.why, stage=what.stage,
            p50_minutes=figure.p50, p90_minutes=figure.p90, sample=figure.sample, days=DAYS, computed_at=now,
        )
        for (gate, kind, what), figure in found.items() if figure is not None
    ]  # fmt: skip
    _write(figures, now)
    return Measured(crossings, figures, len(found) - len(figures))


def _lasted(now: datetime) -> tuple[int, Lasted]:
    """How many crossings were looked at, and how long each of their waits was, by what was waited for."""
    lasted: Lasted = defaultdict(list)
    crossings, reader = 0, references()
    for gate in Gate.objects.order_by("pk").values_list("pk", flat=True):
        for kind, facts in _left(gate, now):
            crossings += 1
            for what, minutes in took(facts, reader(gate), now):
                lasted[gate, kind, what].append(minutes)
    return crossings, lasted


LEFT = """
SELECT id, kind FROM (
    SELECT id, kind, row_number() OVER (PARTITION BY kind ORDER BY ended_at DESC, id DESC) AS nth
    FROM shared_crossing
    WHERE gate = %s AND ended_at > %s AND ended_at <= %s AND stage = %s AND kind <> ''
) AS by_kind WHERE nth <= %s
"""


def _left(gate: str, now: datetime) -> Iterator[tuple[str, list[Fact]]]:
    with connection.cursor() as cursor:
        cursor.execute(LEFT, [gate, now - timedelta(days=DAYS), now, Stage.ENDED, MOST])
        kinds: dict[UUID, str] = dict(cursor.fetchall())
    remaining = iter(kinds)
    while batch := list(islice(remaining, BATCH)):
        for crossing, facts in store.facts_of_many(batch).items():
            yield kinds[crossing], facts


NAMED_BY = ("gate", "kind", "measure", "party", "why", "stage")
SAYING = ("p50_minutes", "p90_minutes", "sample", "days", "computed_at")


def _write(figures: Sequence[UsualWait], now: datetime) -> None:
    """The table says these and nothing else: what became too rare is unknown again."""
    with transaction.atomic():
        lock_work("usual waits")
        UsualWait.objects.bulk_create(
            figures, update_conflicts=True, unique_fields=NAMED_BY, update_fields=SAYING
        )
        UsualWait.objects.exclude(computed_at=now).delete()
