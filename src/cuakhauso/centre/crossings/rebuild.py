"""Computes again what is cached: every column of every crossing from its facts, and the hash chains."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction
from psycopg import sql

from cuakhauso.core.chain import GENESIS, chained
from cuakhauso.core.facts import Fact, many_from_json
from cuakhauso.core.fold import fold

from ..places.reference import references
from ..shared.models import Crossing, OutboxEvent
from ..shared.projection import columns
from ..shared.store import References

BATCH = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """A column that does not say what the facts say."""

    crossing: UUID
    column: str
    stored: Any
    computed: Any


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """The first fact of a crossing whose link does not follow from the one before."""

    crossing: UUID
    seq: int


BATCH_OF_IDS = "SELECT id FROM shared_crossing WHERE id > %s ORDER BY id LIMIT %s"
LOCKED = "SELECT id FROM shared_crossing WHERE id = ANY (%s) ORDER BY id FOR UPDATE"
FACTS = """
SELECT crossing_id, body::text, hash FROM shared_factrow
WHERE crossing_id = ANY (%s) ORDER BY crossing_id, seq
"""
STORED = """
SELECT c.id, n.column_name, to_jsonb(c) -> n.column_name, to_jsonb(j) -> n.column_name
FROM jsonb_array_elements(%s::jsonb) AS e
CROSS JOIN LATERAL jsonb_populate_record(NULL::shared_crossing, e) AS j
JOIN shared_crossing c ON c.id = j.id
CROSS JOIN LATERAL jsonb_object_keys(e) AS n(column_name)
WHERE to_jsonb(c) -> n.column_name IS DISTINCT FROM to_jsonb(j) -> n.column_name
"""

SET_RIGHT = sql.SQL(
    "UPDATE shared_crossing c SET {} FROM jsonb_populate_record(NULL::shared_crossing, %s::jsonb) n"
    " WHERE c.id = n.id"
)


def _batches() -> Iterator[list[UUID]]:
    last = UUID(int=0)
    with connection.cursor() as cursor:
        while True:
            cursor.execute(BATCH_OF_IDS, [last, BATCH])
            ids = [row[0] for row in cursor.fetchall()]
            if not ids:
                return
            yield ids
            last = ids[-1]


def _facts(ids: list[UUID]) -> dict[UUID, tuple[list[Fact], list[bytes]]]:
    found: dict[UUID, tuple[list[str], list[bytes]]] = {crossing: ([], []) for crossing in ids}
    with connection.cursor() as cursor:
        cursor.execute(FACTS, [ids])
        for crossing, body, link in cursor.fetchall():
            found[crossing][0].append(body)
            found[crossing][1].append(bytes(link))
    return {crossing: (many_from_json(bodies), links) for crossing, (bodies, links) in found.items()}


def rebuild(write: bool = True) -> Iterator[Difference]:
    """Every column that differed from what the facts say; with `write` it is set right.

    Each batch is one transaction under lock, so that it can run beside a living gate.
    """
    for ids in _batches():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOCKED, [ids])
            rows = list(_rows(ids, references()))
            cursor.execute(STORED, [_json(rows)])
            differences = [Difference(*row) for row in cursor.fetchall()]
            if write and differences:
                _set_right(differences, {row["id"]: row for row in rows})
        yield from differences


def _rows(ids: list[UUID], reader: References) -> Iterator[dict[str, Any]]:
    for crossing, (facts, links) in _facts(ids).items():
        state = fold(facts)
        yield {
            "id": str(crossing),
            "facts": len(facts),
            "head": f"\\x{(links[-1] if links else GENESIS).hex()}",
            **columns(state, reader(state.gate)),
        }


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _set_right(differences: list[Difference], rows: dict[str, dict[str, Any]]) -> None:
    wrong: dict[str, list[str]] = {}
    for difference in differences:
        wrong.setdefault(str(difference.crossing), []).append(difference.column)
    with connection.cursor() as cursor:
        for crossing, names in wrong.items():
            columns_set = sql.SQL(", ").join(
                sql.SQL("{} = n.{}").format(sql.Identifier(name), sql.Identifier(name)) for name in names
            )
            cursor.execute(SET_RIGHT.format(columns_set), [_json(rows[crossing])])


def verify() -> Iterator[BrokenChain]:
    """Every crossing whose chain of facts is broken: a fact changed, missing or put in between."""
    for ids in _batches():
        for crossing, (facts, links) in _facts(ids).items():
            head = GENESIS
            for seq, (fact, link) in enumerate(zip(facts, links, strict=True), start=1):
                head = chained(head, fact)
                if head != link:
                    yield BrokenChain(crossing, seq)
                    break


# --- when the rules have changed -------------------------------------------------------------------

LIVING = "SELECT id FROM shared_crossing WHERE ended_at IS NULL AND (gate = ANY (%s) OR %s) ORDER BY id"


def renew_living(gates: Sequence[str]) -> Iterator[UUID]:
    """Living crossings whose columns say something else under the reference data in force now: they are set
    right, and the lists that show them are told. An empty gate means all of them."""
    with connection.cursor() as cursor:
        cursor.execute(LIVING, [list(gates), "" in gates])
        ids = [row[0] for row in cursor.fetchall()]
    for start in range(0, len(ids), BATCH):
        yield from _renew(ids[start : start + BATCH])


def _renew(ids: list[UUID]) -> list[UUID]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCKED, [ids])
        rows = {row["id"]: row for row in _rows(ids, references())}
        waited = dict(Crossing.objects.filter(pk__in=ids).values_list("pk", "wait_keys"))
        cursor.execute(STORED, [_json(list(rows.values()))])
        differences = [Difference(*row) for row in cursor.fetchall()]
        if differences:
            _set_right(differences, rows)
        changed = list(dict.fromkeys(difference.crossing for difference in differences))
        OutboxEvent.objects.bulk_create(
            _renewed(rows[str(crossing)], waited.get(crossing, ())) for crossing in changed
        )
    return changed


def _renewed(row: dict[str, Any], waited: Sequence[str]) -> OutboxEvent:
    payload = {name: row[name] for name in ("gate", "stage", "declarant", "facts")}
    touches = sorted({*waited, *row["wait_keys"]})
    return OutboxEvent(
        name="crossing.changed",
        payload={**payload, "crossing": row["id"], "kind": "rules_changed", "fact": None, "touches": touches},
    )
