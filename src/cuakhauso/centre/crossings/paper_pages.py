"""Papers on a crossing's page: how each stands, the button and the sheet to look at them; which end soon."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from cuakhauso.core import paper_decisions as pd
from cuakhauso.core.paper_facts import Look, Seen
from cuakhauso.core.papers import LOOKED_AT_BY, Paper, Stand, begins
from cuakhauso.core.papers import papers as stands_of
from cuakhauso.core.standing import has_ended
from cuakhauso.core.words import Agency

from ..accounts import principal
from ..shared import store
from ..shared.errors import FieldError, Invalid, NotAllowed
from ..web import formats, words
from . import guard, papers
from .acts import Did, Do, fact_id, plate_of, text_of
from .answers import guarded
from .offers import Act, Reader, case_for, told
from .posts import frame
from .queries import Whole
from .said import Said


@dataclass(frozen=True, slots=True)
class Line:
    """One paper as it stands: name, number and last day, one of the nine looks, and the words for it."""

    kind: str
    label: str
    detail: str
    status: str
    words: str
    number: str
    valid_to: str


def lines(whole: Whole) -> list[Line]:
    return [_line(stand, whole) for stand in stands_of(whole.state, whole.ref)]


def told_apart(whole: Whole) -> tuple[list[Line], str]:
    """Papers that something is to be said of, and the names of those that are only not declared."""
    every = [(stand, _line(stand, whole)) for stand in stands_of(whole.state, whole.ref)]
    quiet = [line for stand, line in every if not (stand.is_there or stand.is_bad or stand.stops)]
    return [line for _stand, line in every if line not in quiet], ", ".join(line.label for line in quiet)


def _line(stand: Stand, whole: Whole) -> Line:
    status, said = _status(stand, whole)
    until = _("đến hết %(day)s") % {"day": day(stand.valid_to)} if stand.valid_to else ""
    detail = " · ".join(part for part in (stand.number, until) if part)
    last = stand.valid_to.isoformat() if stand.valid_to else ""
    return Line(stand.kind, words.of(words.DOCUMENTS, stand.kind), detail, status, said, stand.number, last)


def _status(stand: Stand, whole: Whole) -> tuple[str, str]:
    if stand.has_run_out(whole.at):
        return "refused", _("Hết hạn")
    if stand.not_yet(whole.at):
        return "refused", _("Chưa có giá trị")
    if stand.looked is not None:
        good = stand.looked.look.found is Seen.VALID
        if good and stand.ends_soon(whole.at):
            return "waiting", _("Hợp lệ, sắp hết hạn")
        return "done" if good else "refused", words.of(words.PAPERS_FOUND, stand.looked.look.found)
    if not stand.is_there:
        return ("refused" if stand.stops else "not_yet"), _("Chưa khai")
    return ("waiting", _("Sắp hết hạn")) if stand.ends_soon(whole.at) else ("not_yet", _("Chưa xem"))


def day(last: date | None) -> str:
    """A paper's day as the reader's language writes it."""
    return formats.date(begins(last), words.language()) if last else ""


# --- the button, the sheet, the act --------------------------------------------------------------


def paper_acts(whole: Whole, reader: Reader) -> Iterator[Act]:
    """For whoever may say something of papers."""
    agency = next((a for a in LOOKED_AT_BY if a in reader.agencies), None)
    if agency is None or whole.state.content is None or has_ended(whole.state, whole.ref):
        return
    sub = _("từng giấy một") if agency is Agency.TRANSPORT_LICENCE else _("của lái xe")
    reasons = told(pd.against_looking(case_for(whole, reader, agency), [_example(agency)]))
    yield Act(_("Xem giấy tờ"), icon="file-text", sub=sub, sheet="papers", reasons=reasons)
    if Agency.BORDER_GUARD in reader.agencies and not whole.state.guard_number:
        sub = _("số riêng của Biên phòng trong ngày")
        yield Act(_("Cấp số Biên phòng"), icon="id", sub=sub, sheet="guard-number")


def _example(agency: Agency) -> Look:
    return Look(document=str(min(LOOKED_AT_BY[agency])), found=Seen.VALID)


def _sheet(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    may = {str(paper) for agency in reader.agencies for paper in pd.may_look_at(agency)}
    found = [(str(seen), words.of(words.PAPERS_FOUND, seen)) for seen in Seen]
    return {"papers": [line for line in _all_lines(whole) if line.kind in may], "found": found}


def _all_lines(whole: Whole) -> list[Line]:
    """Those that are needed or declared first, then any other that a driver may show."""
    first = lines(whole)
    known = {line.kind for line in first}
    others = [Stand(str(paper), (), None, False, False, "") for paper in Paper if paper not in known]
    return [*first, *(_line(stand, whole) for stand in others)]


def look(crossing: UUID, form: QueryDict, said: Said) -> Did:
    """Every paper for which something was chosen; one tap says `valid` of all that are declared."""
    kinds = [str(paper) for paper in Paper if form.get(f"found.{paper}") in set(Seen)]
    looks = [
        Look(
            document=kind, found=Seen(form.get(f"found.{kind}", "")),
            number=text_of(form, f"number.{kind}", limit=40), valid_to=_date(form, f"valid_to.{kind}"),
        )
        for kind in kinds
    ]  # fmt: skip
    story = papers.look_at(crossing, looks, said)
    return Did(_("Đã ghi giấy tờ xe %(plate)s.") % {"plate": plate_of(story)}, fact_id(story, said))


def _date(form: QueryDict, field: str) -> date | None:
    given = form.get(field, "").strip()
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise Invalid([FieldError(field, "not_a_date")]) from error


def number(crossing: UUID, form: QueryDict, said: Said) -> Did:
    story = guard.give_number(crossing, said)
    told = {"plate": plate_of(story), "number": story.state.guard_number}
    return Did(_("Đã cấp số Biên phòng %(number)s cho xe %(plate)s.") % told)


def _number(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    return {"number": whole.state.guard_number}


PAPER_ACTS: dict[str, Do] = {"papers": look, "guard-number": number}
PAPER_NAMES = {"papers": gettext_lazy("Xem giấy tờ"), "guard-number": gettext_lazy("Cấp số Biên phòng")}
PAPER_SHOWN = {"papers": _sheet, "guard-number": _number}


# --- which run out soon --------------------------------------------------------------------------


def _name(stand: Stand) -> str:
    return words.of(words.DOCUMENTS, stand.kind)


@require_GET
@guarded
def ending(request: HttpRequest, gate: str) -> HttpResponse:
    """For officers who look at papers: vehicles here or on their way whose papers run out within 30 days."""
    reader = principal.of(request)
    shown = frame(request, reader, gate)
    if not set(reader.agencies_at(gate)) & set(LOOKED_AT_BY):
        raise NotAllowed
    found = papers.ending_soon(reader, gate)[: papers.MOST_LISTED]
    at = store.now()
    rows = [
        (row.crossing, [(_name(one), day(one.valid_to), one.has_run_out(at)) for one in row.papers])
        for row in found
    ]
    return render(request, "crossings/papers.html", {**shown, "page": "papers", "rows": rows, "live_url": ""})
