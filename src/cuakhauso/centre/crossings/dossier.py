"""What a crossing's page shows: the strip by agency, whose clock runs, what was read against what was
declared, why it may not pass, what happened, and the acts that its reader's agencies may do.

Drawn by the same functions that guard the acts; pages of the same agencies show the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cuakhauso.core import facts as f
from cuakhauso.core.clock import Span
from cuakhauso.core.declaration import GoodsGroup
from cuakhauso.core.facts import Fact
from cuakhauso.core.permit import Code, Objection
from cuakhauso.core.standing import StepStatus, has_ended, statuses
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import Agency, Kind, Order, Party

from ..accounts.models import Organisation
from ..watch import shown as alerts
from ..web import formats, refusals, words
from . import examination_dossier, paper_pages, special_dossier, unloading, usual
from .examination_offers import examination_acts
from .happened import happened, seen
from .identity import identities
from .offers import Act, Reader, Words, hold_act, lift_act, more_acts, steps_for, undo_act
from .queries import Whole
from .short import SHORT_STEPS, short_company, why_words
from .special_offers import special_acts

S = StepCode
NOT_YET = {
    S.ENTERED: gettext_lazy("Chưa được vào"),
    S.LEFT_YARD: gettext_lazy("Chưa được rời bãi"),
    S.LEFT_TO_OTHER_SIDE: gettext_lazy("Chưa được sang bên kia"),
    S.LEFT_ZONE: gettext_lazy("Chưa được ra khu"),
    S.TURNED_BACK: gettext_lazy("Chưa được quay đầu ra"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One party on the strip: an icon for each of its steps, one word, and one line below it."""

    name: Words
    marks: tuple[str, ...]
    status: str
    word: Words
    sub: str
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    party: str
    label: str
    minutes: float
    is_now: bool
    words: str


@dataclass(frozen=True, slots=True)
class Reason:
    sentence: str
    detail: str
    icon: str
    tone: str
    mine: bool
    whose: str


@dataclass(frozen=True, slots=True)
class Goods:
    group: GoodsGroup
    index: int
    channel: str
    remaining: int | None
    company: str


# --- the strip -----------------------------------------------------------------------------------

YARD_STEPS = (S.IN_YARD, S.WEIGHED, S.TRANSSHIPPED, S.RECEIVED_GOODS)
FEE_STEPS = (S.PAID, S.BOARD_FINISHED)
BY_AGENCY = (
    Agency.BORDER_GUARD, Agency.HEALTH, Agency.TRANSPORT_LICENCE, Agency.YARD,
    Agency.PLANT_QUARANTINE, Agency.ANIMAL_QUARANTINE, Agency.CUSTOMS, Agency.BOARD,
)  # fmt: skip


def strip(whole: Whole, reader: Reader) -> list[Column]:
    stands = list(statuses(whole.state, whole.ref))
    found = [_declared(whole), *(_column(whole, reader, agency, stands) for agency in BY_AGENCY)]
    return [column for column in found if column is not None]


def _declared(whole: Whole) -> Column:
    declared = whole.state.declared if whole.state.content else None
    if declared is None:
        return Column(_("Khai báo"), ("waiting",), "waiting", _("Chưa khai"), "")
    return Column(_("Khai báo"), ("done",), "done", _("Xong"), _when(declared.occurred_at))


def _column(whole: Whole, reader: Reader, agency: Agency, stands: list[StepStatus]) -> Column | None:
    mine = [stand for stand in stands if _belongs(stand, agency)]
    if not mine:
        return None
    name = _column_name(agency)
    needed = [s for s in mine if s.required or s.facts]
    marks = tuple(_mark(whole, s, agency) for s in needed)[:6]
    held = [h for h in whole.state.live_holds if h.actor.agency is agency]
    is_mine = agency in reader.agencies
    if held:
        since = _("từ %(time)s") % {"time": _when(held[0].occurred_at)}
        return Column(name, marks or ("held",), "held", _("Đang giữ"), since, is_mine)
    if not needed:
        return Column(name, ("not_required",), "not_required", _("Không cần"), "", is_mine)
    waits = [s for s in needed if _mark(whole, s, agency) == "waiting"]
    if waits:
        word = _("Chờ %(step)s") % {"step": SHORT_STEPS[waits[0].step.code]}
        return Column(name, marks, "waiting", word, _sub(whole, agency, needed), is_mine)
    if all(mark == "done" for mark in marks):
        return Column(name, marks, "done", _("Xong"), _sub(whole, agency, needed), is_mine)
    return Column(name, marks, "not_yet", _("Chưa đến lượt"), _sub(whole, agency, needed), is_mine)


