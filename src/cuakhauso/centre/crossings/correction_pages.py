"""Corrections on the officers' pages: which fields are asked for, with the value that was read; earlier and
new value of each field of a proposal, who has said yes, who has yet to; yes in one tap, no with words."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cuakhauso.core import asked
from cuakhauso.core import correction_decisions as cd
from cuakhauso.core.declaration import Content
from cuakhauso.core.fold import State
from cuakhauso.core.standing import has_ended

from ..declarations import correcting_told as told_as
from ..declarations.models import Declaration
from ..declarations.page import FormPage, spec_of
from ..shared.store import Story
from ..web import telling, words
from . import corrections
from .acts import Did, Do, plate_of, text_of, uuid_of
from .offers import Reader, case_for, told
from .queries import Whole
from .said import Said

REFUSE_REASONS = (
    gettext_lazy("Không khớp giấy tờ"),
    gettext_lazy("Không khớp thực tế trên xe"),
    gettext_lazy("Cần nộp thêm giấy tờ"),
)


ASK_REASONS = (
    gettext_lazy("Khác với giấy tờ đã xem"),
    gettext_lazy("Khác với thực tế trên xe"),
    gettext_lazy("Còn thiếu"),
)


class Tick(NamedTuple):
    """One field to tick: what stands in it now, and how the value that was read is written."""

    field: str
    label: str
    now: str
    takes_value: bool
    options: list[tuple[str, Any]]


class Proposed(NamedTuple):
    """What is proposed. `mine`: this reader's agency has yet to answer; `why_not` why it may not."""

    id: UUID
    by: str
    since: datetime
    words: str
    changed: list[told_as.Changed]
    left: list[str]
    approved: str
    waits_for: str
    opened: list[told_as.Opened]
    stands: int
    fee: str
    mine: bool
    why_not: str


def proposed(whole: Whole, reader: Reader | None = None) -> Proposed | None:
    """None where nothing is proposed, or all is over."""
    state, data = whole.state, whole.state.proposed
    if state.proposal is None or data is None or has_ended(state, whole.ref):
        return None
    opens = cd.would_open(state, data.content, data.differences)
    agency = next((a for a in state.still_to_approve if reader and a in reader.agencies), None)
    case = case_for(whole, reader, agency) if reader and agency else None
    against = told(cd.against_approving(case, state.proposal.id)) if case else ()
    return Proposed(
        id=state.proposal.id,
        by=telling.who(state.proposal),
        since=state.proposal.occurred_at,
        words=state.proposal.note,
        changed=told_as.changed(data.differences, asked.read_of((*state.answered, *state.corrections))),
        left=told_as.left_after(state, data.differences),
        approved=told_as.agencies(state.approved_by),
        waits_for=told_as.agencies(state.still_to_approve),
        opened=told_as.opened(sorted(opens)),
        stands=len(state.confirmations) - len(opens),
        fee=told_as.fee(data.fee_before, data.fee_after),
        mine=agency is not None,
        why_not=against[0] if against else "",
    )


def requests(whole: Whole) -> list[told_as.Asked]:
    """What officers asked for and is still open; nothing once all is over."""
    return [] if has_ended(whole.state, whole.ref) else told_as.requests(whole.state)


def after(state: State) -> dict[str, Any]:
    """What became of the last one: refused with which words; or what it opened, and that the rest stands."""
    refusal = state.refusal
    agency = refusal.actor.agency if refusal else None
    return {
        "refused_by": words.of(words.AGENCIES, agency) if agency else "",
        "refused_why": refusal.note if refusal else "",
        "opened": told_as.opened(sorted(state.opened_again)),
        "stands": len(state.confirmations),
    }


# --- asking: the fields to tick --------------------------------------------------------------------


