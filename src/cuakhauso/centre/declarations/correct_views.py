"""The page on which a declaration that was sent is corrected: the same form, and what sending it would do."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cuakhauso.core.correction_decisions import against_correcting
from cuakhauso.core.fold import State, fold

from ..accounts import principal
from ..places.reference import reference
from ..shared import store
from ..shared.errors import Invalid, Refused
from . import actions, correcting, prefill, queries, views
from .models import Declaration
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
        return _form(request, kept, page, state, refused=views.told(against), status=409 if against else 200)
    page = views.typed(request.POST, request.LANGUAGE_CODE)
    if against:
        return _form(request, kept, page, state, refused=views.told(against), status=409)
    if act := request.POST.get("act"):
        views.change(page, act)
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


def _form(request: HttpRequest, kept: Declaration, page: Any, state: State, **more: Any) -> HttpResponse:
    me = principal.of(request)
    seen = request.POST.get("version") or state.version
    return views.form_page(
        request, me, kept.organisation, page, correcting=kept, version=seen, why=why_of(request), **more
    )


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
