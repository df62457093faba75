"""The page for alerts on plates and orders on the road: what met an alert, one's agency's alerts, orders."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cuakhauso.core.reference import HANOI
from cuakhauso.core.road_facts import RoadCode
from cuakhauso.core.words import Place

from ..accounts import principal
from ..accounts.principal import Principal
from ..crossings import queries as crossings
from ..crossings.acts import uuid_of
from ..crossings.answers import guarded, sentences
from ..crossings.posts import frame
from ..crossings.road import title
from ..places.models import Gate, Yard
from ..shared import store
from ..shared.errors import FieldError, Invalid, NotAllowed, NotFound, Refused
from ..watch import alerts, orders, queries, shown
from ..watch.rules import WATCHERS, Subject, ToDo
from ..web import refusals, words

WAITING_PLACES = (Place.BUFFER, Place.TEMPORARY_YARD, Place.NON_TARIFF_ZONE)


@require_GET
@guarded
def page(request: HttpRequest, gate: str) -> HttpResponse:
    return _drawn(request, gate)


def _drawn(
    request: HttpRequest, gate: str, *, status: int = 200, errors: dict[str, str] | None = None,
    form: str = "",
) -> HttpResponse:  # fmt: skip
    reader = principal.of(request)
    context = {
        **frame(request, reader, gate),
        "page": "police",
        "live_url": reverse("live-gate", args=[gate]),
    }
    watches = bool(set(reader.agencies_at(gate)) & set(WATCHERS))
    if not watches and not queries.may_order(reader, gate):
        raise NotAllowed
    now = store.now()
    context |= {
        "watches": watches,
        "orders_may": queries.may_order(reader, gate),
        "matches": shown.open_at(gate, reader.agencies_at(gate)),
        "alerts": [_alert(one, reader, now) for one in queries.alerts(reader)] if watches else [],
        "subjects": [(str(s), words.of(words.ALERT_SUBJECTS, s)) for s in Subject],
        "to_dos": [(str(t), words.of(words.ALERT_TO_DO, t)) for t in ToDo],
        "orders": [_order(one) for one in queries.orders(reader, gate)],
        "codes": [(str(c), words.of(words.ROAD_ORDERS, c)) for c in RoadCode],
        "wheres": _wheres(gate),
        "errors": errors or {}, "form": form, "typed": request.POST if errors else {},
    }  # fmt: skip
    return render(request, "police/page.html", context, status=status)


def _alert(alert: Any, reader: Principal, now: datetime) -> dict[str, Any]:
    waits = alert.approved_at is None
    return {
        "row": alert,
        "subject": words.of(words.ALERT_SUBJECTS, alert.subject),
        "to_do": words.of(words.ALERT_TO_DO, alert.to_do),
        "waits": waits,
        "over": not waits and not alert.counts(now),
        "mine": alert.made_by == reader.id,
    }


def _order(order: Any) -> dict[str, Any]:
    return {
        "row": order, "title": title(order.code, order.where),
        "agency": words.of(words.AGENCIES, order.agency),
    }  # fmt: skip


def _wheres(gate: str) -> list[tuple[str, str]]:
    """Waiting places, gates, yards; anything else is typed."""
    places = [(str(p), words.of(words.PLACES, p)) for p in WAITING_PLACES]
    gates = [(code, words.gate_words(code)) for code in Gate.objects.values_list("code", flat=True)]
    yards = [(y.name, y.name) for y in Yard.objects.filter(gate=gate, temporary=False)]
    return [("", _("(ghi ở ô bên)")), *places, *gates, *yards]


def _back(gate: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("police", args=[gate]))


def _answered(request: HttpRequest, gate: str, error: Invalid | Refused, form: str) -> HttpResponse:
    if isinstance(error, Refused):
        messages.error(request, " ".join(said for said, _more in sentences(error)))
        return _back(gate)
    found = {e.field: refusals.field_error_sentence(e) for e in error.errors}
    return _drawn(request, gate, status=422, errors=found, form=form)


def _moment(typed: str, field: str) -> datetime | None:
    if not typed.strip():
        return None
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=HANOI)
    except ValueError as error:
        raise Invalid([FieldError(field, "not_a_date")]) from error


@require_POST
@guarded
def make_alert(request: HttpRequest, gate: str) -> HttpResponse:
    given = request.POST
    try:
        made = alerts.make(
            by=principal.of(request), gate=gate, subject=given.get("subject", ""),
            number=given.get("number", "")[:40], to_do=given.get("to_do", ""), reason=given.get("reason", ""),
            law=given.get("law", ""), ends=_moment(given.get("ends", ""), "ends"), id=_own_id(request),
        )  # fmt: skip
    except Invalid as error:
        return _answered(request, gate, error, "alert")
    waits = _("Chờ người thứ hai duyệt.") if made.approved_at is None else ""
    messages.success(request, f"{_('Đã ghi cảnh báo %(number)s.') % {'number': made.shown}} {waits}".strip())
    return _back(gate)


def _own_id(request: HttpRequest) -> UUID | None:
    given = request.POST.get("id", "").strip()
    return uuid_of(given, "id") if given else None


@require_POST
@guarded
def approve_alert(request: HttpRequest, gate: str, alert: UUID) -> HttpResponse:
    try:
        alerts.approve(alert, by=principal.of(request))
    except Refused as error:
        return _answered(request, gate, error, "")
    return _back(gate)


@require_POST
@guarded
def end_alert(request: HttpRequest, gate: str, alert: UUID) -> HttpResponse:
    try:
        alerts.end(alert, request.POST.get("words", ""), by=principal.of(request))
    except Refused as error:
        return _answered(request, gate, error, "")
    return _back(gate)


@require_POST
@guarded
def match_seen(request: HttpRequest, match: UUID) -> HttpResponse:
    alerts.see(match, by=principal.of(request))
    return HttpResponse(status=204)


@require_POST
@guarded
def give_order(request: HttpRequest, gate: str) -> HttpResponse:
    given, me = request.POST, principal.of(request)
    try:
        made = orders.give(
            gate, given.get("code", ""), by=me, where=given.get("place", "") or given.get("where", ""),
            words=given.get("words", ""), only=_vehicle(me, gate, given.get("plate", "")),
            begins=_moment(given.get("begins", ""), "begins"), ends=_moment(given.get("ends", ""), "ends"),
            id=_own_id(request),
        )  # fmt: skip
    except Invalid as error:
        return _answered(request, gate, error, "order")
    told = {"count": made.to.count()}
    messages.success(request, _("Đã gửi lệnh tới %(count)s xe.") % told)
    return _back(gate)


def _vehicle(me: Principal, gate: str, plate: str) -> UUID | None:
    """One vehicle by its plate; all that are expected where none is named."""
    if not plate.strip():
        return None
    found = crossings.found_by(me, plate, gate)
    if len(found) != 1:
        raise Invalid([FieldError("plate", "vehicle_not_found" if not found else "several_vehicles")])
    return found[0].pk


@require_POST
@guarded
def take_back_order(request: HttpRequest, gate: str, order: UUID) -> HttpResponse:
    try:
        orders.take_back(order, by=principal.of(request))
    except Refused as error:
        return _answered(request, gate, error, "")
    return _back(gate)


NotFound  # noqa: B018
