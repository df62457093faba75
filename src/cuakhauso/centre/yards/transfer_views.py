"""How goods change vehicles: one page for one source with its goods, the vehicles that take them, and what
remains. Planned, begun and done here; signing is customs' own."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cuakhauso.core import transfers
from cuakhauso.core.bays import Bay, beside
from cuakhauso.core.decisions import Transfer
from cuakhauso.core.standing import status
from cuakhauso.core.steps import StepCode
from cuakhauso.core.yard_decisions import YARD_MASTERS

from ..accounts import principal
from ..accounts.principal import Principal
from ..crossings import actions as crossings
from ..crossings import queries, unloading
from ..crossings.acts import index_of, number_of, text_of, uuid_of
from ..crossings.answers import guarded, sentences
from ..crossings.posts import frame
from ..crossings.queries import Whole
from ..crossings.tapping import said_for
from ..places.models import Yard
from ..shared.errors import FieldError, GateError, Invalid, NotAllowed, NotFound
from ..shared.models import Crossing
from . import actions
from .bays import plan

MOST_PACKAGES = 10_000_000


@require_GET
@guarded
def shown(request: HttpRequest, gate: str, crossing: UUID) -> HttpResponse:
    return render(request, "yards/transfers.html", _page(request, gate, crossing))


def _page(
    request: HttpRequest, gate: str, crossing: UUID, reasons: Sequence[tuple[str, str]] = ()
) -> dict[str, Any]:
    reader = principal.of(request)
    page = frame(request, reader, gate)
    if not (page["sees_yard"] or page["sees_board"]):
        raise NotAllowed
    whole = queries.whole(reader, crossing)
    if whole.crossing.gate != gate:
        raise NotFound
    rows = queries.visible_to(reader).in_bulk([other for other, _plate in transfers.takers(whole.state)])
    typed = _typed(request, whole)
    return page | {
        "page": "yard",
        "crossing": whole.crossing,
        "signed": status(StepCode.TRANSSHIPMENT_SIGNED, whole.state, whole.ref).done_at,
        "lines": [_line(line, typed, rows) for line in transfers.lines(whole.state)],
        "takers": [(taker, rows.get(taker.crossing)) for taker in transfers.totals(whole.state)],
        "suggested": _suggested(reader, whole, rows),
        "masters": bool(set(reader.agencies_at(gate)) & set(YARD_MASTERS)),
        "unloading": list(unloading.lines(whole)),
        "asks": request.GET.get("even") == "1" or bool(reasons),
        "reasons": reasons,
        "live_url": reverse("live-gate", args=[gate]),
    }


def _typed(request: HttpRequest, whole: Whole) -> dict[tuple[UUID, int], str]:
    """What stands in the fields: what was typed and refused, an even share where asked, else the plan."""
    even = transfers.evenly(whole.state) if request.GET.get("even") == "1" else {}
    found = {key: str(packages) for key, packages in even.items()}
    for line in transfers.lines(whole.state):
        for cell in line.cells:
            key = (cell.receiving, line.index)
            given = request.POST.get(_name(*key))
            found[key] = given if given is not None else found.get(key, str(cell.planned or ""))
    return found


def _name(receiving: UUID, group: int) -> str:
    return f"share-{receiving}-{group}"


def _line(
    line: transfers.Line, typed: dict[tuple[UUID, int], str], rows: dict[UUID, Crossing]
) -> dict[str, Any]:
    return {
        "line": line,
        "cells": [
            {
                "cell": cell,
                "row": rows.get(cell.receiving),
                "name": _name(cell.receiving, line.index),
                "typed": typed[(cell.receiving, line.index)],
                "next": min(cell.to_move, line.remaining) or line.remaining,
            }
            for cell in line.cells
        ],
    }


def _suggested(reader: Principal, whole: Whole, rows: dict[UUID, Crossing]) -> list[tuple[Bay, Crossing]]:
    """Free transshipment bays beside each other, for those of the pair that stand in none."""
    yard = Yard.objects.filter(pk=whole.crossing.yard).first()
    wanting = [row for row in (whole.crossing, *rows.values()) if not (row.bay or row.bay_kept)]
    if yard is None or not wanting:
        return []
    bays = plan(reader, yard)
    near = next((bay for bay in bays if bay.code == whole.crossing.bay), None)
    return list(zip(beside(bays, len(wanting), near), wanting, strict=False))


# --- acts ----------------------------------------------------------------------------------------


@require_POST
@guarded
def act(request: HttpRequest, gate: str, crossing: UUID, verb: str) -> HttpResponse:
    """One step of the pairing. What is refused stays on the page, with what was typed."""
    if verb not in _DO:
        raise NotFound
    try:
        said = _DO[verb](request, crossing)
    except (NotFound, NotAllowed):
        raise
    except GateError as error:
        page = _page(request, gate, crossing, sentences(error))
        return render(request, "yards/transfers.html", page, status=409)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("yard-transfers", args=[gate, crossing]))


def _plan(request: HttpRequest, crossing: UUID) -> str:
    shares = []
    for name, typed in request.POST.items():
        if name.startswith("share-") and str(typed).strip() not in ("", "0"):
            receiving, _dash, group = name.removeprefix("share-").rpartition("-")
            if not group.isdigit() or len(group) > 3:
                raise Invalid([FieldError(name, "not_a_number")])
            packages = number_of(request.POST, name, most=MOST_PACKAGES)
            shares.append((uuid_of(receiving, "receiving"), int(group), packages))
    actions.plan_transfers(crossing, shares, _said(request, crossing))
    return _("Đã lưu chia hàng.")


def _begin(request: HttpRequest, crossing: UUID) -> str:
    receiving = uuid_of(request.POST.get("receiving", ""), "receiving")
    actions.begin_transfer(crossing, receiving, index_of(request.POST, "group"), _said(request, crossing))
    return _("Đã ghi bắt đầu sang tải.")


def _done(request: HttpRequest, crossing: UUID) -> str:
    group = index_of(request.POST, "group")
    packages = number_of(request.POST, "packages", most=MOST_PACKAGES)
    transfer = Transfer(group, packages, uuid_of(request.POST.get("receiving", ""), "receiving"))
    story = crossings.transship(crossing, transfer, _said(request, crossing))
    told = {"packages": packages, "left": story.state.remaining(group)}
    return _("Đã sang %(packages)s kiện, còn %(left)s.") % told


def _said(request: HttpRequest, crossing: UUID) -> Any:
    return said_for(request, crossing, request.POST.get("id", "").strip(), text_of(request.POST, "words"))


_DO: dict[str, Callable[[HttpRequest, UUID], str]] = {"plan": _plan, "begin": _begin, "done": _done}
