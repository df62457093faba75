"""The yard's plan of bays: who stands where, tap a bay to look, to park, to move; given anew by its yard."""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from pydantic import ValidationError

from cuakhauso.core.bays import Bay, Look
from cuakhauso.core.words import BayKind
from cuakhauso.core.yard_decisions import YARD_MASTERS

from ..accounts import principal
from ..accounts.principal import Principal
from ..crossings.acts import text_of, uuid_of
from ..crossings.answers import guarded, sentences
from ..crossings.posts import frame
from ..crossings.said import Said
from ..crossings.tapping import said_for
from ..places.models import Yard
from ..places.reference import bays_of
from ..shared import store
from ..shared.errors import FieldError, GateError, Invalid, NotAllowed, NotFound
from ..shared.models import Crossing
from ..web import words
from . import actions, drawing, queries
from . import plan as plans
from .bays import plan, strays, yard_of
from .plan_forms import PlanIn


@require_GET
@guarded
def shown(request: HttpRequest, gate: str, yard: str) -> HttpResponse:
    given = request.GET
    asked = Asked(given.get("bay", ""), given.get("vehicle", ""), given.get("show", ""))
    return render(request, "yards/plan.html", _page(request, gate, yard, asked))


class Asked(NamedTuple):
    """The bay that was tapped, the vehicle that is looking for one, and which bays alone shall stand out."""

    bay: str
    vehicle: str
    show: str = ""


def _page(
    request: HttpRequest, gate: str, code: str, asked: Asked, reasons: Sequence[tuple[str, str]] = ()
) -> dict[str, Any]:
    reader = principal.of(request)
    page = frame(request, reader, gate)
    if not (page["sees_yard"] or page["sees_board"]):
        raise NotAllowed
    yard = _yard(gate, code)
    bays, loose, now = plan(reader, yard), strays(reader, yard), store.now()
    vehicle = _vehicle(reader, gate, asked.vehicle)
    return page | {
        "page": "yard",
        "yard": yard,
        "drawing": drawing.drawn(bays, now),
        "rows": [(bay, words.of(words.BAY_KINDS, bay.kind), drawing.told(bay, now)) for bay in bays],
        "show": asked.show if asked.show in set(Look) else "",
        "counts": _counts(bays),
        "strays": loose,
        "coming": list(queries.expected(reader, gate, code)[:30]),
        "chosen": next((bay for bay in bays if bay.code == asked.bay), None),
        "vehicle": vehicle,
        "assumed": any(bay.assumed for bay in bays_of(code)),
        "masters": bool(set(reader.agencies_at(gate)) & set(YARD_MASTERS)),
        "planners": plans.may_plan(reader, gate),
        "reasons": reasons,
        "again": urlencode({name: value for name, value in asked._asdict().items() if value}),
        "live_url": reverse("live-gate", args=[gate]),
    }


def _yard(gate: str, code: str) -> Yard:
    found = yard_of(code)
    if found.gate_id != gate:
        raise NotFound
    return found


def _vehicle(reader: Principal, gate: str, given: str) -> Crossing | None:
    try:
        wanted = uuid_of(given, "vehicle") if given else None
    except Invalid:
        return None
    return queries.of_yard(reader, gate, "").filter(pk=wanted).first() if wanted else None


def _counts(bays: list[Bay]) -> list[tuple[str, str, int]]:
    """How many bays stand how; of free ones the places."""
    numbers = {look: sum(bay.look is look for bay in bays) for look in Look}
    numbers[Look.FREE] = sum(bay.free for bay in bays)
    return [(str(look), words.of(words.BAY_LOOKS, look), number) for look, number in numbers.items()]


# --- acts ----------------------------------------------------------------------------------------


