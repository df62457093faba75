"""The pages on which a business announces a vehicle, and corrects, withdraws or links what it announced.

`new` is the form; `check` answers while it is typed, by the same rules that take it in. Where it is now and
what is next are `crossings/business/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import uuid_utils.compat as uuid7
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cuakhauso.core.correction_decisions import linking_is_asked
from cuakhauso.core.fold import fold
from cuakhauso.core.identifiers import InvalidCode
from cuakhauso.core.reference import HANOI, Reference
from cuakhauso.core.words import Kind

from ..accounts import principal
from ..accounts.models import Organisation
from ..accounts.principal import Principal
from ..places import models as places
from ..places.reference import reference
from ..shared import store
from ..shared.errors import FieldError, IdReused, Invalid, NotAllowed, Refused
from ..shared.models import Crossing
from ..web import refusals
from . import actions, correcting, correcting_told, expected, linking, prefill, queries
from .form import DeclarationIn
from .models import Declaration
from .page import ORIGINS, UNITS, FormPage, label_of, place_of
from .pages import answered, declarant_of, frame
from .reading import Reading, read

# Said of a field in which nothing stands yet: quiet until somebody was there.
NOTHING_YET = frozenset(
    {"required", "required_with_customs_number", "goods_required", "packages_required", InvalidCode.BLANK}
)
ASKED = {"plate": "vehicle.plate", "country": "vehicle.country", "gate": "gate", "kind": "kind"}
MISSING_NAMED = 6  # the rest is only counted
LISTS_OF_TEXTS = frozenset({"trailers", "containers", "seals"})


@answered
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A declaration is written and sent."""
    me = principal.of(request)
    given = request.POST if request.method == "POST" else request.GET
    owner = declarant_of(me, given.get("for", ""))
    if owner is None:
        return redirect(f"{reverse('declare_help')}?{request.GET.urlencode()}")
    if request.method == "POST":
        return _posted(request, me, owner)
    page, copied = _begun(request, me, owner)
    return form_page(request, me, owner, page, copied=copied)


def _begun(request: HttpRequest, me: Principal, owner: Organisation) -> tuple[FormPage, Declaration | None]:
    now, language = store.now(), request.LANGUAGE_CODE
    copied = None
    if wanted := request.GET.get("copy"):
        copied = prefill.last_of(owner) if wanted == "last" else queries.one(me, uuid_of(wanted))
    own, plate = owner.id in me.businesses, request.GET.get("plate", "").strip()
    if copied is not None:
        page = prefill.copied(copied, now, language, with_driver=own)
    else:
        stopped = prefill.of_stopped(owner, plate, now, language) if plate and not own else None
        page = stopped or prefill.fresh(owner, now, language)
    gates = {role.gate for role in me.roles if role.gate}
    if len(gates) == 1 and owner.id not in me.businesses:  # an officer helps at the own gate
        page.values["gate"] = gates.pop()
        page.sources.pop("gate", None)
    for name, field in ASKED.items():
        if text := request.GET.get(name, "").strip():
            page.values[field] = text
            page.sources.pop(field, None)
    return page, copied


def _posted(request: HttpRequest, me: Principal, owner: Organisation) -> HttpResponse:
    page = typed(request.POST, request.LANGUAGE_CODE)
    if act := request.POST.get("act"):
        change(page, act)
        return form_page(request, me, owner, page)
    reading = read(page.values, actions.known(store.now()), str(owner.id))
    errors = reading.errors
    if reading.form is not None and not errors:
        try:
            made = actions.submit(reading.form, by=me, organisation=owner.id)
        except Invalid as invalid:
            errors = reading.shown(invalid.errors)
        except IdReused:
            return _sent_already(request, me, owner, page)
        except Refused as error:
            return form_page(request, me, owner, page, status=409, refused=told(error.objections))
        except NotAllowed:
            refused = [refusals.problem_title("not_allowed")]
            return form_page(request, me, owner, page, status=403, refused=refused)
        else:
            messages.success(request, _("Đã gửi khai báo %(number)s.") % {"number": made.number})
            return see(made)
    page.errors = {error.field: error for error in errors}
    return form_page(request, me, owner, page, status=422)


def _sent_already(request: HttpRequest, me: Principal, owner: Organisation, page: FormPage) -> HttpResponse:
    """The browser's way back after sending, and then sent again with other words: nothing was changed."""
    earlier = queries.visible_to(me).filter(pk=uuid_of(page.values.get("id", ""))).first()
    page.values["id"] = str(uuid7.uuid7())
    return form_page(request, me, owner, page, status=409, earlier=earlier)


def see(made: Declaration) -> HttpResponse:
    response = HttpResponseRedirect(reverse("declaration", args=[made.pk]))
    response.status_code = 303
    return response


