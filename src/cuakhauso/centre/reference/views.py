"""The Board's pages of reference data: topics, their rows, a change and its preview, history.

What is filled in and decided there: `forms.py` and the acts at the end.
"""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cuakhauso.core.reference import HANOI

from ..accounts import principal
from ..accounts.duties import Duty
from ..accounts.principal import Principal
from ..crossings.answers import guarded, sentences
from ..shared import store
from ..shared.errors import GateError, Invalid, NotAllowed, NotFound, Refused
from ..shared.stream import mark_of
from ..web import refusals, words
from . import actions, checks, queries, rules, shown, who
from .forms import Form
from .models import ReferenceChange, Status
from .topic import Topic
from .topics import CLOSURES, TOPICS, in_groups


def _reader(request: HttpRequest) -> Principal:
    """Raises `NotAllowed` for whom none of these pages is."""
    reader = principal.of(request)
    if not who.sees(reader):
        raise NotAllowed
    return reader


def _render(request: HttpRequest, name: str, shown_: dict[str, Any], status: int = 200) -> HttpResponse:
    reader = principal.of(request)
    frame = {"has_other_work": reader.is_officer or reader.has(Duty.LEADER)}
    return render(request, f"reference/{name}.html", {**frame, **shown_}, status=status)


def _today() -> date:
    return store.now().astimezone(HANOI).date()


def _topic(code: str) -> Topic:
    found = TOPICS.get(code)
    if found is None:
        raise NotFound
    return found


@require_GET
@never_cache
@guarded
def index(request: HttpRequest) -> HttpResponse:
    """What waits for me, what is mine, what comes, and every topic."""
    reader = _reader(request)
    waiting = shown.waiting(reader, words.language())
    groups = [(title, [_overview(topic) for topic in topics]) for title, topics in in_groups()]
    return _render(
        request,
        "index",
        {
            "groups": groups,
            "waiting": waiting,
            "own": [shown.line(change) for change in queries.own_open(reader)],
            "coming": [shown.line(change) for change in queries.coming(reader)],
            "is_editor": who.is_editor(reader),
            "live_url": f"{reverse('live-reference')}?seen={mark_of(waiting)}",
        },
    )


def _overview(topic: Topic) -> dict[str, Any]:
    rows = queries.listed(topic, _today())
    count = {when: sum(1 for row in rows if row.when == when) for when in (queries.IN_FORCE, queries.COMING)}
    return {"topic": topic, **count, "gaps": len(queries.gaps(topic, _today()))}


@require_GET
@never_cache
@guarded
def topic(request: HttpRequest, code: str) -> HttpResponse:
    """The rows of a topic: in force, coming, and past where asked for."""
    reader, one = _reader(request), _topic(code)
    gate, past = request.GET.get("gate", ""), request.GET.get("past") == "1"
    gates = checks.gates()
    gate = gate if gate in dict(gates) else ""
    rows = queries.listed(one, _today(), gate, past=past)
    mine = next((row for row in queries.own_open(reader) if _is_draft_of(row, code)), None)
    return _render(
        request,
        "topic",
        {
            "topic": one,
            "rows": [_shown(row, reader, mine) for row in rows],
            "draft": mine,
            "gaps": queries.gaps(one, _today()),
            "gates": gates if one.is_of_gates else [],
            "gate": gate,
            "past": past,
            "by_law": shown.by_law() if code == "step_places" else [],
            "has_past": one.dated or one is CLOSURES,
            "is_editor": who.is_editor(reader),
            "waits": queries.history(reader, code).filter(status=Status.PROPOSED).count(),
        },
    )


def _is_draft_of(row: ReferenceChange, code: str) -> bool:
    return row.topic == code and row.status == Status.DRAFT


def _shown(row: queries.Row, reader: Principal, draft: ReferenceChange | None) -> dict[str, Any]:
    """A row, and where it is edited: into the draft that this person has of the topic, if there is one."""
    one = row.topic
    mine = who.may_edit(reader, [one.gate_of(row.key)])
    looks = {queries.IN_FORCE: "done", queries.COMING: "not_yet", queries.PAST: "not_required"}
    address = f"{reverse('reference-edit', args=[one.code])}?{_query(row.key, draft)}"
    return {
        "key": one.said_key(row.key),
        "says": one.said(row.values),
        "unknown": list(row.values.values()) == [None],
        "look": looks[row.when],
        "when": words.of(words.ROWS_STAND, row.when),
        "is_past": row.when == queries.PAST,
        "from": shown.day(row.valid_from),
        "to": shown.day(row.valid_to),
        "source": row.source,
        "edit": address if mine and row.when != queries.PAST else "",
    }


def _query(key: dict[str, Any], draft: ReferenceChange | None) -> str:
    into = {"change": str(draft.pk)} if draft is not None else {}
    return urlencode({**{f"key.{name}": str(value) for name, value in key.items()}, **into})


@require_GET
@never_cache
@guarded
def history(request: HttpRequest) -> HttpResponse:
    """Every change that was proposed, newest first."""
    reader, code = _reader(request), request.GET.get("topic", "")
    page = int(request.GET["page"]) if request.GET.get("page", "").isdigit() else 1
    start = (max(1, min(page, 10_000)) - 1) * queries.PAGE
    found = list(queries.history(reader, code)[start : start + queries.PAGE + 1])
    return _render(
        request,
        "history",
        {
            "lines": [shown.line(change) for change in found[: queries.PAGE]],
            "topics": [(topic.code, topic.title) for topic in TOPICS.values()],
            "chosen": code if code in TOPICS else "",
            "page": page,
            "has_next": len(found) > queries.PAGE,
        },
    )


