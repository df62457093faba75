"""The buttons of a crossing's page: what its reader's agencies may do now, and why not the rest.

Drawn by the functions that guard the acts (`core.decisions`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core.facts import Actor, Fact
from cuakhauso.core.fold import State
from cuakhauso.core.permit import Code, Objection
from cuakhauso.core.procedure import procedure_of
from cuakhauso.core.reference import Reference
from cuakhauso.core.standing import StepStatus, has_ended, status
from cuakhauso.core.words import ActorKind, Agency, Kind

from ..web import formats, refusals, telling, words
from .queries import Whole
from .said import STOPPERS
from .short import lowered

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose page this is: agencies with their posts at this gate. Equal readers see the same page."""

    posts: tuple[tuple[Agency, tuple[str, ...]], ...]
    language: str

    @property
    def agencies(self) -> tuple[Agency, ...]:
        return tuple(agency for agency, _posts in self.posts)


@dataclass(frozen=True, slots=True)
class Act:
    """A button: what it says, what it does (a step at once, or a sheet), or why it may not be used."""

    label: Words
    kind: str = "line"
    icon: str = ""
    sub: Words = ""
    step: str = ""
    sheet: str = ""
    query: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def why_not(self) -> str:
        more = f" (+{len(self.reasons) - 1})" if len(self.reasons) > 1 else ""
        return self.reasons[0] + more if self.reasons else ""


def case_for(whole: Whole, reader: Reader, agency: Agency) -> d.Case:
    return case_of(whole.state, whole.at, whole.ref, reader, agency)


def case_of(state: State, at: datetime, ref: Reference, reader: Reader, agency: Agency) -> d.Case:
    posts = dict(reader.posts).get(agency, ())
    return d.Case(state, Actor(kind=ActorKind.PERSON, id="", agency=agency), at, ref, posts)


def told(objections: Sequence[Objection]) -> tuple[str, ...]:
    return tuple(refusals.objection_sentence(o) for o in objections)


def _when(moment: datetime) -> str:
    return formats.when(moment, words.language())


def steps_for(whole: Whole, reader: Reader) -> list[Act]:
    """What I could confirm, what is ready first; each with the reasons against it."""
    ready = {(party, step) for party, step, *_rest in whole.crossing.waits}
    found = []
    for stand in _offered(whole):
        for agency in stand.step.agencies:
            if agency not in reader.agencies or not _open_for(stand, agency):
                continue
            against = d.against_confirming(case_for(whole, reader, agency), stand.step.code)
            is_ready = (str(agency), str(stand.step.code)) in ready
            if not stand.required and against:
                continue
            found.append((not is_ready, not stand.required, bool(against), _step_act(stand, agency, against)))
    return [act for *_order, act in sorted(found, key=lambda row: row[:3])]


def _offered(whole: Whole) -> Iterator[StepStatus]:
    procedure = procedure_of(whole.state)
    for code in procedure.steps if procedure else ():
        stand = status(code, whole.state, whole.ref)
        if stand.step.by_hand:
            yield stand


def _open_for(stand: StepStatus, agency: Agency) -> bool:
    if any(fact.actor.agency is agency for fact in stand.facts):
        return False
    return stand.done_at is None or not stand.required


def _step_act(stand: StepStatus, agency: Agency, against: list[Objection]) -> Act:
    code = stand.step.code
    return Act(
        label=words.of(words.STEP_BUTTONS, code),
        kind="main",
        icon="check",
        sub=f"{lowered(words.of(words.STEPS, code))}, {words.of(words.AGENCIES, agency)}",
        step=code,
        reasons=told(against),
    )


def hold_act(whole: Whole, reader: Reader) -> Act:
    agency = reader.agencies[0]
    against = d.against_holding(case_for(whole, reader, agency), "x")
    return Act(_("Giữ xe"), "hold", "hand-stop", _("chọn lý do"), sheet="hold", reasons=told(against))


def lift_act(whole: Whole, reader: Reader) -> Act | None:
    """The hold of mine; of others, why I cannot. None where nothing is held."""
    holds = whole.state.live_holds
    if not holds:
        return None
    mine = [h for h in holds if h.actor.agency in reader.agencies]
    chosen = (mine or holds)[0]
    agency = chosen.actor.agency if mine and chosen.actor.agency else reader.agencies[0]
    against = d.against_lifting(case_for(whole, reader, agency), chosen.id, "x")
    data = chosen.data
    sub = words.reason_words(data.reason) if isinstance(data, f.Held) else ""
    return Act(
        _("Bỏ giữ"),
        "line",
        "lock-open",
        lowered(sub),
        sheet="lift",
        query=f"hold={chosen.id}",
        reasons=told(against),
    )


