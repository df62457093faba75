"""The page of webhooks: addresses of my organisation, what waits, what is dead, what a person does then."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..accounts import principal
from ..accounts.principal import Principal
from ..crossings.answers import guarded, sentences
from ..shared import store
from ..shared.errors import FieldError, Invalid, NotAllowed, NotFound
from ..shared.models import Crossing
from ..web import telling, words
from . import actions, events, queries
from .models import Delivery, Subscription

SHOWN = 20
HOURS = (1, 6, 24, 24 * 7)


@require_http_methods(["GET", "POST"])
@guarded
def webhooks(request: HttpRequest) -> HttpResponse:
    """What there is; with POST one more, whose secret is shown this once."""
    reader = principal.of(request)
    if not reader.has(*queries.DUTIES):
        raise NotAllowed
    made, reasons = None, []
    if request.method == "POST":
        try:
            wanted = actions.Wanted(request.POST.get("url", "").strip()[:500])
            made = actions.subscribe(wanted, reader)
        except Invalid as error:
            reasons = sentences(error)
    shown = {
        "rows": [_shown(row) for row in queries.counted(reader)],
        "made": made,
        "reasons": reasons,
        "url": request.POST.get("url", "") if reasons else "",
        "hours": HOURS,
    }
    return render(request, "notices/webhooks.html", shown, status=422 if reasons else 200)


def _shown(row: Subscription) -> dict[str, Any]:
    waiting = queries.deliveries(row, "waiting").filter(attempts__gt=0)[:SHOWN]
    return {
        "hook": row,
        "paused": _("Bên nhận báo không còn nhận tin") if row.paused_for == "gone" else row.paused_for,
        "dead": [_message(one) for one in queries.deliveries(row, "dead")[:SHOWN]],
        "failing": [_message(one) for one in waiting],
    }


def _message(one: Delivery) -> dict[str, Any]:
    """What it was to tell, in words: of which vehicle, what; and why that did not arrive."""
    vehicle = Crossing.objects.filter(pk=one.crossing).first() if one.crossing else None
    facts = store.facts_of(vehicle.pk) if vehicle else []
    fact = next((fact for fact in facts if events.event_id(fact.id) == one.event), None)
    return {
        "one": one,
        "vehicle": vehicle,
        "what": telling.fact_told(fact).words if fact else _("Tin thử"),
        "why": _why(one),
    }


def _why(one: Any) -> str:
    if one.last_status is not None:
        return _("bên nhận trả lời %(status)s") % {"status": one.last_status}
    return words.of(words.DELIVERY_ERRORS, one.last_error)


@require_POST
@guarded
def act(request: HttpRequest, webhook: UUID, verb: str) -> HttpResponse:
    reader = principal.of(request)
    one = queries.subscription(reader, webhook)
    if verb not in _DO:
        raise NotFound
    try:
        messages.success(request, _DO[verb](request, one, reader))
    except Invalid as error:
        messages.error(request, " ".join(sentence for sentence, _where in sentences(error)))
    return HttpResponseRedirect(reverse("webhooks"))


def _pause(request: HttpRequest, one: Subscription, reader: Principal) -> str:
    actions.pause(one, request.POST.get("words", "").strip() or _("Tạm dừng"), reader)
    return _("Đã tạm dừng. Tin chờ tới khi gửi tiếp.")


def _resume(request: HttpRequest, one: Subscription, reader: Principal) -> str:
    actions.pause(one, "", reader)
    return _("Gửi tiếp.")


def _end(request: HttpRequest, one: Subscription, reader: Principal) -> str:
    actions.end(one, reader)
    return _("Đã thôi báo tin cho địa chỉ này.")


def _test(request: HttpRequest, one: Subscription, reader: Principal) -> str:
    actions.send_test(one, reader)
    return _("Đã gửi một tin thử.")


def _again(request: HttpRequest, one: Subscription, reader: Principal) -> str:
    given = request.POST.get("delivery", "")
    if not (given.isascii() and given.isdigit()) or len(given) > 18:
        raise NotFound
    actions.send_again(one, int(given), reader)
    return _("Tin sẽ được gửi lại ngay.")


def _replay(request: HttpRequest, one: Subscription, reader: Principal) -> str:
    given = request.POST.get("hours", "")
    if given not in {str(hours) for hours in HOURS}:
        raise Invalid([FieldError("since", "not_a_choice")])
    since: datetime = store.now() - timedelta(hours=int(given))
    return _("Gửi lại %(count)s tin.") % {"count": actions.replay(one, since, reader)}


_DO: dict[str, Callable[[HttpRequest, Subscription, Principal], str]] = {
    "pause": _pause,
    "resume": _resume,
    "end": _end,
    "test": _test,
    "again": _again,
    "replay": _replay,
}
