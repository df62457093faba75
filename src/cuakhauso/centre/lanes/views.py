"""The lanes' page, and what the Board does there; the pictures that lanes took."""

from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ..accounts import principal
from ..crossings.answers import guarded, is_htmx
from ..crossings.posts import frame, gate_for
from ..crossings.queries import visible_to, works_at
from ..places.reference import setting
from ..shared.errors import Invalid, NotAllowed, NotFound
from ..shared.stream import mark_of
from ..web import lane_words, refusals, words
from . import actions, acts, drawing, keeping, photos, queries
from . import history as past
from .models import Lane
from .reading_well import accuracy

T = TypeVar("T", date, datetime)


@require_GET
@never_cache
@guarded
def lanes(request: HttpRequest, gate: str) -> HttpResponse:
    """How each lane of the gate stands, live."""
    return _page(request, gate)


def _page(request: HttpRequest, gate: str, *, status: int = 200, **more: object) -> HttpResponse:
    reader = principal.of(request)
    shown = frame(request, reader, gate)
    body = drawing.lanes(drawing.look_of(reader, gate, words.language()))
    shown |= {
        "page": "lanes",
        "body": body,
        "live_url": f"{reverse('live-lanes', args=[gate])}?seen={mark_of(body)}",
        "is_board": actions.is_board(reader, gate),
        "lanes": [(lane, drawing.named(lane)) for lane in Lane.objects.filter(gate=gate)],
        "keeps": _keeps(gate),
        **more,
    }
    return render(request, "lanes/lanes.html", shown, status=status)


def _keeps(gate: str) -> dict[str, object]:
    """How long pictures are kept, who says so, and what the last night did."""
    rule = setting(gate, keeping.DAYS)
    return {"rule": rule, "night": keeping.last_night(gate)}


@require_POST
@never_cache
@guarded
def make_code(request: HttpRequest, gate: str) -> HttpResponse:
    """The code is in the answer to its making, and nowhere after that."""
    reader = principal.of(request)
    gate_for(reader, gate)
    try:
        code = actions.make_code(gate, request.POST.getlist("lanes"), by=reader)
    except Invalid as error:
        return _page(request, gate, status=422, error=refusals.field_error_sentence(error.errors[0]))
    return _page(request, gate, status=201, code=code)


@require_GET
@never_cache
@guarded
def node(request: HttpRequest, gate: str, node: UUID) -> HttpResponse:
    """The sheet in which the Board confirms that a node is shut out."""
    reader = principal.of(request)
    gate_for(reader, gate)
    row = queries.nodes(gate).filter(pk=node, revoked_at=None).first()
    if row is None:
        raise NotFound
    if not actions.is_board(reader, gate) or not is_htmx(request):
        raise NotAllowed
    lanes = [drawing.named(lane) for lane in row.lanes.all()]
    return render(request, "lanes/_revoke_sheet.html", {"gate": gate, "node": row, "lanes": lanes})


@require_POST
@guarded
def revoke(request: HttpRequest, gate: str, node: UUID) -> HttpResponse:
    reader = principal.of(request)
    gate_for(reader, gate)
    ended = actions.revoke(node, by=reader)
    said = _("Đã thu hồi nút %(name)s. Nút này không nghe và không gửi được gì nữa.")
    return acts.done(request, gate, said % {"name": ended.name})


# --- history ---------------------------------------------------------------------------------------


@require_GET
@never_cache
@guarded
def history(request: HttpRequest, gate: str, lane: str) -> HttpResponse:
    """What passed one lane, newest first, by day and by what somebody looks for."""
    reader = principal.of(request)
    shown = frame(request, reader, gate)
    row = Lane.objects.filter(pk=lane, gate=gate).first()
    if row is None:
        raise NotFound
    wanted = _wanted(request)
    found = past.page(row, wanted)
    others = [(other.code, drawing.named(other)) for other in Lane.objects.filter(gate=gate)]
    shown |= {
        "page": "lanes", "lane": row, "name": drawing.named(row), "lanes": others, "wanted": wanted,
        "kinds": [(kind, words.of(lane_words.KINDS_OF_HISTORY, kind)) for kind in past.KINDS],
        "rows": [drawing.history_row(one, reader.agencies_at(gate)) for one in found.rows],
        "cameras": accuracy(queries.standing_of(row).accuracy),
        "older": found.older.isoformat() if found.older else "",
    }  # fmt: skip
    return render(request, "lanes/history.html", shown)


def _wanted(request: HttpRequest) -> past.Wanted:
    """What cannot be read is not asked for."""
    kind = request.GET.get("kind", "")
    day, before = _read(date, request.GET.get("day", "")), _read(datetime, request.GET.get("before", ""))
    return past.Wanted(
        kind=kind if kind in past.KINDS else "passages",
        day=day, before=before if before is None or before.tzinfo else None,
    )  # fmt: skip


def _read(form: type[T], text: str) -> T | None:
    try:
        return form.fromisoformat(text)
    except ValueError:
        return None


# --- pictures --------------------------------------------------------------------------------------


@require_GET
@guarded
def crossing_picture(request: HttpRequest, crossing: UUID, sha256: str) -> HttpResponse:
    """For whoever may see the crossing; for its business, what shows its vehicle alone."""
    reader = principal.of(request)
    row = visible_to(reader).filter(pk=crossing).first()
    if row is None or not photos.is_of_crossing(sha256, row.pk, own_only=not works_at(reader, row.gate)):
        raise NotFound
    return _file(sha256)


@require_GET
@guarded
def lane_picture(request: HttpRequest, gate: str, sha256: str) -> HttpResponse:
    """For whoever works at the gate."""
    if not photos.is_of_gate(sha256, gate_for(principal.of(request), gate).code):
        raise NotFound
    return _file(sha256)


def _file(sha256: str) -> HttpResponse:
    try:
        content = keeping.path_of(sha256).read_bytes()
    except OSError as gone:
        raise NotFound from gone
    response = HttpResponse(content, content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response