def _belongs(stand: StepStatus, agency: Agency) -> bool:
    code = stand.step.code
    if agency is Agency.YARD:
        return code in YARD_STEPS
    if agency is Agency.BOARD:
        return code in FEE_STEPS
    return code not in YARD_STEPS and agency in stand.step.agencies


def _column_name(agency: Agency) -> str:
    own = {Agency.YARD: _("Bãi và cân"), Agency.BOARD: _("Phí")}
    return own.get(agency) or words.of(words.SHORT_AGENCIES, agency)


def _mark(whole: Whole, stand: StepStatus, agency: Agency) -> str:
    code = stand.step.code
    if stand.done_at is not None or any(fact.actor.agency is agency for fact in stand.facts):
        return "done"
    if not stand.required:
        return "not_required"
    parties = {str(agency)} if agency not in (Agency.YARD, Agency.BOARD) else {str(p) for p in Party}
    waiting = any(step == code and party in parties for party, step, *_rest in whole.crossing.waits)
    return "waiting" if waiting else "not_yet"


def _sub(whole: Whole, agency: Agency, stands: list[StepStatus]) -> str:
    """The one figure that counts for this party: the channel, the weight, what is owed, or the last time."""
    state = whole.state
    if agency is Agency.CUSTOMS and state.channels and state.content:
        known = {state.channels[g.key] for g in state.content.groups if g.key in state.channels}
        if known:
            return ", ".join(words.of(words.CHANNELS, channel) for channel in sorted(known))
    if agency is Agency.YARD and state.weighed and isinstance(state.weighed.data, f.Weighed):
        return formats.weight(state.weighed.data.gross_kg, words.language())
    if agency is Agency.BOARD and state.charges:
        owed = sum(max(0, state.owes(order)) for order in Order)
        return formats.money(owed or sum(state.charged.values()), words.language())
    facts = [(fact.occurred_at, s.step.code) for s in stands for fact in s.facts if _said(fact, agency)]
    if not facts:
        return ""
    at, code = max(facts)
    return f"{SHORT_STEPS[code]} {_when(at)}" if len(stands) > 1 else _when(at)


def _said(fact: Fact, agency: Agency) -> bool:
    return agency in (Agency.YARD, Agency.BOARD) or fact.actor.agency is agency


def _when(moment: datetime) -> str:
    return formats.when(moment, words.language())


# --- whose clock ---------------------------------------------------------------------------------


def stretches(spans: Sequence[Span], *, runs: bool) -> list[Stretch]:
    """Neighbours of one party are one stretch."""
    found: list[Stretch] = []
    for span in spans:
        minutes = span.length.total_seconds() / 60
        label = words.of({**words.PARTIES, **words.SHORT_AGENCIES}, span.party)
        why = why_words(span.why)
        said = f"{words.of(words.PARTIES, span.party)}{f', {why}' if why else ''}: {minutes:.0f}"
        if found and found[-1].party == span.party:
            last = found[-1]
            found[-1] = replace(last, minutes=last.minutes + minutes, words=f"{last.words}; {said}")
        else:
            found.append(Stretch(str(span.party), label, minutes, False, said))
    if found and runs:
        found[-1] = replace(found[-1], is_now=True)
    return found


@dataclass(frozen=True, slots=True)
class Running:
    """Whose clock runs, since when it is for what it is for now; beside it, what that is, and the usual."""

    party: str
    since: datetime
    aside: str
    limit: int | None


def clock_now(whole: Whole, spans: Sequence[Span]) -> Running | None:
    """None for a crossing that is over or not yet here."""
    if not spans or has_ended(whole.state, whole.ref):
        return None
    last = spans[-1]
    found = usual.of_clock(whole.crossing.gate, whole.crossing.kind, last.party, last.why)
    aside = [part for part in (why_words(last.why), usual.in_words(found) if found else "") if part]
    return Running(
        words.of(words.PARTIES, last.party), last.begins, ", ".join(aside), found.limit if found else None
    )


# --- why not -------------------------------------------------------------------------------------

ICONS = {
    **refusals.OBJECTION_ICONS,
    "unknown_state": "help-hexagon",
    "overweight": "weight",
    "place_closed": "clock",
    **dict.fromkeys(refusals.OF_PAPERS, "file-text"),
    "identity_mismatch": "eye",
    "undeclared": "file-text",
}
TONES = {"hold_live": "held", "unpaid": "wait", "step_open": "wait", "unknown_state": "unk"}


