"""The page on which the Board switches the health mode of its gate on and off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cuakhauso.core.procedure import HEALTH_MODE
from cuakhauso.core.words import Agency

from ..accounts import principal
from ..places.actions import switch_health_mode
from ..places.models import HealthStep
from ..shared.errors import Invalid
from ..web import refusals, words
from .acts import text_of
from .answers import guarded
from .posts import frame


@require_http_methods(["GET", "POST"])
@guarded
def health_mode(request: HttpRequest, gate: str) -> HttpResponse:
    reader = principal.of(request)
    shown = frame(request, reader, gate)
    may, errors = Agency.BOARD in reader.agencies_at(gate), dict[str, str]()
    steps, source = request.POST.getlist("steps"), request.POST.get("source", "")
    if request.method == "POST":
        try:
            on = switch_health_mode(gate, steps, text_of(request.POST, "source", limit=200), reader)
        except Invalid as error:
            errors = {e.field: refusals.field_error_sentence(e) for e in error.errors}
        else:
            messages.success(request, _("Chế độ y tế đang bật.") if on else _("Chế độ y tế đã tắt."))
            return HttpResponseRedirect(reverse("health-mode", args=[gate]))
    rows = list(HealthStep.objects.filter(gate=gate).order_by("-valid_from", "-id")[:30])
    chosen = set(steps) if errors else {row.step for row in rows if row.valid_to is None}
    shown |= {
        "page": "health", "may": may, "error": errors.get("source", ""), "source": source,
        "is_on": any(row.valid_to is None for row in rows),
        "steps": [(str(s), words.of(words.STEPS, s), str(s) in chosen) for s in HEALTH_MODE],
        "history": [(words.of(words.STEPS, row.step), row) for row in rows], "live_url": "",
    }  # fmt: skip
    return render(request, "crossings/health.html", shown, status=422 if errors else 200)