@require_POST
@guarded
def act(request: HttpRequest, gate: str, yard: str, verb: str) -> HttpResponse:
    """One tap on the plan. What is refused stays on the page with every reason."""
    here, bay = _yard(gate, yard), request.POST.get("bay", "")[:40]
    try:
        said_words = _DO[verb](request, bay) if verb in _DO else None
    except (NotFound, NotAllowed):
        raise
    except GateError as error:
        page = _page(request, gate, yard, Asked(bay, request.POST.get("vehicle", "")), sentences(error))
        return render(request, "yards/plan.html", page, status=409)
    if said_words is None:
        raise NotFound
    messages.success(request, said_words)
    return HttpResponseRedirect(f"{reverse('yard-plan', args=[gate, here.code])}?bay={bay}")


def _said(request: HttpRequest) -> tuple[UUID, Said]:
    crossing = uuid_of(request.POST.get("vehicle", ""), "vehicle")
    note = text_of(request.POST, "words")
    return crossing, said_for(request, crossing, request.POST.get("id", "").strip(), note)


def _park(request: HttpRequest, bay: str) -> str:
    crossing, said = _said(request)
    actions.park(crossing, bay, said)
    return _("Xe đã đỗ tại %(bay)s.") % {"bay": bay}


def _keep(request: HttpRequest, bay: str) -> str:
    crossing, said = _said(request)
    actions.keep_bay(crossing, bay, said)
    return _("Đã giữ chỗ %(bay)s.") % {"bay": bay}


def _leave(request: HttpRequest, bay: str) -> str:
    crossing, said = _said(request)
    actions.leave_bay(crossing, said)
    return _("Chỗ %(bay)s đã trống.") % {"bay": bay}


def _close(request: HttpRequest, bay: str) -> str:
    reason = text_of(request.POST, "words", limit=120)
    if not reason:
        raise Invalid([FieldError("words", "required")])
    plans.set_closed(bay, reason, principal.of(request))
    return _("Đã đóng chỗ %(bay)s.") % {"bay": bay}


def _open(request: HttpRequest, bay: str) -> str:
    plans.set_closed(bay, "", principal.of(request))
    return _("Đã mở lại chỗ %(bay)s.") % {"bay": bay}


_DO: dict[str, Callable[[HttpRequest, str], str]] = {
    "park": _park,
    "keep": _keep,
    "leave": _leave,
    "close": _close,
    "open": _open,
}


# --- the plan itself -----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@guarded
def edit(request: HttpRequest, gate: str, yard: str) -> HttpResponse:
    """The plan as JSON, as it is; given back changed it counts from today."""
    reader, here = principal.of(request), _yard(gate, yard)
    page = frame(request, reader, gate)
    if not plans.may_plan(reader, gate):
        raise NotAllowed
    text, source, reasons = request.POST.get("plan", ""), request.POST.get("source", ""), []
    if request.method == "POST":
        try:
            given = _read(text)
            plans.give_plan(here.code, given, source, reader)
            messages.success(request, _("Sơ đồ bãi đã đổi."))
            return HttpResponseRedirect(reverse("yard-plan", args=[gate, here.code]))
        except Invalid as error:
            reasons = sentences(error)
    else:
        bays = [_as_json(bay) for bay in bays_of(here.code)]
        text = json.dumps({"bays": bays}, ensure_ascii=False, indent=1)
    shown = {"page": "yard", "yard": here, "plan": text, "source": source, "reasons": reasons}
    shown["kinds"] = [(str(kind), words.of(words.BAY_KINDS, kind)) for kind in BayKind]
    return render(request, "yards/plan_edit.html", page | shown, status=422 if reasons else 200)


def _as_json(bay: Any) -> dict[str, Any]:
    said = {
        "label": bay.code.partition("-")[2], "block": bay.block, "row": bay.row, "position": bay.position,
        "kind": bay.kind, "places": bay.places,
    }  # fmt: skip
    return said | ({"shape": bay.shape} if bay.shape else {})


def _read(text: str) -> list[plans.Planned]:
    try:
        return PlanIn.model_validate({"source": "", **json.loads(text)}).planned()
    except (ValueError, TypeError, ValidationError) as bad:
        raise Invalid([FieldError("plan", "plan_form")]) from bad