def reason(objection: Objection, reader: Reader) -> Reason:
    mine = objection.code == Code.STEP_OPEN and str(objection.party) in {str(a) for a in reader.agencies}
    unpaid = objection.code == Code.UNPAID
    return Reason(
        sentence=refusals.objection_sentence(objection),
        detail=refusals.objection_where(objection),
        icon="hand-click" if mine else ICONS.get(objection.code, "ban"),
        tone="act" if mine else TONES.get(objection.code, "held"),
        mine=mine,
        whose=f"{words.of(words.PARTIES, objection.party)}." if unpaid else "",
    )


def heading(whole: Whole) -> str:
    leg = whole.answer.leg
    if has_ended(whole.state, whole.ref):
        return _("Lượt xe đã kết thúc")
    if leg is None:
        return _("Chưa được qua")
    return str(NOT_YET[leg.states])


# --- goods ---------------------------------------------------------------------------------------


def goods(whole: Whole) -> list[Goods]:
    content = whole.state.content
    counted = whole.state.kind is Kind.IMPORT_TRANSSHIPMENT
    return [
        Goods(
            group=group,
            index=index,
            channel=words.of(words.CHANNELS, whole.state.channels[group.key])
            if group.key in whole.state.channels
            else "",
            remaining=whole.state.remaining(index) if counted else None,
            company=short_company(group.owner_name),
        )
        for index, group in enumerate(content.groups if content else ())
    ]


@dataclass(frozen=True, slots=True)
class Receiver:
    id: UUID
    plate: str
    entered: bool
    packages: int


def receivers(whole: Whole) -> list[Receiver]:
    state = whole.state
    if state.kind is not Kind.IMPORT_TRANSSHIPMENT:
        return []
    given: dict[UUID, int] = {}
    for fact in state.transshipped:
        if isinstance(fact.data, f.Transshipped):
            given[fact.data.receiving] = given.get(fact.data.receiving, 0) + fact.data.packages
    return [
        Receiver(other, link.plate, state.receiving_entered.get(other, False), given.get(other, 0))
        for other, link in state.links.items()
    ]


def company_of(whole: Whole) -> str:
    declarant = whole.crossing.declarant
    found = (
        Organisation.objects.filter(pk=declarant).values_list("name", flat=True).first()
        if declarant
        else None
    )
    return found or ""


def every_more(whole: Whole, reader: Reader) -> list[Act]:
    """All that stands behind one button: what looks into the goods first."""
    return [
        *examination_acts(whole, reader), *more_acts(whole, reader), *unloading.unloading_acts(whole, reader),
        *special_acts(whole, reader),
        *paper_pages.paper_acts(whole, reader),
    ]  # fmt: skip


def shown(whole: Whole, reader: Reader) -> dict[str, Any]:
    """Everything that the page's template takes."""
    spans = whole.spans
    steps = steps_for(whole, reader) if reader.agencies else []
    running = clock_now(whole, spans)
    more = every_more(whole, reader) if reader.agencies else []
    told = happened(whole)
    return {
        "crossing": whole.crossing,
        "state": whole.state,
        "kind": words.of(words.KINDS, whole.crossing.kind),
        "stage": words.of(words.STAGES, whole.crossing.stage),
        "place": words.of(words.PLACES, whole.crossing.place),
        "company": company_of(whole),
        "columns": strip(whole, reader),
        "stretches": stretches(spans, runs=running is not None),
        "running": running,
        "wall": sum(span.length.total_seconds() for span in spans),
        "identities": seen(identities(whole, reader), told),
        "goods": goods(whole),
        "receivers": receivers(whole),
        "special": [
            *examination_dossier.lines(whole),
            *unloading.lines(whole),
            *special_dossier.lines(whole),
        ],
        "alerts": alerts.of_vehicle(whole.crossing.pk, reader.agencies),
        "papers": paper_pages.told_apart(whole),
        "permit": whole.answer.permit,
        "checkpoint": words.of(words.CHECKPOINTS, whole.answer.permit.checkpoint)
        if whole.answer.permit
        else "",
        "heading": heading(whole),
        "reasons": [reason(o, reader) for o in whole.answer.objections],
        "facts": told,
        "primary": steps[0] if steps else None,
        "hold": hold_act(whole, reader) if reader.agencies else None,
        "lift": lift_act(whole, reader) if reader.agencies else None,
        "undo": undo_act(whole, reader) if reader.agencies else None,
        "more": len(steps[1:]) + len(more),
        "acts": bool(reader.agencies),
    }
