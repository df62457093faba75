"""The facts store: the one way in which a crossing changes.

`act` locks a crossing and those linked to it, hands their stories to `decide`, and writes what it
returns, with everything that follows (charges, echoes on linked vehicles), the cached columns and the
announcement, in one statement of one transaction. A fact whose id is known already changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction

from cuakhauso.core import binding
from cuakhauso.core.chain import GENESIS, chained
from cuakhauso.core.consequences import consequences
from cuakhauso.core.echoes import echo, echoes
from cuakhauso.core.facts import AlsoBound, Fact, list_from_json, to_json
from cuakhauso.core.fold import State, fold
from cuakhauso.core.reference import Reference

from . import prepared
from .errors import IdReused, NotFound
from .projection import columns

References = Callable[[str], Reference]


@dataclass(slots=True)
class Story:
    """A crossing under lock: its facts as recorded, the state they give, and the head of its chain.

    `waited` is who waited for it before the change, so that their lists learn that it is gone; `row` holds
    the cached columns once they are written.
    """

    id: UUID
    facts: list[Fact]
    state: State
    head: bytes
    recorded: int
    waited: frozenset[str] = frozenset()
    is_new: bool = False
    row: dict[str, Any] | None = None

    @classmethod
    def unwritten(cls, crossing: UUID) -> "Story":
        return cls(crossing, [], State(), GENESIS, 0, is_new=True)

    @property
    def gate(self) -> str:
        return self.state.gate

    def knows(self, fact: UUID) -> bool:
        return any(known.id == fact for known in self.facts)


Decide = Callable[[Story], Sequence[Fact]]


def now() -> datetime:
    return datetime.now(UTC)


def act(crossing: UUID, decide: Decide, references: References) -> Story:
    """Change one crossing by the facts that `decide` returns; it may refuse by raising.

    Raises `NotFound`, `IdReused`, and whatever `decide` raises. Then nothing is written.
    """
    with transaction.atomic():
        stories = lock(crossing)
        if crossing not in stories:
            raise NotFound
        write(stories, decide(stories[crossing]), references)
        return stories[crossing]


def begin(openings: dict[UUID, Sequence[Fact]], references: References) -> dict[UUID, Story]:
    """Open new crossings with their first facts. Called inside the caller's transaction."""
    stories = {crossing: Story.unwritten(crossing) for crossing in openings}
    write(stories, [fact for facts in openings.values() for fact in facts], references)
    return stories


LOCK = """
SELECT id, head, wait_keys FROM shared_crossing
WHERE id = ANY (
    %(ids)s::uuid[] || ARRAY(SELECT unnest(links) FROM shared_crossing WHERE id = ANY (%(ids)s::uuid[]))
    || ARRAY(SELECT other_id FROM shared_boundpair WHERE crossing_id = ANY (%(ids)s::uuid[]))
)
ORDER BY id FOR UPDATE
"""
FACTS = """
SELECT crossing_id, '[' || string_agg(body::text, ',' ORDER BY seq) || ']'
FROM shared_factrow WHERE crossing_id = ANY (%(ids)s::uuid[]) GROUP BY crossing_id
"""


def lock(*crossings: UUID) -> dict[UUID, Story]:
    """The crossings and those linked to them, locked in one order so that nobody waits in a circle.

    The facts are read by a second statement, after the lock: the first one's snapshot may be older.
    """
    found = prepared.rows(LOCK, {"ids": list(crossings)})
    facts = facts_of_many([crossing for crossing, _, _ in found])
    return {
        crossing: _story(crossing, facts.get(crossing, []), bytes(head), frozenset(keys))
        for crossing, head, keys in found
    }


def _story(crossing: UUID, facts: list[Fact], head: bytes, waited: frozenset[str]) -> Story:
    return Story(crossing, facts, fold(facts), head, len(facts), waited)


def facts_of(crossing: UUID) -> list[Fact]:
    """The facts in the order in which they were recorded, without a lock: for reading."""
    return facts_of_many([crossing]).get(crossing, [])


def facts_of_many(crossings: Sequence[UUID]) -> dict[UUID, list[Fact]]:
    """The same for several crossings, in one look; those without facts are left out."""
    if not crossings:
        return {}
    found = prepared.rows(FACTS, {"ids": list(crossings)})
    return {crossing: list_from_json(bodies) for crossing, bodies in found}


def write(stories: dict[UUID, Story], facts: Iterable[Fact], references: References) -> None:
    """Append facts and what follows from them; project; announce."""
    changed = append(stories, facts, references)
    if changed:
        _write(changed, references)


def append(stories: dict[UUID, Story], facts: Iterable[Fact], references: References) -> list[Story]:
    """Append in memory alone. What follows from a fact is appended too, until nothing follows any more."""
    pending = list(facts)
    changed: dict[UUID, Story] = {}
    while pending:
        fact = pending.pop(0)
        story = stories.get(fact.crossing)
        if story is None or story.knows(fact.id):
            continue
        before = story.state
        story.facts.append(fact)
        story.state = fold(story.facts)
        ref = references(story.gate)
        # What is owed is settled before the next fact, or two facts of one act would be charged twice.
        pending[:0] = consequences(fact, story.state, ref)
        pending.extend(echoes(fact, before, story.state, ref))
        pending.extend(_told_elsewhere(fact, before, story, stories, ref))
        changed[story.id] = story
    return list(changed.values())


