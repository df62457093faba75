"""The yard's page: expected, here, transshipments and receiving vehicles, how full it is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cuakhauso.core.facts import Received
from cuakhauso.core.fold import State
from cuakhauso.core.reference import Reference
from cuakhauso.core.standing import status
from cuakhauso.core.steps import StepCode
from cuakhauso.core.unloading import standing_report
from cuakhauso.core.words import Agency

from ..accounts import principal
from ..crossings import queries as crossings
from ..crossings import worklist
from ..crossings.answers import guarded
from ..crossings.drawing import row_html
from ..crossings.posts import frame
from ..places.reference import reference
from ..shared.errors import NotAllowed
from ..shared.models import Crossing
from ..web import words
from . import queries


@require_GET
@guarded
def yard(request: HttpRequest, gate: str) -> HttpResponse:
    """One page for one yard, or for all yards of the gate."""
    reader = principal.of(request)
    shown = frame(request, reader, gate)
    if not (shown["sees_yard"] or shown["sees_board"]):
        raise NotAllowed
    levels = queries.fullness(reader, gate)
    chosen = request.GET.get("yard", "")
    code = chosen if chosen in {level.yard.code for level in levels} else ""
    view = worklist.view_of(reader, gate, tab="mine", post="yard", language=words.language())
    waiting = list(crossings.waiting_for(reader, gate, "yard")[: queries.PAGE])
    mine = [row for row in waiting if (not code or row.yard == code) and not _only_goods(row)]
    known = {row.pk for row in mine}
    expected = [r for r in queries.expected(reader, gate, code)[: queries.PAGE] if r.pk not in known]
    here = [r for r in queries.here(reader, gate, code)[: queries.PAGE] if r.pk not in known]
    giving = list(queries.transshipping(reader, gate, code)[: queries.PAGE])
    shown |= {
        "page": "yard",
        "levels": levels,
        "chosen": code,
        "mine": _rows(view, mine, "crossings/_row.html"),
        "expected": _rows(view, expected, "crossings/_row_quiet.html"),
        "here": _rows(view, here, "crossings/_row_quiet.html"),
        "transshipments": _transshipments(reader, giving, reference(gate)),
        "takers": _takers(reader, list(queries.receiving(reader, gate, code)[: queries.PAGE])),
        "moves_goods": bool(set(reader.agencies_at(gate)) & {Agency.YARD, Agency.CUSTOMS}),
        "live_url": reverse("live-gate", args=[gate]),
    }
    return render(request, "yards/yard.html", shown)


GOODS_STEPS = frozenset({StepCode.TRANSSHIPPED, StepCode.RECEIVED_GOODS})


def _only_goods(row: Crossing) -> bool:
    """All that waits for the yard is goods to be moved: that is told under the transshipments."""
    steps = {step for party, step, *_rest in row.waits if party == Agency.YARD}
    return bool(steps) and steps <= GOODS_STEPS


def _rows(view: worklist.View, found: list[Crossing], template: str) -> list[str]:
    return [row_html(row, template, view.language) for row in worklist.rows(view, found)]


def _takers(reader: Any, rows: list[Crossing]) -> list[dict[str, Any]]:
    """Each vehicle that comes empty: where it is, what it has taken, and whose goods it is to take."""
    states = crossings.states(rows)
    sources = {
        row.pk: row for row in crossings.visible_to(reader).filter(pk__in={x for r in rows for x in r.links})
    }
    return [
        {
            "crossing": row,
            "place": words.of(words.PLACES, row.place),
            "taken": _taken(states[row.pk]),
            "sources": [sources[link] for link in row.links if link in sources],
        }
        for row in rows
        if row.pk in states
    ]


def _taken(state: State) -> int:
    return sum(fact.data.packages for fact in state.received if isinstance(fact.data, Received))


def _transshipments(reader: Any, rows: list[Crossing], ref: Reference) -> list[dict[str, Any]]:
    """Each vehicle that gives, what is left of each goods group, and the vehicles that take."""
    states = crossings.states(rows)
    others = {link for state in states.values() for link in state.links}
    takers = {row.pk: row for row in crossings.visible_to(reader).filter(pk__in=others)}
    return [_transshipment(row, states[row.pk], takers, ref) for row in rows if row.pk in states]


def _transshipment(
    row: Crossing, state: State, takers: dict[Any, Crossing], ref: Reference
) -> dict[str, Any]:
    groups = state.content.groups if state.content else ()
    signed = status(StepCode.TRANSSHIPMENT_SIGNED, state, ref)
    return {
        "crossing": row,
        "signed": signed.done_at,
        "in_part": standing_report(state) is not None,
        "left": sum(max(0, state.remaining(index)) for index in range(len(groups))),
        "packages": sum(group.packages for group in groups),
        "takers": [
            {
                "id": other,
                "plate": link.plate,
                "country": takers[other].country if other in takers else "VN",
                "entered": state.receiving_entered.get(other, False),
                "place": words.of(words.PLACES, takers[other].place) if other in takers else "",
            }
            for other, link in state.links.items()
        ],
    }
