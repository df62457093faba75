"""The leaders' page: today, at a glance."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cuakhauso.core.progress import Stage

from ..accounts import principal
from ..lanes.drawing import alert
from ..shared.errors import NotAllowed
from ..shared.models import Crossing
from ..web import words
from . import queries


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Today's counts by gate, direction and stage; who vehicles wait for; the slowest now."""
    try:
        today = queries.today(principal.of(request))
    except NotAllowed:
        return render(request, "403.html", status=403)
    shown = {
        "today": today,
        "rows": [_row(row) for row in today.rows],
        "stages": [words.of(words.STAGES, stage) for stage in queries.LIVING],
        "waiting": [(words.of(words.PARTIES, party), count) for party, count in today.waiting],
        "most": max((count for _party, count in today.waiting), default=1),
        "alerts": [alert(seen) for seen in today.alerts],
        "gates_named": True,
        "slowest": [_slow(crossing) for crossing in today.slowest],
        "exports": (today.left("export"), today.left("export") - today.left_before("export")),
        "imports": (today.left("import"), today.left("import") - today.left_before("import")),
        "left": (today.left(), today.left() - today.left_before()),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "board/_today.html" if part else "board/board.html", shown)


def _row(row: queries.Row) -> dict[str, object]:
    names = {"export": _("Xuất"), "import": _("Nhập"), "other": _("Xe nhận hàng, xe không")}
    return {
        "gate": row.gate,
        "first": row.direction == next(iter(queries.DIRECTIONS)),
        "direction": names[row.direction],
        "stages": [(words.of(words.STAGES, stage), row.stages[stage]) for stage in queries.LIVING],
        "here": row.here,
        "left": row.left_today,
        "change": row.change,
    }


def _slow(crossing: Crossing) -> dict[str, object]:
    first = crossing.waits[0][0] if crossing.waits else ""
    holder = crossing.held_by[0] if crossing.held_by else first
    unknown = "business" if crossing.stage == Stage.UNDECLARED else "driver"
    return {"crossing": crossing, "party": words.of(words.PARTIES, holder or unknown)}
