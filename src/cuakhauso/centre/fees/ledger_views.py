"""The page of charges: a day or a period at the gate, with sums, who paid, what is open; several declarations
finished at once; the same as a table for spreadsheets."""

import csv
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cuakhauso.core import finishing
from cuakhauso.core.decisions import against_confirming
from cuakhauso.core.fold import State
from cuakhauso.core.reference import HANOI, Reference
from cuakhauso.core.standing import status
from cuakhauso.core.steps import STEPS, StepCode

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
from . import ledger, queries
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
    number = page_number(request)
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
        "may_finish": bool(set(looks.agencies) & set(FINISHERS)),
        "unfinished": queries.unfinished(reader, gate).count(),
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
        ready = may_finish(state, ref, now, looks)
        found.append(
            {
                "account": one,
                "crossing": one.crossing,
                "kind": words.of(words.KINDS, one.crossing.kind),
                "finished": status(StepCode.BOARD_FINISHED, state, ref).done_at,
                "may_finish": ready,
            }
        )
    return found


FINISHERS = STEPS[StepCode.BOARD_FINISHED].agencies


def may_finish(state: State, ref: Reference, now: datetime, looks: Reader) -> bool:
    """By the rule that guards the act."""
    cases = (case_of(state, now, ref, looks, agency) for agency in FINISHERS if agency in looks.agencies)
    return any(not against_confirming(case, StepCode.BOARD_FINISHED) for case in cases)


@require_GET
@guarded
def unfinished(request: HttpRequest, gate: str) -> HttpResponse:
    """Vehicles that left without the Board's last word, the oldest first; several are finished at once."""
    reader = principal.of(request)
    shown: dict[str, Any] = frame(request, reader, gate)
    ledger.may_read(reader, gate)
    rows = queries.unfinished(reader, gate)
    number, count = page_number(request), rows.count()
    found = list(rows[(number - 1) * ledger.PAGE : number * ledger.PAGE])
    looks, ref, now = drawing.reader_at(reader, gate, words.language()), reference(gate), store.now()
    states, payers = crossings.states(found), ledger.payers_of(found)
    lines = [
        {
            "crossing": one,
            "kind": words.of(words.KINDS, one.kind),
            "payer": payers.get(one.pk, ""),
            "irregular": bool(finishing.irregular(states[one.pk], ref, StepCode.BOARD_FINISHED)),
            "may_finish": may_finish(states[one.pk], ref, now, looks),
        }
        for one in found
    ]
    shown |= {
        "page": "ledger",
        "rows": lines,
        "count": count,
        "before": number - 1,
        "after": number + 1 if number * ledger.PAGE < count else 0,
        "may_finish": bool(set(looks.agencies) & set(FINISHERS)),
        "live_url": reverse("live-gate", args=[gate]),
    }
    return render(request, "fees/unfinished.html", shown)


def page_number(request: HttpRequest) -> int:
    given = request.GET.get("page", "")
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 7 else 1


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
