"""What I did today: my own acts of the shift with what became of them, by page and by the open API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cuakhauso.core import decisions as d
from cuakhauso.core.facts import Fact, voided
from cuakhauso.core.fold import State
from cuakhauso.core.reference import HANOI, Reference

from ..accounts import principal
from ..accounts.principal import Principal
from ..places.reference import reference
from ..shared import store
from ..shared.models import Crossing, FactRow
from ..web import telling, words
from . import drawing, offers, queries
from .answers import guarded
from .offers import Reader
from .posts import frame
from .queries import Answer, Whole

PAGE = 50
SHIFT = timedelta(hours=12)  # (A) no shift is longer; one that began before midnight is shown whole


@dataclass(frozen=True, slots=True)
class Done:
    """One act of mine: on which vehicle, in which words, and whether it may still be taken back."""

    fact: Fact
    crossing: Crossing
    words: str
    look: str
    icon: str
    taken_back: bool
    undoable: bool


def begin_of_day(now: datetime) -> datetime:
    """Midnight in Hanoi, or the longest shift ago: whichever is earlier."""
    midnight = now.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
    return min(midnight, now - SHIFT)


def mine(reader: Principal, gate: str, since: datetime, plate: str = "") -> QuerySet[FactRow]:
    """Facts that this person stated since then, the newest first; `plate` is any part of one."""
    seen = queries.visible_to(reader).filter(gate=gate) if gate else queries.visible_to(reader)
    if wanted := "".join(sign for sign in plate.upper() if sign.isalnum()):
        seen = seen.filter(plate__contains=wanted)
    said = FactRow.objects.annotate(said_by=KT("body__actor__id")).filter(
        said_by=reader.id, recorded_at__gte=since
    )
    return said.filter(crossing__in=seen).order_by("-recorded_at", "-seq")


def told(rows: Sequence[FactRow], reader: Reader) -> list[Done]:
    """Each in words, with the facts of its vehicle read once for all of them."""
    crossings = Crossing.objects.in_bulk({row.crossing_id for row in rows})
    facts = store.facts_of_many(list(crossings))
    states = queries.states(list(crossings.values()))
    now = store.now()
    wholes = {
        pk: _whole(crossing, facts.get(pk, []), states[pk], now)
        for pk, crossing in crossings.items()
        if pk in states
    }
    return [_done(row.pk, wholes[row.crossing_id], reader) for row in rows if row.crossing_id in wholes]


def _whole(crossing: Crossing, facts: list[Fact], state: State, now: datetime) -> Whole:
    ref: Reference = reference(crossing.gate)
    return Whole(crossing, facts, state, ref, now, Answer(None, None, ()))


def _done(which: UUID, whole: Whole, reader: Reader) -> Done:
    facts = list(whole.facts)
    fact = next(fact for fact in facts if fact.id == which)
    said = telling.fact_told(fact)
    text = f"{said.words} “{fact.note}”" if fact.note else said.words
    back = fact.id in voided(facts)
    return Done(
        fact, whole.crossing, text, said.look, said.icon, back, not back and _may_undo(whole, fact, reader)
    )


def _may_undo(whole: Whole, fact: Fact, reader: Reader) -> bool:
    if not isinstance(fact.data, d.UNDOABLE) or fact.actor.agency not in reader.agencies:
        return False
    assert fact.actor.agency is not None
    case = offers.replace_organisation(
        offers.case_for(whole, reader, fact.actor.agency), fact.actor.organisation
    )
    return not d.against_undoing(case, list(whole.facts), fact.id, "x")


@require_GET
@guarded
def page(request: HttpRequest, gate: str) -> HttpResponse:
    """My acts at this gate since the shift began, newest first; each undone from here, with a reason."""
    who = principal.of(request)
    shown: dict[str, Any] = frame(request, who, gate)
    plate = request.GET.get("plate", "")[:40]
    number = int(request.GET["page"]) if request.GET.get("page", "").isdigit() else 1
    since = begin_of_day(store.now())
    found = mine(who, gate, since, plate)
    begin = (max(1, number) - 1) * PAGE
    rows = list(found[begin : begin + PAGE + 1])
    looks = drawing.reader_at(who, gate, words.language())
    shown |= {
        "page": "my_day",
        "plate": plate,
        "since": since,
        "count": found.count(),
        "done": told(rows[:PAGE], looks),
        "before": max(0, number - 1),
        "after": number + 1 if len(rows) > PAGE else 0,
        "live_url": "",
    }
    return render(request, "crossings/my_day.html", shown)
