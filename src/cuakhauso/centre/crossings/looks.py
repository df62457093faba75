"""What is out: samples without a result, what is to be treated or is being treated, examinations ordered; for
each agency its own, the oldest first. By page and by the open API."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cuakhauso.core import facts as f
from cuakhauso.core.examination_fold import LOOKS
from cuakhauso.core.examinations import keys, samples_out, to_treat, treated_until
from cuakhauso.core.fold import State
from cuakhauso.core.words import Agency

from ..accounts import principal
from ..accounts.principal import Principal
from ..shared import store
from ..shared.errors import NotAllowed
from ..shared.models import Crossing, FactRow
from ..web import formats, telling, words
from . import queries
from .answers import guarded
from .posts import frame

KINDS = ("sampled", "judged", "treated", "examination_ordered")
LOOKERS = (Agency.CUSTOMS, *LOOKS)
MOST = 2_000  # living vehicles of one gate that were ever looked into


@dataclass(frozen=True, slots=True)
class Out:
    """One thing that an agency waits for. `until` is when a treatment is over."""

    crossing: Crossing
    agency: Agency
    fact: f.Fact
    waits: str
    until: datetime | None = None


def out(reader: Principal, gate: str) -> list[Out]:
    """Of the reader's agencies at a gate; the oldest first."""
    mine = [agency for agency in LOOKERS if agency in reader.agencies_at(gate)]
    told = FactRow.objects.filter(kind__in=KINDS, crossing__in=queries.live(reader, gate))
    rows = list(Crossing.objects.filter(pk__in=told.values("crossing")).order_by("present_since")[:MOST])
    states, now = queries.states(rows), store.now()
    found = [one for row in rows for agency in mine for one in _of(row, states[row.pk], agency, now)]
    return sorted(found, key=lambda one: one.fact.occurred_at)


def _of(row: Crossing, state: State, agency: Agency, now: datetime) -> Iterator[Out]:
    if agency is Agency.CUSTOMS:
        ordered = (state.ordered[key] for key in keys(state) if key in state.ordered)
        yield from (Out(row, agency, fact, "examination") for fact in ordered)
        return
    yield from (Out(row, agency, fact, "result") for fact in samples_out(state, agency))
    yield from (Out(row, agency, fact, "treatment") for fact in to_treat(state, agency))
    until = treated_until(state, agency)
    for (of, _), fact in state.treated.items():
        if of is agency:
            runs = until is not None and until > now
            yield Out(row, agency, fact, "treated" if runs else "look_again", until if runs else None)


@require_GET
@guarded
def page(request: HttpRequest, gate: str) -> HttpResponse:
    reader = principal.of(request)
    shown: dict[str, Any] = frame(request, reader, gate)
    if not set(reader.agencies_at(gate)) & set(LOOKERS):
        raise NotAllowed
    rows = [
        {
            "crossing": one.crossing,
            "since": one.fact.occurred_at,
            "told": telling.fact_told(one.fact).words,
            "note": one.fact.note,
            "waits": words.of(words.LOOK_WAITS, one.waits),
            "until": formats.when(one.until, words.language()) if one.until else "",
            "is_due": one.waits in ("look_again", "result", "examination"),
        }
        for one in out(reader, gate)
    ]
    shown |= {"page": "looks", "rows": rows, "live_url": reverse("live-gate", args=[gate])}
    return render(request, "crossings/looks.html", shown)
