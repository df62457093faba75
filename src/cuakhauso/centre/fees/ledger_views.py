"""The page of charges: a day or a period at the gate, with sums, who paid, what is open; several declarations
finished at once; the same as a table for spreadsheets."""

import csv
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cuakhauso.core.decisions import against_confirming
from cuakhauso.core.reference import HANOI
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import Agency

from ..accounts import principal
from ..crossings import drawing
from ..crossings import queries as crossings
from ..crossings.answers import guarded
from ..crossings.offers import Reader, case_of
from ..crossings.posts import frame
from ..places.reference import reference
from ..shared import store
from ..shared.errors import Invalid
from ..web import formats, refusals, words
from . import ledger
from .ledger import Account, Entry, Period


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return store.now().astimezone(HANOI).date()


def _period(request: HttpRequest, gate: str) -> Period:
    begins = _day(request.GET.get("begins", ""))
    return Period(gate, begins, _day(request.GET.get("ends", "")) if request.GET.get("ends") else begins)


@require_GET
@guarded
def page(request: HttpRequest, gate: str) -> HttpResponse:
    """Newest first. What cannot be asked for is said beside the days, and today is shown."""
    reader = principal.of(request)
    shown: dict[str, Any] = frame(request, reader, gate)
    ledger.may_read(reader, gate)
    wrong = ""
    try:
        period = _period(request, gate)
    except Invalid as error:
        wrong, today = refusals.field_error_sentence(error.errors[0]), _day("")
        period = Period(gate, today, today)
    number = max(1, int(request.GET["page"])) if request.GET.get("page", "").isdigit() else 1
    accounts, count = ledger.accounts(reader, period, number)
    looks = drawing.reader_at(reader, gate, words.language())
    shown |= {
        "page": "ledger",
        "period": period,
        "wrong": wrong,
        "sums": [
            (words.of(words.ORDERS, one.order), one, _methods(one)) for one in ledger.sums(reader, period)
        ],
        "rows": _rows(accounts, looks, gate),
        "count": count,
        "before": number - 1,
        "after": number + 1 if number * ledger.PAGE < count else 0,
        "may_finish": Agency.BOARD in looks.agencies,
        "live_url": reverse("live-gate", args=[gate]),
    }
    return render(request, "fees/ledger.html", shown)


def _methods(one: ledger.Sums) -> str:
    told = [
        f"{words.of(words.METHODS, method)} {formats.money(amount, words.language())}"
        for method, amount in one.methods.items()
    ]
    return ", ".join(told)


def _rows(accounts: list[Account], looks: Reader, gate: str) -> list[dict[str, Any]]:
    """`may_finish` by the rule that guards the act: a tick is not refused by what the page knows."""
    states, ref, now = crossings.states([one.crossing for one in accounts]), reference(gate), store.now()
    found = []
    for one in accounts:
        state = states[one.crossing.pk]
        case = case_of(state, now, ref, looks, Agency.BOARD)
        word = state.confirmed(StepCode.BOARD_FINISHED, Agency.BOARD)
        ready = Agency.BOARD in looks.agencies and not against_confirming(case, StepCode.BOARD_FINISHED)
        found.append(
            {
                "account": one,
                "crossing": one.crossing,
                "kind": words.of(words.KINDS, one.crossing.kind),
                "finished": word.occurred_at if word else None,
                "may_finish": ready,
            }
        )
    return found


PLAIN = "text/plain; charset=utf-8"
HEAD = ("fact", "at", "number", "plate", "kind", "order", "amount", "method", "receipt", "payer", "by")


@require_GET
@guarded
def table(request: HttpRequest, gate: str) -> HttpResponse:
    """Every fact of the period, one a line, in UTF-8 with the mark that spreadsheets look for."""
    reader = principal.of(request)
    try:
        period = _period(request, gate)
    except Invalid as error:
        return HttpResponse(refusals.field_error_sentence(error.errors[0]), status=422, content_type=PLAIN)
    rows = ledger.entries(reader, period)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"thu-phi-{gate}-{period.begins:%Y%m%d}-{period.ends:%Y%m%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    written = csv.writer(response)
    written.writerow(HEAD)
    written.writerows([_cell(row, name) for name in HEAD] for row in rows)
    return response


def _cell(row: Entry, name: str) -> object:
    """A text that begins like a formula is a text: spreadsheets would run it."""
    value = getattr(row, name)
    if name == "at":
        return row.at.astimezone(HANOI).strftime("%Y-%m-%d %H:%M:%S")
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
