"""The officers' pages: where one works, the list, the scan field, a crossing with its acts, the undeclared.

Every change goes through `act`, which reads the form by `EVERY_ACT` and answers by `answers`.
"""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cuakhauso.core.progress import Stage

from ..accounts import principal
from ..accounts.models import Duty, Organisation
from ..accounts.principal import Principal
from ..declarations.behalf import refusal_of
from ..declarations.prefill import businesses_of
from ..shared.errors import GateError, Invalid, NotAllowed, NotFound
from ..shared.models import Crossing
from ..shared.stream import mark_of
from ..web import refusals, words
from . import drawing, evidence, from_lanes, queries, sheets
from .acts import ACTS, text_of, uuid_of
from .answers import Undo, done, guarded, is_htmx, refused, sentences
from .correction_pages import CORRECTION_ACTS
from .examination_acts import EXAMINATION_ACTS
from .paper_pages import PAPER_ACTS
from .posts import LAST_GATE, choose, chosen_post, frame, gate_for, gate_name, gates_of, posts_of
from .said import STOPPERS, Said
from .special_acts import SPECIAL_ACTS
from .tapping import is_anothers, is_kept, not_taken, said_for, taken
from .undeclared import register_undeclared
from .unloading import UNLOADING_ACTS
from .worklist import view_of

UUID_IN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
LONGEST_SCAN = 300
EVERY_ACT = {**ACTS, **SPECIAL_ACTS, **CORRECTION_ACTS, **EXAMINATION_ACTS, **PAPER_ACTS, **UNLOADING_ACTS}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To where this person's work is; somebody without a role is told whom to ask."""
    reader = principal.of(request)
    if reader.has(Duty.DECLARANT, Duty.SUPPORT) and not reader.is_officer:
        return HttpResponseRedirect("/declarations/")
    if reader.has(Duty.LEADER):
        return HttpResponseRedirect("/board/")
    if reader.has(Duty.REFERENCE) and not reader.is_officer:
        return HttpResponseRedirect("/reference/")
    gates = gates_of(reader)
    if not gates:
        return render(request, "crossings/no_role.html")
    code = request.session.get(LAST_GATE, "")
    gate = next((g for g in gates if g.code == code), gates[0])
    if LAST_GATE not in request.session and len(gates) > 1:
        return HttpResponseRedirect(reverse("posts"))
    if _is_desk(reader, gate.code):
        return HttpResponseRedirect(f"/desk/{gate.code}/")
    return HttpResponseRedirect(reverse("worklist", args=[gate.code]))


def _is_desk(reader: Principal, gate: str) -> bool:
    duties = [role.duty for role in reader.roles_at(gate)]
    return Duty.DESK in duties and Duty.OFFICER not in duties


@require_http_methods(["GET", "POST"])
@guarded
def posts(request: HttpRequest) -> HttpResponse:
    """Choosing gate and post for this shift; remembered until it is changed."""
    reader = principal.of(request)
    if request.method == "POST":
        gate = gate_for(reader, request.POST.get("gate", ""))
        post = request.POST.get("post", "")
        choose(request, gate.code, post if post in posts_of(reader, gate.code) else "")
        target = (
            f"/desk/{gate.code}/" if _is_desk(reader, gate.code) else reverse("worklist", args=[gate.code])
        )
        return HttpResponseRedirect(target)
    found = []
    for gate in gates_of(reader):
        mine = posts_of(reader, gate.code)
        found.append(
            {
                "gate": gate,
                "name": gate_name(gate),
                "posts": [(post, words.of(words.CHECKPOINTS, post)) for post in mine],
                "chosen": chosen_post(request, reader, gate.code),
            }
        )
    if not found:
        return render(request, "crossings/no_role.html")
    return render(request, "crossings/posts.html", {"gates": found})