def typed(posted: QueryDict, language: str) -> FormPage:
    """Everything as it was typed, also what was not understood."""
    hidden = {"csrfmiddlewaretoken", "act", "for", "touched", "declaration", "version", "why"}
    values = {name: str(text).replace("\0", "") for name, text in posted.items() if name not in hidden}
    return FormPage(values, language=language)


def change(page: FormPage, act: str) -> None:
    """Blocks added and taken away by the server, where the page has no script."""
    what, _colon, path = act.partition(":")
    if what == "add" and path:
        fresh = max((int(number) for number in page.numbers(path)), default=-1) + 1
        texts = path.rpartition(".")[2] in LISTS_OF_TEXTS
        page.values[f"{path}.{fresh}" if texts else f"{path}.{fresh}.new"] = ""
    elif what == "drop" and path:
        for name in [n for n in page.values if n == path or n.startswith(f"{path}.")]:
            del page.values[name]


def form_page(
    request: HttpRequest,
    me: Principal,
    owner: Organisation,
    page: FormPage,
    *,
    status: int = 200,
    correcting: Declaration | None = None,
    **more: Any,
) -> HttpResponse:
    page.values.setdefault("id", str(uuid7.uuid7()))
    shown = {
        "page": page,
        "owner": owner,
        "for_others": owner.id not in me.businesses,
        "correcting": correcting,
        "copy_url": "" if correcting or more.get("copied") else _copying(me, owner),
        **frame(me, "" if correcting else "declare"),
        "lists": prefill.suggestions(owner, with_drivers=owner.id in me.businesses),
        "type_codes": places.TypeCode.objects.all(),
        "offices": places.CustomsOffice.objects.all(),
        "units": UNITS,
        "origins": ORIGINS,
        "refused": more.pop("refused", []),
        **_answer(
            page,
            owner,
            touched=frozenset(page.errors),
            now=store.now(),
            correcting=correcting is not None,
            arrival_known=moment(correcting.form.get("expected_at")) if correcting else None,
        ).context,
        **more,
    }
    return render(request, "declarations/form.html", shown, status=status)


def _copying(me: Principal, owner: Organisation) -> str:
    """Where the last declaration is taken over from, if there is one."""
    if prefill.last_of(owner) is None:
        return ""
    asked = {"copy": "last"} if owner.id in me.businesses else {"copy": "last", "for": str(owner.id)}
    return f"{reverse('declare')}?{urlencode(asked)}"


# --- while it is typed ---------------------------------------------------------------------------


@answered
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What the form leads to, and what in it is wrong: conflicts speak at once, empty fields only once
    somebody has left them empty."""
    me = principal.of(request)
    owner = declarant_of(me, request.POST.get("for", ""))
    page = typed(request.POST, request.LANGUAGE_CODE)
    touched = frozenset(request.POST.get("touched", "").split())
    kept = _corrected(request, me)
    before = moment(kept.form.get("expected_at")) if kept else None
    answer = _answer(
        page, owner, touched=touched, now=store.now(), correcting=kept is not None, arrival_known=before
    )
    preview = _preview(kept, page, owner) if kept else None
    shown = {"page": page, "correcting": kept, "correction": preview, **answer.context}
    return render(request, "declarations/answer.html", shown)


def _corrected(request: HttpRequest, me: Principal) -> Declaration | None:
    """The declaration that the form corrects, if it corrects one."""
    given = request.POST.get("declaration", "")
    return queries.visible_to(me).filter(pk=uuid_of(given)).first() if given else None


def _preview(kept: Declaration, page: FormPage, owner: Organisation | None) -> dict[str, object] | None:
    """What sending it would do, as soon as the form is right; before that nothing is said."""
    before = moment(kept.form.get("expected_at"))
    declarant = str(kept.organisation_id)
    reading = read(page.values, actions.known(store.now()), declarant, arrival_known=before)
    if reading.form is None or reading.errors:
        return None
    try:
        return correcting_told.told(correcting.preview(kept, reading.form))
    except Refused as refused:
        return {"refused": told(refused.objections)}
    except Invalid:
        return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page says beside and under the form."""

    context: Mapping[str, Any]


def _answer(
    page: FormPage,
    owner: Organisation | None,
    *,
    touched: frozenset[str],
    now: datetime,
    correcting: bool = False,
    arrival_known: datetime | None = None,
) -> Answer:
    declarant = str(owner.id) if owner else ""
    reading = read(page.values, actions.known(now), declarant, arrival_known=arrival_known)
    found = {e.field: e for e in reading.errors}
    if reading.form is not None and not correcting:
        taken = reading.shown(actions.taken_vehicles(reading.form, declarant))
        found = {**{e.field: e for e in taken}, **found}
    found |= page.errors
    errors = sorted(found.values(), key=lambda error: place_of(error.field))
    empty = [error for error in errors if _is_empty(error, page)]
    wrong = [error for error in errors if error not in empty]
    form = reading.form or DeclarationIn()
    ref = reference(form.gate)
    return Answer(
        {
            "missing": [(e.field, label_of(e.field, page)) for e in empty],
            "wrong": [(e.field, label_of(e.field, page)) for e in wrong],
            "speaking": [
                (e.field, refusals.field_error_sentence(e))
                for e in errors
                if e in wrong or e.field in touched
            ],
            "more_missing": len(empty) - MISSING_NAMED,
            "left": len(empty) + len(wrong),
            "known_count": sum(1 for name in page.sources if page.values.get(name)),
            "fees": _fees(expected.fees(form, ref, now.astimezone(HANOI).date()), reading, page),
            "quarantine": expected.quarantine(form, ref),
            "arrival": _arrival(reading, ref),
        }
    )


