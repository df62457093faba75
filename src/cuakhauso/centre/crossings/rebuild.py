"""Computes again what is cached: every column of every crossing from its facts, and the hash chains."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction
from psycopg import sql

from cuakhauso.core.facts import GENESIS, Fact, chained, many_from_json
from cuakhauso.core.fold import fold

from ..places.reference import references
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