@require_GET
@guarded
def worklist(request: HttpRequest, gate: str) -> HttpResponse:
    """Vehicles that wait for me here, oldest first; live."""
    reader = principal.of(request)
    shown = frame(request, reader, gate)
    request.session[LAST_GATE] = gate
    page = int(request.GET["page"]) if request.GET.get("page", "").isdigit() else 1
    post = chosen_post(request, reader, gate)
    tab = request.GET.get("tab", "")
    view = view_of(reader, gate, tab=tab, post=post, language=words.language(), page=page)
    body = drawing.worklist(reader, view)
    query = {"show": "list", "tab": view.tab, "post": post, "page": view.page, "seen": mark_of(body)}
    live = f"{reverse('live-gate', args=[gate])}?{urlencode(query)}"
    return render(
        request,
        "crossings/worklist.html",
        {**shown, "page": "list", "body": body, "view": view, "live_url": live},
    )


@require_GET
@guarded
def scan(request: HttpRequest, gate: str) -> HttpResponse:
    """What a scanner read or somebody typed: one hit is answered with its page, several are listed, none says
    what to do."""
    reader = principal.of(request)
    typed = " ".join(request.GET.get("q", "")[:LONGEST_SCAN].split())
    found = _found(reader, typed, gate)
    if len(found) == 1:
        return _page_of(request, reader, found[0])
    view = view_of(reader, gate, tab="others", post="", language=words.language())
    rows = drawing.quiet_rows(view, found)
    elsewhere = [] if found else _found(reader, typed, "")
    shown = frame(request, reader, gate) | {
        "page": "list",
        "typed": typed,
        "rows": rows,
        "too_short": sum(sign.isalnum() for sign in typed) < 4,
        "elsewhere": drawing.quiet_rows(view, elsewhere),
        "live_url": "",
    }
    return render(request, "crossings/found.html", shown, status=200 if found else 404)


def _found(reader: Principal, typed: str, gate: str) -> list[Crossing]:
    if hit := UUID_IN.search(typed):
        return queries.found_by_code(reader, UUID(hit.group(0)), gate)
    return queries.found_by(reader, typed, gate)


@require_GET
@guarded
def crossing(request: HttpRequest, crossing: UUID) -> HttpResponse:
    """One vehicle, everything about it."""
    reader = principal.of(request)
    row = queries.visible_to(reader).filter(pk=crossing).first()
    if row is None:
        raise NotFound
    if not reader.is_officer and not reader.has(Duty.LEADER):
        return HttpResponseRedirect(f"/declarations/{crossing}/")
    return _page_of(request, reader, row)


def _page_of(request: HttpRequest, reader: Principal, row: Crossing) -> HttpResponse:
    body = drawing.crossing(reader, row.pk, drawing.reader_at(reader, row.gate, words.language()))
    query = urlencode({"show": "page", "seen": mark_of(body)})
    shown = {
        **frame(request, reader, row.gate),
        "crossing": row,
        "body": body,
        "kind": words.of(words.KINDS, row.kind),
        "live_url": f"{reverse('live-crossing', args=[row.pk])}?{query}",
    }
    answer = render(request, "crossings/crossing.html", shown)
    answer["Content-Location"] = reverse("crossing", args=[row.pk])
    return answer


@require_POST
@guarded
def act(request: HttpRequest, crossing: UUID, verb: str) -> HttpResponse:
    """One act on one crossing. The form carries an id made by the page, so that sending it twice is once."""
    if verb not in EVERY_ACT:
        raise Http404
    form = request.POST
    if is_anothers(request):
        raise NotAllowed
    try:
        said = _said(request, crossing)
        did = EVERY_ACT[verb](crossing, form, said)
    except GateError as error:
        if is_kept(request):
            return not_taken(sentences(error))
        if isinstance(error, NotFound | NotAllowed):
            raise
        return refused(request, crossing, sentences(error), str(sheets.NAMES.get(verb, "")))
    if is_kept(request):
        return taken(str(did.words))
    return done(request, did.words, crossing, Undo(crossing, did.undo) if did.undo else None)