def _told_elsewhere(
    fact: Fact, before: State, story: Story, stories: dict[UUID, Story], ref: Reference
) -> Iterator[Fact]:
    """To those who bind the same trailer, container or seal: what changed for them."""
    if not story.state.also_bound or isinstance(fact.data, AlsoBound):
        return
    for said in binding.news(before, story.state, ref):
        for other in stories.values():
            if other.id != story.id and binding.pair_of(story.id, other.id) == said.pair:
                yield echo(fact, other.id, "bound", said)


INSERT_CROSSINGS = """
INSERT INTO shared_crossing
SELECT (jsonb_populate_record(NULL::shared_crossing, c)).* FROM jsonb_array_elements(%s::jsonb) AS c
"""
APPEND = """
WITH given AS (
    SELECT * FROM jsonb_to_recordset(%(facts)s::jsonb) AS f(
        id uuid, crossing_id uuid, seq int, kind text, occurred_at timestamptz, recorded_at timestamptz,
        body jsonb, hash text)
), written AS (
    INSERT INTO shared_factrow (id, crossing_id, seq, kind, occurred_at, recorded_at, body, hash)
    SELECT id, crossing_id, seq, kind, occurred_at, recorded_at, body, decode(hash, 'hex') FROM given
), announced AS (
    INSERT INTO shared_outboxevent (name, payload)
    SELECT e->>'name', e->'payload' FROM jsonb_array_elements(%(events)s::jsonb) AS e
)
UPDATE shared_crossing AS c SET
    gate = n.gate, kind = n.kind, regime = n.regime, number = n.number, declarant = n.declarant,
    plate = n.plate, plate_shown = n.plate_shown, country = n.country, trailers = n.trailers,
    identifiers = n.identifiers, goods = n.goods, weight_kg = n.weight_kg, yard = n.yard,
    place = n.place, stage = n.stage, waits = n.waits, wait_keys = n.wait_keys, held_by = n.held_by,
    owed = n.owed, tare_of = n.tare_of, tare_kg = n.tare_kg, tare_at = n.tare_at, links = n.links,
    expected_at = n.expected_at, declared_at = n.declared_at, present_since = n.present_since,
    last_at = n.last_at, ended_at = n.ended_at, due_at = n.due_at,
    unfinished_since = n.unfinished_since,
    half = n.half, half_since = n.half_since, half_until = n.half_until,
    bay = n.bay, bay_since = n.bay_since, bay_kept = n.bay_kept, facts = n.facts, head = n.head
FROM jsonb_array_elements(%(crossings)s::jsonb) AS j, jsonb_populate_record(NULL::shared_crossing, j) AS n
WHERE c.id = n.id
"""


def _write(changed: list[Story], references: References) -> None:
    facts = [row for story in changed for row in _fact_rows(story)]
    rows = [_crossing_row(story, references) for story in changed]
    events = [_event(story, row) for story, row in zip(changed, rows, strict=True)]
    new = [row for story, row in zip(changed, rows, strict=True) if story.is_new]
    try:
        if new:
            prepared.execute(INSERT_CROSSINGS, [_json(new)])
        prepared.execute(APPEND, {"facts": _json(facts), "events": _json(events), "crossings": _json(rows)})
    except IntegrityError as error:
        raise IdReused from error
    for story, row in zip(changed, rows, strict=True):
        story.recorded, story.is_new, story.row = len(story.facts), False, row


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _fact_rows(story: Story) -> list[dict[str, Any]]:
    rows = []
    for seq in range(story.recorded, len(story.facts)):
        fact = story.facts[seq]
        story.head = chained(story.head, fact)
        rows.append(
            {
                "id": fact.id,
                "crossing_id": story.id,
                "seq": seq + 1,
                "kind": fact.kind,
                "occurred_at": fact.occurred_at,
                "recorded_at": fact.recorded_at,
                "body": msgspec.Raw(to_json(fact)),
                "hash": story.head.hex(),
            }
        )
    return rows


def _crossing_row(story: Story, references: References) -> dict[str, Any]:
    return {
        "id": story.id,
        "facts": len(story.facts),
        "head": f"\\x{story.head.hex()}",
        **columns(story.state, references(story.gate)),
    }


def _event(story: Story, row: dict[str, Any]) -> dict[str, Any]:
    latest = story.facts[-1]
    payload = {
        "crossing": story.id,
        "gate": row["gate"],
        "stage": row["stage"],
        "declarant": row["declarant"],
        "kind": latest.kind,
        "fact": latest.id,
        "facts": len(story.facts),
        "touches": sorted(story.waited.union(row["wait_keys"])),
    }
    return {"name": "crossing.changed", "payload": payload}
