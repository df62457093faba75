"""What an officer found of a vehicle's papers, and which papers of vehicles that are here run out soon.

Judged by `core.paper_decisions`; goes the one way of every act (`said.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from msgspec import structs

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core import identifiers as ids
from cuakhauso.core import paper_decisions as pd
from cuakhauso.core.paper_facts import Look
from cuakhauso.core.papers import LOOKED_AT_BY, OF_THE_DRIVER, Stand, papers
from cuakhauso.core.permit import Objection

from ..accounts.principal import Principal
from ..places.reference import reference
from ..registry import documents
from ..shared import store
from ..shared.models import Crossing
from ..shared.store import Story
from . import queries
from .said import Said, act, refusals_kept

MOST_LISTED = 100


def look_at(crossing: UUID, looks: Sequence[Look], said: Said) -> Story:
    """An officer looked at these papers, one by one."""
    checked = f.DocumentsChecked(looks=tuple(_masked(look) for look in looks))
    prefer = tuple(LOOKED_AT_BY)

    def judge(case: d.Case, story: Story) -> list[Objection]:
        return pd.against_looking(case, checked.looks)

    with refusals_kept(crossing, said, prefer), transaction.atomic():
        story = act(crossing, said, lambda story: checked, judge, prefer=prefer)
        _remember(story, checked.looks)
    return story


def _remember(story: Story, looks: Sequence[Look]) -> None:
    """What was read on a vehicle's papers is known the next time."""
    content = story.state.content
    if content is not None and content.declarant:
        documents.read(UUID(content.declarant), content.vehicle.plate.number, looks, store.now())


def _masked(look: Look) -> Look:
    number = ids.clean(look.number)
    mask = number and look.document in OF_THE_DRIVER
    return structs.replace(look, number=ids.mask_id(number) if mask else number)


@dataclass(frozen=True, slots=True)
class Ending:
    """A vehicle at the gate or on its way there, and its papers that have run out or soon will."""

    crossing: Crossing
    papers: tuple[Stand, ...]


def ending_soon(reader: Principal, gate: str, at: datetime | None = None) -> list[Ending]:
    """The most urgent first; of vehicles that have not left."""
    rows = list(queries.live(reader, gate))
    states, ref, moment = queries.states(rows), reference(gate), at or store.now()
    found = []
    for row in rows:
        stands = papers(states[row.pk], ref) if row.pk in states else []
        if soon := tuple(s for s in stands if s.has_run_out(moment) or s.ends_soon(moment)):
            found.append(Ending(row, soon))
    return sorted(found, key=lambda one: (min(str(s.valid_to) for s in one.papers), one.crossing.pk))
