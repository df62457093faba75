"""The Board's desk: who owes, the charges line by line with their law, taking money, receipts to print."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cuakhauso.core.charges import MissingRate, charge
from cuakhauso.core.decisions import against_confirming
from cuakhauso.core.facts import Paid, RefundAsked
from cuakhauso.core.reference import HANOI
from cuakhauso.core.standing import status
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import Agency, Order

from ..accounts import principal
from ..accounts.models import Duty
from ..accounts.principal import Principal
from ..crossings import drawing, worklist
from ..crossings import queries as crossings
from ..crossings.acts import text_of, uuid_of
from ..crossings.answers import Undo, done, guarded, is_htmx, refused, sentences
from ..crossings.offers import case_for
from ..crossings.posts import frame
from ..crossings.said import Said
from ..shared import store
from ..shared.errors import FieldError, GateError, Invalid, MissingTariff, NotAllowed, NotFound
from ..shared.models import Crossing
from ..web import formats, refusals, words
from . import actions, queries

COLLECTORS = (Agency.BOARD, Agency.TAX)
METHODS = ("cash", "transfer", "qr")
METHOD_ICONS = {"cash": "cash", "transfer": "building", "qr": "qrcode"}


def at_the_desk(request: HttpRequest, gate: str) -> tuple[Principal, dict[str, Any]]:
    """Who works at the desk of this gate. Others of the gate are told so; strangers find nothing."""
    reader = principal.of(request)
    shown = frame(request, reader, gate)
    at_desk = any(role.duty is Duty.DESK for role in reader.roles_at(gate))
    if not at_desk and not set(reader.agencies_at(gate)) & set(COLLECTORS):
        raise NotAllowed
    return reader, {**shown, "page": "desk"}


@require_GET
@guarded
def desk(request: HttpRequest, gate: str) -> HttpResponse:
    """Vehicles that owe; found by plate or number like everywhere."""
    reader, shown = at_the_desk(request, gate)
    typed = " ".join(request.GET.get("q", "")[:300].split())
    rows = (
        crossings.found_by(reader, typed, gate)
        if typed
        else list(queries.owing(reader, gate)[: queries.PAGE])
    )
    if typed and len(rows) == 1:
        return account(request, gate, rows[0].pk)
    states = crossings.states(rows)
    companies = worklist.companies(rows)
    shown |= {
        "typed": typed,
        "rows": [_row(row, states.get(row.pk), companies) for row in rows],
        "total": queries.owing(reader, gate).count(),
        "live_url": reverse("live-gate", args=[gate]),
    }
    return render(request, "fees/desk.html", shown)


def _row(row: Crossing, state: Any, companies: dict[str, str]) -> dict[str, Any]:
    owed = [
        (words.of(words.ORDERS, order), state.owes(order))
        for order in Order
        if state and state.owes(order) > 0
    ]
    return {
        "crossing": row,
        "kind": words.of(words.KINDS, row.kind),
        "company": companies.get(row.declarant, ""),
        "owed": owed,
        "uncharged": bool(state) and not state.charges and queries.AT_THE_DESK in row.wait_keys,
    }


def of_this_gate(reader: Principal, gate: str, crossing: UUID) -> crossings.Whole:
    whole = crossings.whole(reader, crossing)
    if whole.crossing.gate != gate:
        raise NotFound
    return whole


@require_GET
@guarded
def account(request: HttpRequest, gate: str, crossing: UUID) -> HttpResponse:
    """What one vehicle owes and paid, line by line."""
    reader, shown = at_the_desk(request, gate)
    whole = of_this_gate(reader, gate, crossing)
    looks = drawing.reader_at(reader, gate, words.language())
    agency = next((a for a in COLLECTORS if a in looks.agencies), None)
    case = case_for(whole, looks, agency or Agency.BOARD)
    finished = status(StepCode.BOARD_FINISHED, whole.state, whole.ref)
    against_finishing = against_confirming(case, StepCode.BOARD_FINISHED)
    shown |= {
        "crossing": whole.crossing,
        "kind": words.of(words.KINDS, whole.crossing.kind),
        "state": whole.state,
        "payer": queries.payer(whole),
        "accounts": [
            (words.of(words.ORDERS, one.order), one, _refund(whole, one.order, reader))
            for one in queries.accounts(whole.state, whole.facts)
        ],
        "methods": [(code, words.of(words.METHODS, code)) for code in METHODS],
        "missing": _missing(whole),
        "uncharged": not whole.state.charges,
        "finished": finished.done_at,
        "may_finish": agency is not None and not against_finishing,
        "not_finished_why": refusals.objection_sentence(against_finishing[0]) if against_finishing else "",
        "may_compute": agency is not None,
        "live_url": reverse("live-crossing", args=[crossing]),
    }
    return render(request, "fees/account.html", shown)


def _refund(whole: crossings.Whole, order: Order, reader: Principal) -> dict[str, Any] | None:
    """What was overpaid on an order, who asked for it back and why, and whether that was the reader."""
    over = -whole.state.owes(order)
    if over <= 0:
        return None
    asked = whole.state.refund_asked.get(order)
    live = asked if asked and isinstance(asked.data, RefundAsked) and asked.data.amount == over else None
    return {"over": over, "asked": live, "is_mine": live is not None and live.actor.id == reader.id}


def _missing(whole: crossings.Whole) -> str:
    """The row of the tariff that the Board must fill before this vehicle can be charged."""
    due = charge(whole.state, whole.ref, store.now().astimezone(HANOI).date())
    return missing_words(due) if isinstance(due, MissingRate) else ""


def missing_words(due: MissingRate) -> str:
    return refusals.problem_title(
        "tariff_missing",
        {
            "weight_class": words.of(words.WEIGHT_CLASSES, due.weight_class),
            "regime": due.regime,
            "goods_class": due.goods_class,
        },
    )


@require_GET
@guarded
def sheet(request: HttpRequest, gate: str, crossing: UUID) -> HttpResponse:
    """Taking money for one order: how, and on which receipt."""
    reader, _shown = at_the_desk(request, gate)
    if not is_htmx(request):
        raise Http404
    whole = of_this_gate(reader, gate, crossing)
    order = _order(request.GET.get("order", ""))
    now = store.now().astimezone(HANOI)
    shown = {
        "gate": gate,
        "crossing": whole.crossing,
        "order": order,
        "order_words": words.of(words.ORDERS, order),
        "owed": whole.state.owes(order),
        "methods": [(code, words.of(words.METHODS, code), METHOD_ICONS[code]) for code in METHODS],
        "receipt": f"{gate}-{now:%y%m%d-%H%M%S}",
    }
    return render(request, "fees/_pay.html", shown)


def _order(given: str) -> Order:
    if given not in set(Order):
        raise NotFound
    return Order(given)


@require_POST
@guarded
def pay(request: HttpRequest, gate: str, crossing: UUID) -> HttpResponse:
    """Money received at the desk; exactly what is owed."""
    reader, _shown = at_the_desk(request, gate)
    form = request.POST
    order = _order(form.get("order", ""))
    try:
        said = said_at_the_desk(request, reader)
        amount, receipt = _amount(form.get("amount", "")), text_of(form, "receipt", limit=40)
        if not receipt:
            raise Invalid([FieldError("receipt", "required")])
        if form.get("method") not in METHODS:
            raise Invalid([FieldError("method", "not_a_choice")])
        of_this_gate(reader, gate, crossing)
        story = actions.pay(crossing, order, amount, said, method=form["method"], receipt=receipt)
    except (NotFound, NotAllowed):
        raise
    except GateError as error:
        return refused(request, crossing, sentences(error), _("Chưa thu được"))
    paid = next((fact for fact in reversed(story.facts) if isinstance(fact.data, Paid)), None)
    told = {"amount": formats.money(amount, words.language()), "order": words.of(words.ORDERS, order)}
    undo = Undo(crossing, said.id or (paid.id if paid else UUID(int=0)))
    return done(request, _("Đã thu %(amount)s, %(order)s.") % told, crossing, undo)


def said_at_the_desk(request: HttpRequest, reader: Principal) -> Said:
    given = request.POST.get("id", "").strip()
    return Said(by=reader, id=uuid_of(given, "id") if given else None, note=text_of(request.POST, "words"))


def _amount(given: str) -> int:
    if not (given.isascii() and given.isdigit()) or len(given) > 12:
        raise Invalid([FieldError("amount", "not_a_number")])
    return int(given)


@require_POST
@guarded
def compute(request: HttpRequest, gate: str, crossing: UUID) -> HttpResponse:
    """Charge what is due now; where the tariff lacks the row, say which."""
    reader, _shown = at_the_desk(request, gate)
    of_this_gate(reader, gate, crossing)
    try:
        story = actions.recompute_charge(crossing, said_at_the_desk(request, reader))
    except MissingTariff as error:
        told = {**error.data, "weight_class": words.of(words.WEIGHT_CLASSES, error.data["weight_class"])}
        why = [
            (
                refusals.problem_title(error.code, told),
                _("Biểu phí là dữ liệu của Ban Quản lý; không thu khi chưa có mức."),
            )
        ]
        return refused(request, crossing, why, _("Chưa tính được phí"))
    except Invalid as error:
        return refused(request, crossing, sentences(error), _("Chưa tính được phí"))
    owed = sum(max(0, story.state.owes(order)) for order in Order)
    said = _("Đã tính: còn phải nộp %(amount)s.") % {"amount": formats.money(owed, words.language())}
    return done(request, said, crossing)


@require_GET
@guarded
def receipt(request: HttpRequest, gate: str, crossing: UUID, fact: UUID) -> HttpResponse:
    """One sheet to print."""
    reader, shown = at_the_desk(request, gate)
    whole = of_this_gate(reader, gate, crossing)
    paid, of_order = queries.receipt(whole, fact)
    shown |= {
        "paid": paid,
        "account": of_order,
        "order": words.of(words.ORDERS, paid.order),
        "method": words.of(words.METHODS, paid.method),
        "crossing": whole.crossing,
        "payer": queries.payer(whole),
        "kind": words.of(words.KINDS, whole.crossing.kind),
    }
    return render(request, "fees/receipt.html", shown)