# --- one change ----------------------------------------------------------------------------------


@require_GET
@never_cache
@guarded
def change(request: HttpRequest, change: UUID) -> HttpResponse:
    """Before and after, from when, by which law, what it would change, and what is mine to do."""
    reader = _reader(request)
    row = queries.change(reader, change)
    if request.headers.get("HX-Request") == "true":
        return render(request, "reference/_effects.html", {"change": row, "effects": shown.effects(row)})
    return _page(request, reader, row)


def _page(
    request: HttpRequest, reader: Principal, row: ReferenceChange, *, status: int = 200, **more: Any
) -> HttpResponse:
    return _render(
        request,
        "change",
        {"change": row, **shown.whole(row), **_offers(reader, row), **more},
        status=status,
    )


def _offers(reader: Principal, row: ReferenceChange) -> dict[str, Any]:
    """What this person may do: each button by the rule that guards its act; refused ones say why."""
    if not who.may_edit(reader, row.gates):
        return {"may_edit": False}
    stand = actions.stand(row, reader)
    found: dict[str, Any] = {
        "may_edit": True,
        "is_mine": stand.is_mine,
        "edits": not rules.against_editing(stand),
        "reopens": not rules.against_reopening(stand),
        "withdraws": not rules.against_withdrawing(stand),
        "looks": not rules.against_looking(stand),
        "decides": row.status == Status.PROPOSED,
    }
    found["not_proposed_why"] = _why(rules.against_proposing(stand))
    found["not_approved_why"] = _why(rules.against_approving(stand))
    return found


def _why(objections: list[Any]) -> str:
    return refusals.objection_sentence(objections[0]) if objections else ""


# --- the form ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
@guarded
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """A row as it shall be: into a new draft, or one that is mine. A refusal loses nothing typed."""
    reader, one = _reader(request), _topic(code)
    if not who.is_editor(reader):
        raise NotAllowed
    draft = _draft(reader, request.GET.get("change") or request.POST.get("change", ""), code)
    form = Form.of(one, request, draft)
    if request.method == "GET":
        return _render(request, "edit", form.shown())
    try:
        made = (actions.close_at_once if form.at_once else actions.save)(
            form.draft(), by=reader, id=draft.pk if draft is not None else None
        )
    except Invalid as error:
        return _render(request, "edit", form.shown(error.errors), status=422)
    except Refused as error:
        return _render(request, "edit", form.shown(reasons=sentences(error)), status=409)
    return redirect("reference-change", change=made.pk)


def _draft(reader: Principal, given: str, code: str) -> ReferenceChange | None:
    """The draft into which a further row goes. Raises `NotFound` for what is none of mine."""
    if not given:
        return None
    try:
        row = queries.change(reader, UUID(given))
    except ValueError as bad:
        raise NotFound from bad
    if row.topic != code or row.status != Status.DRAFT or row.made_by != reader.id:
        raise NotFound
    return row


@require_POST
@guarded
def drop_row(request: HttpRequest, change: UUID, index: int) -> HttpResponse:
    """A draft without one of its rows."""
    reader = _reader(request)
    row = queries.change(reader, change)
    try:
        actions.drop(row, index, by=reader)
    except GateError as error:
        return _page(request, reader, row, status=error.status, reasons=sentences(error))
    return redirect("reference-change", change=change)


# --- acts ----------------------------------------------------------------------------------------

Act = Callable[[UUID, str, Principal], ReferenceChange]
ACTS: dict[str, tuple[Act, Any]] = {
    "propose": (lambda c, w, by: actions.propose(c, by=by), _l("Đã gửi. Người thứ hai sẽ duyệt.")),
    "reopen": (lambda c, w, by: actions.reopen(c, by=by), _l("Đã lấy lại thành bản nháp.")),
    "withdraw": (lambda c, w, by: actions.withdraw(c, by=by), _l("Đã rút đề nghị.")),
    "approve": (lambda c, w, by: actions.approve(c, w, by=by), _l("Đã duyệt.")),
    "refuse": (lambda c, w, by: actions.refuse(c, w, by=by), _l("Đã ghi: không duyệt.")),
    "look": (lambda c, w, by: actions.look(c, by=by), _l("Đã ghi: anh chị đã xem lại.")),
}


@require_POST
@guarded
def act(request: HttpRequest, change: UUID, name: str) -> HttpResponse:
    reader = _reader(request)
    if name not in ACTS:
        raise NotFound
    does, said = ACTS[name]
    row = queries.change(reader, change)
    typed = request.POST.get("words", "")
    try:
        does(change, typed, reader)
    except (NotFound, NotAllowed):
        raise
    except GateError as error:
        return _page(request, reader, row, status=error.status, reasons=sentences(error), typed=typed)
    messages.success(request, said)
    return redirect("reference-change", change=change)


@require_POST
@guarded
def preview_again(request: HttpRequest, change: UUID) -> HttpResponse:
    """Asks the worker once more: crossings have gone on, or it was not running."""
    row = queries.change(_reader(request), change)
    actions.preview_later(row)
    messages.success(request, _("Đang tính lại."))
    return redirect("reference-change", change=change)
