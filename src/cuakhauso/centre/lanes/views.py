"""The lanes' page, and what the Board does there; the pictures that lanes took."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ..accounts import principal
from ..crossings.answers import guarded
from ..crossings.posts import frame, gate_for
from ..crossings.queries import visible_to
from ..shared.errors import Invalid, NotFound
from ..shared.stream import mark_of
from ..web import refusals, words
from . import actions, drawing, queries
from .models import Lane


@require_GET
@never_cache
@guarded
def lanes(request: HttpRequest, gate: str) -> HttpResponse:
    """How each lane of the gate stands, live."""
    return _page(request, gate)


def _page(request: HttpRequest, gate: str, *, status: int = 200, **more: object) -> HttpResponse:
    reader = principal.of(request)
    shown = frame(request, reader, gate)
    body = drawing.lanes(gate, words.language())
    shown |= {
        "page": "lanes",
        "body": body,
        "live_url": f"{reverse('live-lanes', args=[gate])}?seen={mark_of(body)}",
        "is_board": actions.is_board(reader, gate),
        "lanes": [(lane, drawing.named(lane)) for lane in Lane.objects.filter(gate=gate)],
        "nodes": [(node, [drawing.named(lane) for lane in node.lanes.all()]) for node in queries.nodes(gate)],
        **more,
    }
    return render(request, "lanes/lanes.html", shown, status=status)


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


@require_POST
@guarded
def revoke(request: HttpRequest, gate: str, node: UUID) -> HttpResponse:
    reader = principal.of(request)
    gate_for(reader, gate)
    ended = actions.revoke(node, by=reader)
    messages.success(request, _("Đã thu hồi nút %(name)s. Nút này không nghe và không gửi được gì nữa.") % {
        "name": ended.name
    })  # fmt: skip
    return redirect("lanes", gate=gate)


# --- pictures --------------------------------------------------------------------------------------


@require_GET
@guarded
def crossing_picture(request: HttpRequest, crossing: UUID, sha256: str) -> HttpResponse:
    """For whoever may see the crossing."""
    row = visible_to(principal.of(request)).filter(pk=crossing).first()
    if row is None or not queries.is_of_crossing(sha256, row.pk):
        raise NotFound
    return _file(sha256)


@require_GET
@guarded
def lane_picture(request: HttpRequest, gate: str, sha256: str) -> HttpResponse:
    """For whoever works at the gate."""
    if not queries.is_of_gate(sha256, gate_for(principal.of(request), gate).code):
        raise NotFound
    return _file(sha256)


def _file(sha256: str) -> HttpResponse:
    try:
        content = actions.path_of(sha256).read_bytes()
    except OSError as gone:
        raise NotFound from gone
    response = HttpResponse(content, content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response
