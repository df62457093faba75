"""The page of what still waits for its other half."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cuakhauso.core.fold import State
from cuakhauso.core.pairing import still_here
from cuakhauso.core.unpaired import Half

from ..accounts import principal
from ..shared import store
from ..web import words
from . import unpaired
from .answers import guarded
from .posts import frame
from .unpaired import Line


@require_GET
@guarded
def page(request: HttpRequest, gate: str) -> HttpResponse:
    reader = principal.of(request)
    shown: dict[str, Any] = frame(request, reader, gate)
    unpaired.may_read(reader, gate)
    now = store.now()
    every = unpaired.open_at(reader, gate, now)
    counts = dict(every.order_by().values_list("half").annotate(Count("pk")))
    half = request.GET.get("half", "")
    rows = every.filter(half=half) if half in counts else every
    number, count = _number(request), rows.count()
    found = list(rows[(number - 1) * unpaired.PAGE : number * unpaired.PAGE])
    shown |= {
        "page": "unpaired",
        "half": half if half in counts else "",
        "tabs": [(str(one), words.of(words.HALVES, one), counts[one]) for one in Half if one in counts],
        "total": sum(counts.values()),
        "rows": [_shown(one, now) for one in unpaired.lines(found, gate)],
        "before": number - 1,
        "after": number + 1 if number * unpaired.PAGE < count else 0,
        "live_url": reverse("live-gate", args=[gate]),
    }
    return render(request, "crossings/unpaired.html", shown)


def _number(request: HttpRequest) -> int:
    given = request.GET.get("page", "")
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 7 else 1


def _shown(one: Line, now: datetime) -> dict[str, Any]:
    waits = one.waits
    return {
        "crossing": one.crossing,
        "what": words.of(words.HALVES, waits.half),
        "two_way": one.is_two_way,
        "detail": "; ".join(_detail(one)),
        "since": waits.since,
        "until": waits.until,
        "is_over": waits.is_over(now),
        "whose": words.of(words.PARTIES, waits.whose(now)),
    }


def _detail(one: Line) -> Iterator[str]:
    state = one.state
    groups = state.content.groups if state.content else ()
    match one.waits.half:
        case Half.SOURCE:
            left = sum(state.remaining(i) for i in range(len(groups)))
            yield _("còn %(count)s kiện") % {"count": left}
            yield from _linked(state, _("chưa gắn xe nhận hàng"))
        case Half.RECEIVING:
            yield from _linked(state, _("chưa gắn xe giao hàng"))
        case Half.FIRST_LEG:
            for number in dict.fromkeys(group.key for group in groups if group.key):
                said = {"number": number, "count": still_here(state, number)}
                yield _("tờ khai %(number)s còn %(count)s kiện") % said
        case Half.SECOND_LEG:
            numbers = [group.first_number for group in groups if group.first_number]
            yield _("tờ khai của chặng đầu: %(numbers)s") % {"numbers": ", ".join(numbers) or "—"}
        case Half.TWO_WAY:
            yield _("phải rời trước hạn")
        case Half.INLAND:
            yield _("chưa thấy xe quay ra")


def _linked(state: State, none: str) -> Iterator[str]:
    yield ", ".join(link.plate for link in state.links.values()) or none