def ticks(content: Content, language: str) -> list[tuple[str, list[Tick]]]:
    """The fields of a declaration as they stand on it: the trip, the vehicle, each lot of goods."""
    page, blocks = FormPage(language=language), dict[str, list[Tick]]()
    page.values |= {"gate": content.gate, "kind": content.kind}
    for field, value in asked.values(content).items():
        if page.hides_field(field):
            continue
        blocks.setdefault(_block(field), []).append(_tick(field, value, page))
    every = [Tick("goods", _("Cả phần hàng hóa"), "", False, [])] if content.groups else []
    trip = blocks.pop(_block("kind"))
    vehicle = blocks.pop(_block("vehicle.plate"))
    blocks = {_("Xe và tài xế"): vehicle, **blocks, _("Chuyến đi"): trip}
    return [*blocks.items(), *([(_("Hàng hóa"), every)] if every else [])]


def _block(field: str) -> str:
    parts = field.split(".")
    if parts[0] == "groups":
        return _("Lô hàng %(number)s") % {"number": int(parts[1]) + 1}
    return "vehicle" if parts[0] in ("vehicle", "driver") else "trip"


def _tick(field: str, value: str, page: FormPage) -> Tick:
    spec = None if field == "vehicle.documents" else spec_of(told_as.page_of(field))
    label = told_as.label_of_field(field) if spec is None else str(spec.label)
    if ".items." in field:
        label = f"{_('dòng %(number)s') % {'number': int(field.split('.')[3]) + 1}}: {label}"
    options = list(page.choices(spec.options)) if spec and spec.options else []
    return Tick(field, label, told_as.value_of(field, value), asked.takes_value(field), options)


def ask(crossing: UUID, form: QueryDict, said: Said) -> Did:
    """A field with a value is asked for, ticked or not."""
    fields = [field for field in form.getlist("fields") if asked.is_known(field)]
    typed = {name[5:]: text_of(form, name, limit=300) for name in form if name.startswith("read.")}
    read = {field: text for field, text in typed.items() if text and asked.takes_value(field)}
    story = corrections.ask(crossing, fields, said, read=read)
    told = _("Đã yêu cầu doanh nghiệp sửa khai báo xe %(plate)s.") % {"plate": plate_of(story)}
    return Did(told, said.id or story.facts[-1].id)


def _ask_sheet(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    kept = Declaration.objects.filter(crossing_id=whole.crossing.pk).first()
    content = whole.state.content
    return {
        "quick": ASK_REASONS,
        "blocks": ticks(content, reader.language) if content else [],
        "correct_url": reverse("declaration_correct", args=[kept.pk]) if kept else "",
    }


# --- acts and the sheet ---------------------------------------------------------------------------


def approve(crossing: UUID, form: QueryDict, said: Said) -> Did:
    story = corrections.approve(crossing, uuid_of(form.get("proposal", ""), "proposal"), said)
    return Did(_("Đã đồng ý sửa khai báo xe %(plate)s.") % {"plate": plate_of(story)} + _next(story))


def _next(story: Story) -> str:
    left = story.state.still_to_approve
    if left:
        return " " + _("Còn chờ %(agencies)s.") % {"agencies": told_as.agencies(left)}
    return " " + _("Bản mới có hiệu lực; các xác nhận khác vẫn giữ.")


def refuse(crossing: UUID, form: QueryDict, said: Said) -> Did:
    story = corrections.refuse(crossing, uuid_of(form.get("proposal", ""), "proposal"), said)
    return Did(_("Đã từ chối bản sửa của xe %(plate)s.") % {"plate": plate_of(story)})


CORRECTION_ACTS: dict[str, Do] = {
    "correction": ask,
    "approve-correction": approve,
    "refuse-correction": refuse,
}
CORRECTION_NAMES: dict[str, Any] = {
    "correction": gettext_lazy("Yêu cầu sửa khai báo"),
    "approve-correction": gettext_lazy("Đồng ý sửa khai báo"),
    "refuse-correction": gettext_lazy("Từ chối sửa: vì sao"),
}


def _sheet(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    return {
        "quick": REFUSE_REASONS,
        "proposed": proposed(whole, reader),
        "hidden": {"proposal": text_of(given, "proposal", limit=40)},
    }


CORRECTION_SHOWN = {"correction": _ask_sheet, "approve-correction": _sheet, "refuse-correction": _sheet}