def undo_act(whole: Whole, reader: Reader) -> Act | None:
    """The last thing that my agency said and may take back."""
    facts = list(whole.facts)
    for fact in reversed(f.in_order(facts)):
        agency = fact.actor.agency
        if agency is None or agency not in reader.agencies:
            continue
        if not isinstance(fact.data, d.UNDOABLE) or fact.id in f.voided(facts):
            continue
        # Whose organisation said it is judged by the act itself; here the agency's own words count.
        case = replace_organisation(case_for(whole, reader, agency), fact.actor.organisation)
        if d.against_undoing(case, facts, fact.id, "x"):
            return None
        sub = f"{_subject_of(fact)} {_when(fact.occurred_at)}"
        return Act(_("Hoàn tác"), "line", "arrow-back-up", sub, sheet="undo", query=f"fact={fact.id}")
    return None


def replace_organisation(case: d.Case, organisation: str) -> d.Case:
    actor = Actor(kind=case.actor.kind, id=case.actor.id, agency=case.actor.agency, organisation=organisation)
    return d.Case(case.state, actor, case.at, case.ref, case.posts)


def _subject_of(fact: Fact) -> str:
    if isinstance(fact.data, f.Confirmed):
        return lowered(words.of(words.STEPS, fact.data.step))
    return lowered(telling.fact_told(fact).words)


def more_acts(whole: Whole, reader: Reader) -> list[Act]:
    """What is needed more seldom: behind one button, each in its own sheet."""
    state, mine = whole.state, set(reader.agencies)
    over = has_ended(state, whole.ref)
    ended = (words.of(refusals.OBJECTIONS, "crossing_ended"),) if over else ()
    stopper = bool(mine & set(STOPPERS))
    found: list[Act] = []
    if state.present_since is None and not over:
        found.append(Act(_("Xe đã tới"), icon="truck", sub=_("ghi giờ tới cửa khẩu"), sheet="arrive"))
    if Agency.CUSTOMS in mine and state.content and any(g.key for g in state.content.groups):
        found.append(
            Act(_("Phân luồng"), icon="list", sub=_("từng tờ khai hải quan"), sheet="channel", reasons=ended)
        )
    found.append(Act(_("Ghi biển, container, chì"), icon="scan", sub=_("đọc bằng mắt"), sheet="identify"))
    if not state.weighed or Agency.YARD in mine or stopper:
        found.append(Act(_("Ghi số cân"), icon="weight", sub=_("nơi không có cân tự động"), sheet="weigh"))
    if state.kind is Kind.IMPORT_TRANSSHIPMENT and mine & {Agency.YARD, Agency.CUSTOMS}:
        found.append(_transship_act(whole, reader))
        if Agency.CUSTOMS in mine:
            found.append(
                Act(
                    _("Lưu kho, trả lại"),
                    icon="package",
                    sub=_("hàng không sang tải"),
                    sheet="dispose",
                    reasons=ended,
                )
            )
    if stopper:
        found += _settle_acts(whole, reader)
    if state.content is not None and not over:
        found.append(
            Act(
                _("Yêu cầu sửa khai báo"),
                icon="edit",
                sub=_("doanh nghiệp sửa trực tuyến"),
                sheet="correction",
            )
        )
    if stopper:
        found.append(
            Act(_("Gạch tên xe"), icon="ban", sub=_("xe không qua nữa"), sheet="strike", reasons=ended)
        )
    return found


def _settle_acts(whole: Whole, reader: Reader) -> Iterator[Act]:
    """What stands against it and may be settled; identities are settled where they are shown."""
    for objection in whole.answer.objections:
        if objection.code not in d.SETTLED_BY or objection.code == Code.IDENTITY_MISMATCH:
            continue
        agency = next((a for a in d.SETTLED_BY[objection.code] if a in reader.agencies), reader.agencies[0])
        against = d.against_settling(case_for(whole, reader, agency), objection.code, "x")
        yield Act(
            _("Đã xem và xử lý"),
            icon="eye",
            sub=refusals.objection_sentence(objection),
            sheet="settle",
            query=f"objection={objection.code}&subject={objection.details.get('subject', '')}",
            reasons=told(against),
        )


def _transship_act(whole: Whole, reader: Reader) -> Act:
    state = whole.state
    agency = Agency.YARD if Agency.YARD in reader.agencies else Agency.CUSTOMS
    case = case_for(whole, reader, agency)
    left = (
        next((i for i in range(len(state.content.groups)) if state.remaining(i) > 0), 0)
        if state.content
        else 0
    )
    receiving = next((link for link, entered in state.receiving_entered.items() if entered), None)
    receiving = receiving or next(iter(state.links), UUID(int=0))
    against = d.against_transshipping(case, d.Transfer(left, 1, receiving))
    return Act(
        _("Sang tải"),
        icon="arrows-exchange",
        sub=_("sang xe nhận hàng"),
        sheet="transship",
        reasons=told(against),
    )
