"""A proposed correction on the pages: earlier and new value of each field, who has said yes, who has yet to;
the officer's yes in one tap, the no with words."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cuakhauso.core import correction_decisions as cd
from cuakhauso.core.fold import State
from cuakhauso.core.standing import has_ended

from ..declarations import correcting_told as told_as
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


class Proposed(NamedTuple):
    """What is proposed. `mine`: this reader's agency has yet to answer; `why_not` why it may not."""

    id: UUID
    by: str
    since: datetime
    words: str
    changed: list[told_as.Changed]
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
        changed=told_as.changed(data.differences),
        approved=told_as.agencies(state.approved_by),
        waits_for=told_as.agencies(state.still_to_approve),
        opened=told_as.opened(sorted(opens)),
        stands=len(state.confirmations) - len(opens),
        fee=told_as.fee(data.fee_before, data.fee_after),
        mine=agency is not None,
        why_not=against[0] if against else "",
    )


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


CORRECTION_ACTS: dict[str, Do] = {"approve-correction": approve, "refuse-correction": refuse}
CORRECTION_NAMES: dict[str, Any] = {
    "approve-correction": gettext_lazy("Đồng ý sửa khai báo"),
    "refuse-correction": gettext_lazy("Từ chối sửa: vì sao"),
}


def _sheet(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    return {
        "quick": REFUSE_REASONS,
        "proposed": proposed(whole, reader),
        "hidden": {"proposal": text_of(given, "proposal", limit=40)},
    }


CORRECTION_SHOWN = {"approve-correction": _sheet, "refuse-correction": _sheet}