def _said(request: HttpRequest, crossing: UUID) -> Said:
    form = request.POST
    note = text_of(form, "words") or text_of(form, "quick")
    return said_for(request, crossing, form.get("id", "").strip(), note)


@require_GET
@guarded
def photo(request: HttpRequest, crossing: UUID, sha256: str) -> HttpResponse:
    """For those who work at the gate (A): what an officer's photo shows is not the business's alone."""
    reader = principal.of(request)
    row = queries.visible_to(reader).filter(pk=crossing).first()
    if row is None or not queries.works_at(reader, row.gate):
        raise NotFound
    return photo_answer(crossing, sha256)


def photo_answer(crossing: UUID, sha256: str) -> HttpResponse:
    content = evidence.content_of(crossing, sha256)
    if content is None:
        raise NotFound
    response = HttpResponse(content, content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@require_GET
@guarded
def sheet(request: HttpRequest, crossing: UUID, name: str) -> HttpResponse:
    """A sheet with the choices of one act, as they are now."""
    reader = principal.of(request)
    if name not in sheets.NAMES or not is_htmx(request):
        raise Http404
    whole = queries.whole(reader, crossing)
    looks = drawing.reader_at(reader, whole.crossing.gate, words.language())
    if not looks.agencies:
        raise NotFound
    shown = sheets.shown(name, whole, looks, request.GET)
    return render(request, "crossings/_sheet.html", {"name": name, "crossing": whole.crossing, **shown})


@require_http_methods(["GET", "POST"])
@guarded
def undeclared(request: HttpRequest, gate: str) -> HttpResponse:
    """A vehicle without a declaration: registered by its plate, sent to the temporary yard."""
    reader = principal.of(request)
    shown: dict[str, Any] = frame(request, reader, gate)
    if not set(reader.agencies_at(gate)) & set(STOPPERS):
        raise NotAllowed
    plate, errors = request.GET.get("plate", "")[:40], []
    status = 200
    if request.method == "POST":
        plate = request.POST.get("plate", "")[:80]
        try:
            return _registered(request, reader, gate, plate)
        except Invalid as error:
            errors, status = [refusals.field_error_sentence(e) for e in error.errors], 422
    waiting = queries.live(reader, gate).filter(stage=Stage.UNDECLARED).order_by("present_since", "id")
    shown |= {
        "page": "undeclared",
        "plate": plate,
        "errors": errors,
        "waiting": [(one, _businesses(one)) for one in waiting[:50]],
        "unknown": from_lanes.told().unknown(gate),
        "registered": (registered := _just_registered(waiting, request.GET.get("new", ""))),
        "businesses": _businesses(registered) if registered else [],
        "live_url": reverse("live-gate", args=[gate]),
    }
    return render(request, "crossings/undeclared.html", shown, status=status)


def _businesses(stopped: Crossing) -> list[Organisation]:
    """Who may be declared for with one tap; who looks them up stands in the audit of the declaration."""
    return [one for one in businesses_of(stopped.plate) if not refusal_of(one.pk)]


def _just_registered(waiting: QuerySet[Crossing], new: str) -> Crossing | None:
    return waiting.filter(pk=new).first() if UUID_IN.fullmatch(new) else None


def _registered(request: HttpRequest, reader: Principal, gate: str, plate: str) -> HttpResponse:
    given = request.POST.get("id", "").strip()
    country = request.POST.get("country", "")
    post = chosen_post(request, reader, gate)
    said = Said(
        by=reader,
        id=uuid_of(given, "id") if given else None,
        checkpoint=f"{gate}-{post}" if post and post != "desk" else "",
    )
    story = register_undeclared(gate, plate, said, country=country if country in ("VN", "CN") else "")
    if story.state.content is not None:
        return HttpResponseRedirect(reverse("crossing", args=[story.id]))
    return HttpResponseRedirect(f"{reverse('undeclared', args=[gate])}?new={story.id}")