def _is_empty(error: FieldError, page: FormPage) -> bool:
    if error.code in NOTHING_YET:
        return not page.values.get(error.field, "").strip()
    return error.code == "must_be_positive" and not page.values.get(error.field, "").strip()


def _fees(found: expected.Fees, reading: Reading, page: FormPage) -> dict[str, Any]:
    lacks = [(e.field, label_of(e.field, page)) for e in reading.shown(found.lacks)]
    return {**expected.told(found), "lacks": lacks}


def _arrival(reading: Reading, ref: Reference) -> dict[str, Any]:
    """The typed arrival on both clocks, and the gate's hours on that day."""
    form = reading.form
    at = form.expected_at if form else None
    if at is None or not ref.calendar.hours:
        return {}
    day = at.astimezone(HANOI)
    today = [h for h in ref.calendar.hours if h.weekday == day.weekday()]
    is_open = ref.calendar.is_open(at)
    return {
        "at": at,
        "is_open": is_open,
        "opens_next": None if is_open else ref.calendar.opens_next(at),
        "hours": [
            (datetime.combine(day, h.opens, HANOI), datetime.combine(day, h.closes, HANOI)) for h in today
        ],
    }


@answered
@require_GET
def known(request: HttpRequest) -> HttpResponse:
    """What this organisation declared before of a vehicle or a driver. A helper gets no driver's papers."""
    me = principal.of(request)
    owner = declarant_of(me, request.GET.get("for", ""))
    own = owner is not None and owner.id in me.businesses
    found: dict[str, str] = {}
    if owner is not None and (plate := request.GET.get("plate")):
        found = prefill.of_vehicle(owner, plate, with_driver=own)
    elif owner is not None and own and (name := request.GET.get("driver")):
        found = prefill.of_driver(owner, name)
    return JsonResponse({"source": _("Xe và tài xế đã khai"), "fields": found})


# --- afterwards ----------------------------------------------------------------------------------


def moment(kept: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(kept) if kept else None
    except ValueError:
        return None


def told(objections: Any) -> list[str]:
    return [refusals.objection_sentence(objection) for objection in objections]


@answered
@require_POST
def withdraw(request: HttpRequest, declaration: UUID) -> HttpResponse:
    me = principal.of(request)
    kept = queries.one(me, declaration)
    try:
        actions.withdraw(kept.pk, by=me)
    except Refused as refused:
        messages.error(request, " ".join(told(refused.objections)))
    else:
        messages.success(request, _("Đã rút tờ khai %(number)s.") % {"number": kept.number})
    return see(kept)


@answered
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, declaration: UUID) -> HttpResponse:
    """Bind a receiving vehicle that was declared on its own."""
    me = principal.of(request)
    kept = queries.one(me, declaration)
    choices = _could_be_linked(kept)
    state = fold(store.facts_of(kept.crossing_id))
    signed = linking_is_asked(state, reference(state.gate))
    refused: list[str] = []
    if request.method == "POST":
        chosen = uuid_of(request.POST.get("receiving", ""))
        if chosen not in {one.pk for one in choices}:
            refused = [_("Hãy chọn một xe nhận hàng.")]
        else:
            try:
                linking.link(kept.pk, chosen, by=me)
            except Refused as error:
                refused = told(error.objections)
            else:
                asked_of = _("Đã gửi: gắn xe nhận hàng, chờ Biên phòng và Hải quan đồng ý.")
                messages.success(request, asked_of if signed else _("Đã gắn xe nhận hàng."))
                return see(kept)
    shown = {**frame(me), "declaration": kept, "choices": choices, "refused": refused, "signed": signed}
    return render(request, "declarations/link.html", shown, status=409 if refused else 200)


def _could_be_linked(source: Declaration) -> list[Declaration]:
    """Living receiving vehicles of the same business at the same gate, not yet bound to this one."""
    row = Crossing.objects.filter(pk=source.crossing_id).first()
    if row is None:
        return []
    living = Crossing.objects.filter(
        declarant=str(source.organisation_id), gate=row.gate, kind=Kind.RECEIVING, ended_at=None
    ).exclude(pk__in=row.links)
    mine = Declaration.objects.filter(organisation_id=source.organisation_id, withdrawn_at=None)
    return list(mine.filter(crossing_id__in=living.values("id")).order_by("-submitted_at"))


def uuid_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
