"""The page's way of confirming several at once. What each tick says: `crossing step id`."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ..accounts import principal
from ..shared.errors import Invalid, NotFound
from ..shared.models import Crossing
from . import drawing, queries
from .acts import uuid_of
from .answers import guarded, is_htmx, renewed, sentences
from .posts import frame
from .several import MOST, Item, Outcome, confirm_one
from .tapping import said_for


@dataclass(frozen=True, slots=True)
class NotConfirmed:
    """A vehicle that was not confirmed, with every reason."""

    crossing: UUID
    plate: str
    country: str
    reasons: Sequence[tuple[str, str]]


@require_POST
@guarded
def several(request: HttpRequest, gate: str) -> HttpResponse:
    """Each vehicle is judged by itself; the answer says which were confirmed, and why not the others."""
    shown = frame(request, principal.of(request), gate)
    outcomes = [_confirmed(request, pick) for pick in _picks(request)]
    done = [one for one in outcomes if one.story is not None]
    said = ngettext("Đã xác nhận %(count)s xe.", "Đã xác nhận %(count)s xe.", len(done)) % {
        "count": len(done)
    }
    told = {
        "said": said,
        "confirmed": done,
        "refused": _refused(request, outcomes),
        "time": drawing.now_words(),
    }
    if not is_htmx(request):
        return render(request, "crossings/several.html", {**shown, **told, "page": "list"})
    strips = render_to_string("crossings/_several.html", {**told, "gate": gate}, request)
    body = renewed(request)
    response = HttpResponse((body or "") + strips)
    if body is None:  # the page fetches by itself what has changed
        response.headers["HX-Reswap"] = "none"
        response.headers["HX-Trigger"] = "changed"
    return response


def _picks(request: HttpRequest) -> list[str]:
    picks = list(dict.fromkeys(request.POST.getlist("pick")))
    if len(picks) > MOST:
        raise BadRequest
    return picks


def _confirmed(request: HttpRequest, pick: str) -> Outcome:
    """Without a script there is no id of the page's making: then the server makes one."""
    crossing, step, own_id = _parts(pick)
    try:
        said = said_for(request, crossing, own_id)
    except NotFound as error:
        return Outcome(crossing, error=error)
    return confirm_one(Item(crossing, step, said))


def _parts(pick: str) -> tuple[UUID, str, str]:
    """Raises `BadRequest` for what none of our pages sends."""
    try:
        crossing, step, own_id = (*pick.split(), "")[:3]
        return uuid_of(crossing, "pick"), step, own_id and str(uuid_of(own_id, "id"))
    except (ValueError, Invalid) as error:
        raise BadRequest from error


def _refused(request: HttpRequest, outcomes: Sequence[Outcome]) -> list[NotConfirmed]:
    refused = [one for one in outcomes if one.error is not None]
    ids = [one.crossing for one in refused]
    rows: dict[UUID, Crossing] = queries.visible_to(principal.of(request)).in_bulk(ids)
    return [_not_confirmed(one, rows.get(one.crossing)) for one in refused]


def _not_confirmed(one: Outcome, row: Crossing | None) -> NotConfirmed:
    assert one.error is not None
    plate, country = (row.plate_shown, row.country) if row else ("", "")
    return NotConfirmed(one.crossing, plate, country, sentences(one.error))
