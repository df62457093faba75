"""The sheet of an alert: what was seen, acknowledging it, and saying whose passage it was."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cuakhauso.core.progress import Stage

from ..accounts import principal
from ..accounts.principal import Principal
from ..crossings import queries as crossings
from ..crossings.acts import text_of, uuid_of
from ..crossings.answers import guarded, is_htmx, sentences
from ..crossings.drawing import now_words
from ..crossings.posts import gate_for
from ..shared.errors import FieldError, GateError, Invalid, NotAllowed, NotFound
from ..shared.models import Crossing
from . import alerts, drawing, queries, rules
from .models import LaneItem

LONGEST = 300
CANDIDATES = 6


@require_GET
@never_cache
@guarded
def sheet(request: HttpRequest, gate: str, item: UUID) -> HttpResponse:
    """With what an officer needs to judge it. `q` looks for the vehicle whose passage it was."""
    if not is_htmx(request):
        return redirect("lanes", gate=gate)
    reader = principal.of(request)
    row = _row(reader, gate, item)
    (seen,) = queries.seen(LaneItem.objects.filter(pk=row.pk))
    typed = " ".join(request.GET.get("q", seen.read)[:LONGEST].split())
    shown = {
        "gate": gate,
        "a": drawing.alert(seen, reader.agencies_at(gate)),
        "needs_words": row.alert in rules.NEED_WORDS,
        "typed": typed,
        "found": _candidates(reader, gate, typed) if seen.is_nobodys else (),
    }
    only_found = "q" in request.GET
    return render(request, "lanes/_candidates.html" if only_found else "lanes/_alert_sheet.html", shown)


def _candidates(reader: Principal, gate: str, typed: str) -> list[Crossing]:
    return crossings.found_by(reader, typed, gate)[:CANDIDATES]


def _row(reader: Principal, gate: str, item: UUID) -> LaneItem:
    gate_for(reader, gate)
    row = queries.alerts_visible_to(reader).filter(pk=item, lane__gate=gate).first()
    if row is None:
        raise NotFound
    return row


@require_POST
@guarded
def acknowledge(request: HttpRequest, gate: str, item: UUID) -> HttpResponse:
    reader = principal.of(request)
    _row(reader, gate, item)
    try:
        alerts.acknowledge(item, _saying(request, reader))
    except (NotFound, NotAllowed):
        raise
    except GateError as error:
        return refused(request, error)
    return done(request, gate, _("Đã nhận cảnh báo. Cảnh báo vẫn nằm trong lịch sử của làn."))


@require_POST
@guarded
def attach(request: HttpRequest, gate: str, item: UUID) -> HttpResponse:
    """To a crossing that was chosen, or to one that begins by this plate."""
    reader = principal.of(request)
    _row(reader, gate, item)
    saying = _saying(request, reader)
    chosen = request.POST.get("crossing", "")
    country = request.POST.get("country", "")
    try:
        if chosen:
            made = alerts.attach(item, uuid_of(chosen, "crossing"), saying)
        else:
            plate = request.POST.get("plate", "")[:80]
            if not plate.strip():
                raise Invalid([FieldError("plate", "required")])
            known = country if country in ("VN", "CN") else ""
            made = alerts.register_and_attach(item, plate, known, saying)
    except (NotFound, NotAllowed):
        raise
    except GateError as error:
        return refused(request, error)
    return done(request, gate, _attached(Crossing.objects.get(pk=made.crossing)))


def _attached(row: Crossing) -> str:
    said = _("Đã ghi lượt qua làn vào xe %(plate)s.")
    if row.stage == Stage.UNDECLARED:
        said = _("Đã ghi xe %(plate)s chưa khai báo, đưa vào bãi tạm. Khai báo giúp ở trang Chưa khai.")
    return said % {"plate": row.plate_shown}


def _saying(request: HttpRequest, reader: Principal) -> alerts.Saying:
    given = request.POST.get("id", "").strip()
    own_id = uuid_of(given, "id") if given else None
    return alerts.Saying(by=reader, id=own_id, words=text_of(request.POST, "words"))


# --- how an act on the lanes' page answers ----------------------------------------------------------


def done(request: HttpRequest, gate: str, said: str) -> HttpResponse:
    """The strip below; the stream brings what has changed."""
    if not is_htmx(request):
        return redirect("lanes", gate=gate)
    response = HttpResponse(render_to_string("crossings/_toast.html", {"said": said}, request))
    response.headers["HX-Reswap"] = "none"
    response.headers["HX-Trigger"] = "changed"
    return response


def refused(request: HttpRequest, error: GateError) -> HttpResponse:
    """Every reason, in the sheet."""
    shown = {"reasons": sentences(error), "what": "", "time": now_words()}
    return render(request, "crossings/_why.html", shown, status=409)
