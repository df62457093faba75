"""Fills a database with made-up crossings for load tests: quickly, in bounded memory, and true.

Each history was told by the real rules once (`histories.py`). Here its facts become texts with marks, the
marks are filled in for every vehicle, the hash chain is computed link by link, and PostgreSQL takes the
rows by COPY. Folding the facts gives exactly the columns written: `cuakhauso rebuild --check` says so.
"""

import hashlib
import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import psycopg
from django.db import connection, connections

from cuakhauso.core.facts import GENESIS, Fact, to_json
from cuakhauso.core.fold import fold
from cuakhauso.core.identifiers import make_number
from cuakhauso.core.reference import HANOI
from cuakhauso.runtime.folder import database_url

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
    def _marks(self) -> list[tuple[str, str]]:
        """Every mark as it stands in a fact or a column, and the name of what replaces it."""
        marks = [("%", "%%"), (h.CUSTOMS_MARK, "%(customs)s"), (h.CUSTOMS_MARK[:11], "%(customs_key)s")]
        marks += [(str(h.DECLARANT), "%(declarant)s"), (str(fact.id), f"%(f{i})s") for i, fact in ()]
        return marks

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


COLUMNS = [field.column for field in Crossing._meta.concrete_fields]
