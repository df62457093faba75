"""The page on which a declaration that was sent is corrected: the same form, and what sending it would do."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cuakhauso.core import asked
from cuakhauso.core.correction_decisions import against_correcting
from cuakhauso.core.fold import State, fold

from ..accounts import principal
from ..places.reference import reference
from ..shared import store
from ..shared.errors import Invalid, Refused
from . import actions, correcting, correcting_told, prefill, queries, views
from .models import Declaration
from .page import FormPage, Source
from .pages import answered
from .reading import read

LONGEST_WHY = 500


@answered
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, declaration: UUID) -> HttpResponse:
    """A new version of a declaration that was sent: at once, or proposed to those who must approve it."""
    me = principal.of(request)
    kept = queries.one(me, declaration)
    state = fold(store.facts_of(kept.crossing_id))
    against = against_correcting(state, reference(state.gate))
    if request.method == "GET":
        page = prefill.current(kept, request.LANGUAGE_CODE)
        fill(page, state, request.GET.get("fill", ""))
        return _form(request, kept, page, state, refused=views.told(against), status=409 if against else 200)
    page = views.typed(request.POST, request.LANGUAGE_CODE)
    if against:
        return _form(request, kept, page, state, refused=views.told(against), status=409)
    if act := request.POST.get("act"):
        fill(page, state, act.removeprefix("fill:")) if act.startswith("fill:") else views.change(page, act)
        return _form(request, kept, page, state)
    before = views.moment(kept.form.get("expected_at"))
    reading = read(page.values, actions.known(store.now()), str(kept.organisation_id), arrival_known=before)
    page.errors = {error.field: error for error in reading.errors}
    if reading.form is None or reading.errors:
        return _form(request, kept, page, state, status=422)
    try:
        made = correcting.correct(
            kept.pk, reading.form, by=me, words=why_of(request), version=_version(request, state)
        )
    except Refused as refused:
        told = views.told(refused.objections)
        return _form(request, kept, page, state, refused=told, status=409)
    except Invalid as invalid:
        page.errors = {error.field: error for error in reading.shown(invalid.errors)}
        return _form(request, kept, page, state, status=422)
    messages.success(request, _sent(made))
    return views.see(made)


def fill(page: FormPage, state: State, request: str) -> None:
    """What the officer read goes where it belongs, once the business says so; the rest stays as typed."""
    found = next((one for one in state.corrections if str(one.id) == request), None)
    if found is None:
        return
    left, source = asked.left_of(found, state.followed), Source(_("Theo cán bộ đọc"), "eye")
    for field, text in asked.read_of([found]).items():
        if field not in left:
            continue
        for name, one in _as_typed(field, text, page):
            page.values[name], page.sources[name] = one, source


def _as_typed(field: str, text: str, page: FormPage) -> list[tuple[str, str]]:
    """A list of the declaration is several fields of the form, and replaces what stood in them."""
    if field not in correcting_told.FIRST_OF:
        return [(correcting_told.page_of(field), text)]
    for name in [name for name in page.values if name.startswith(f"{field}.")]:
        del page.values[name]
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return [(f"{field}.{number}", part) for number, part in enumerate(parts)]


def _marks(asks: list[correcting_told.Asked]) -> dict[str, str]:
    """What is asked of each field, beside it."""
    found = {}
    for one in asks:
        for line in one.left:
            said = {"by": one.by, "read": line.read}
            found[line.page] = (
                _("%(by)s yêu cầu sửa, đọc được %(read)s") % said
                if line.read
                else _("%(by)s yêu cầu sửa") % said
            )
    return found


def _sent(made: Declaration) -> str:
    if made.proposed_id is not None:
        return _("Đã gửi bản sửa, đang chờ cơ quan đồng ý. Các xác nhận khác vẫn giữ.")
    return _("Đã gửi bản sửa %(version)s.") % {"version": made.version}


def why_of(request: HttpRequest) -> str:
    return " ".join(request.POST.get("why", "").replace("\0", "").split())[:LONGEST_WHY]


def _version(request: HttpRequest, state: State) -> int:
    """The version in force when the page was opened; a page that does not say it is taken at its word."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else state.version


def _form(request: HttpRequest, kept: Declaration, page: FormPage, state: State, **more: Any) -> HttpResponse:
    me = principal.of(request)
    asks = correcting_told.requests(state)
    page.asked = _marks(asks)
    more |= {"version": request.POST.get("version") or state.version, "why": why_of(request), "asked": asks}
    return views.form_page(request, me, kept.organisation, page, correcting=kept, **more)


@answered
@require_POST
def take_back(request: HttpRequest, declaration: UUID) -> HttpResponse:
    """What was proposed is taken back; the declaration stays as it is."""
    me = principal.of(request)
    kept = queries.one(me, declaration)
    try:
        correcting.take_back(kept.pk, views.uuid_of(request.POST.get("proposal", "")), by=me)
    except Refused as refused:
        messages.error(request, " ".join(views.told(refused.objections)))
    else:
        messages.success(request, _("Đã rút bản sửa."))
    return views.see(kept)
