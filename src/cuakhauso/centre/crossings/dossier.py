"""What a crossing's page shows: the strip by agency, whose clock runs, what was read against what was
declared, why it may not pass, what happened, and the acts that its reader's agencies may do.

Drawn by the same functions that guard the acts; pages of the same agencies show the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core import identifiers as ids
from cuakhauso.core.clock import Span
from cuakhauso.core.declaration import GoodsGroup
from cuakhauso.core.facts import Actor, Fact
from cuakhauso.core.permit import Code, Objection
from cuakhauso.core.procedure import StepStatus, has_ended, procedure_of, status, statuses
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import ActorKind, Agency, Channel, Kind, Order, Party

from ..accounts.models import Organisation
from ..web import formats, words
from .queries import Whole
from .worklist import SHORT_STEPS, lowered, short_company, shown_value, why_words

S = StepCode
STOPPERS = (Agency.BORDER_GUARD, Agency.CUSTOMS)
NOT_YET = {
    S.ENTERED: gettext_lazy("Chưa được vào"),
    S.LEFT_YARD: gettext_lazy("Chưa được rời bãi"),
    S.LEFT_TO_OTHER_SIDE: gettext_lazy("Chưa được sang bên kia"),
    S.LEFT_ZONE: gettext_lazy("Chưa được ra khu"),
}
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
class Identity:
    """One thing to recognise: what was read, what was declared, whether they agree."""

    label: Words
    icon: str
    read: str
    how: str
    declared: str
    status: str
    words: Words
    subject: str = ""
    settles: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    sentence: str
    detail: str
    icon: str
    tone: str
    mine: bool
    whose: str


@dataclass(frozen=True, slots=True)
class Happened:
    id: UUID
    occurred: datetime
    recorded: datetime
    words: str
    source: str
    by: str
    tone: str


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


@dataclass(frozen=True, slots=True)
class Goods:
    group: GoodsGroup
    index: int
    channel: str
    remaining: int | None
    company: str


def case_for(whole: Whole, reader: Reader, agency: Agency) -> d.Case:
    posts = dict(reader.posts).get(agency, ())
    return d.Case(whole.state, Actor(kind=ActorKind.PERSON, id="", agency=agency), whole.at, whole.ref, posts)


def told(objections: Sequence[Objection]) -> tuple[str, ...]:
    return tuple(words.objection_sentence(o) for o in objections)


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


def clock_now(whole: Whole, spans: Sequence[Span]) -> tuple[str, str, datetime] | None:
    """Whose clock runs now, what for, and since when; none for a crossing that is over or not yet here."""
    if not spans or has_ended(whole.state, whole.ref):
        return None
    last = spans[-1]
    since = last.begins
    for span in reversed(spans):
        if span.party is not last.party:
            break
        since = span.begins
    return words.of(words.PARTIES, last.party), why_words(last.why), since


# --- identity ------------------------------------------------------------------------------------

SUBJECT_LABELS: dict[str, Words] = {
    "plate": gettext_lazy("Đầu kéo"),
    "trailer": gettext_lazy("Rơ moóc"),
    "container": gettext_lazy("Container"),
    "seal": gettext_lazy("Chì hải quan"),
}
SUBJECT_ICONS = {"plate": "truck", "trailer": "truck-loading", "container": "package", "seal": "lock"}


def identities(whole: Whole, reader: Reader) -> list[Identity]:
    content = whole.state.content
    if content is None:
        return _undeclared_identity(whole)
    vehicle = content.vehicle
    declared = [
        ("plate", (vehicle.plate.number,), (vehicle.plate.shown,)),
        ("trailer", tuple(t.number for t in vehicle.trailers), tuple(t.shown for t in vehicle.trailers)),
        ("container", vehicle.containers, tuple(ids.shown_container(c) for c in vehicle.containers)),
        ("seal", vehicle.seals, vehicle.seals),
    ]
    found = [
        _identity(whole, reader, subject, numbers, shown)
        for subject, numbers, shown in declared
        if numbers or subject in whole.state.read
    ]
    if content.driver:
        found.append(_driver(content.driver))
    return found


def _driver(name: str) -> Identity:
    return Identity(_("Tài xế"), "user", name, _("theo khai báo"), "", "not_yet", _("Xem giấy tờ"))


def _undeclared_identity(whole: Whole) -> list[Identity]:
    shown = whole.crossing.plate_shown
    return [
        Identity(
            _("Đầu kéo"), "truck", shown, _("cán bộ ghi"), "", "unknown", _("Chưa khai báo"), subject="plate"
        )
    ]


def _identity(
    whole: Whole, reader: Reader, subject: str, numbers: tuple[str, ...], shown: tuple[str, ...]
) -> Identity:
    fact = whole.state.read.get(subject)
    data = fact.data if fact else None
    value = data.value if isinstance(data, f.Identified) else ""
    agrees = value in numbers
    settled = (Code.IDENTITY_MISMATCH, subject) in whole.state.settled
    base = Identity(
        label=SUBJECT_LABELS[subject], icon=SUBJECT_ICONS[subject],
        read=shown[numbers.index(value)] if agrees else (shown_value(subject, value) or _("Chưa đọc được")),
        how=_how(fact), declared=", ".join(shown), status="unknown", words=_("Chưa rõ"), subject=subject,
    )  # fmt: skip
    if settled:
        return replace(base, status="done", words=_("Đã nhìn, đúng"))
    if agrees:
        return replace(base, status="done", words=_("Khớp"))
    against = _against_settling(whole, reader)
    status_, said = ("refused", _("Khác khai báo")) if value else ("unknown", _("Chưa rõ"))
    return replace(
        base, status=status_, words=said, settles=not against, why_not=told(against)[0] if against else ""
    )


def _how(fact: Fact | None) -> str:
    if fact is None or not isinstance(fact.data, f.Identified):
        return ""
    sure = f", {fact.data.confidence}\u00a0%" if fact.data.confidence is not None else ""
    return words.of(words.SOURCES, fact.source) + sure


def _against_settling(whole: Whole, reader: Reader) -> list[Objection]:
    agencies = [a for a in reader.agencies if a in STOPPERS] or list(reader.agencies[:1])
    if not agencies:
        return [Objection(d.Against.WRONG_AGENCY, Party.BORDER_GUARD)]
    return d.against_settling(case_for(whole, reader, agencies[0]), Code.IDENTITY_MISMATCH, "x")


# --- why not -------------------------------------------------------------------------------------

ICONS = {
    **words.OBJECTION_ICONS,
    "unknown_state": "help-hexagon",
    "overweight": "weight",
    "place_closed": "clock",
    "document_expired": "file-text",
    "identity_mismatch": "eye",
    "undeclared": "file-text",
}
TONES = {"hold_live": "held", "unpaid": "wait", "step_open": "wait", "unknown_state": "unk"}


def reason(objection: Objection, reader: Reader) -> Reason:
    mine = objection.code == Code.STEP_OPEN and str(objection.party) in {str(a) for a in reader.agencies}
    unpaid = objection.code == Code.UNPAID
    return Reason(
        sentence=words.objection_sentence(objection),
        detail=words.objection_where(objection),
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


# --- what happened -------------------------------------------------------------------------------


def happened(whole: Whole) -> list[Happened]:
    """Newest first; what was taken back stays, and says so."""
    void = f.voided(whole.facts)
    by_id = {fact.id: fact for fact in whole.facts}
    shown = [_happened(fact, fact.id in void, by_id) for fact in f.in_order(whole.facts)]
    return shown[::-1]


def _happened(fact: Fact, is_void: bool, by_id: dict[UUID, Fact]) -> Happened:
    said = words.fact_told(fact)
    text = said.words
    if fact.undoes in by_id:
        text = f"{text}: {lowered(words.fact_told(by_id[fact.undoes]).words)}"
    if fact.note:
        text = f"{text} “{fact.note}”"
    if is_void:
        text = f"{text} ({_('đã hoàn tác')})"
    if fact.irregular:
        text = f"{text} · {_('Trái quy định')}"
    tone = "none" if is_void else {"held": "held", "refused": "held", "irregular": "irr"}.get(said.look, "")
    return Happened(
        fact.id, fact.occurred_at, fact.recorded_at, text, words.of(words.SOURCES, fact.source),
        _by(fact), tone,
    )  # fmt: skip


UNNAMED = (f.Identified, f.Weighed, f.Arrived, f.Passed, f.Paid, f.Declared, f.Transshipped)


def _by(fact: Fact) -> str:
    """Who said it: the name, shortened; and the agency where the words do not say it."""
    if fact.actor.kind is ActorKind.PLATFORM:
        return ""
    agency = words.of(words.SHORT_AGENCIES, fact.actor.agency) if fact.actor.agency else ""
    shown = agency if isinstance(fact.data, UNNAMED) else ""
    return " · ".join(part for part in (shown, short_name(fact.actor.name)) if part)


def short_name(name: str) -> str:
    """Trần Minh An is Trần M. A. in lists."""
    first, *rest = name.split() or [""]
    return " ".join([first, *(f"{part[0]}." for part in rest)]) if len(rest) < 4 else name


# --- acts ----------------------------------------------------------------------------------------


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
    return lowered(words.fact_told(fact).words)


def more_acts(whole: Whole, reader: Reader) -> list[Act]:
    """What is needed more seldom: behind one button, each in its own sheet."""
    state, mine = whole.state, set(reader.agencies)
    over = has_ended(state, whole.ref)
    ended = (words.of(words.OBJECTIONS, "crossing_ended"),) if over else ()
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
    if whole.answer.objections and stopper:
        settles = [o for o in whole.answer.objections if o.code in (Code.OVERSTAY, Code.OVERWEIGHT)]
        found += [
            Act(
                _("Đã xem và xử lý"),
                icon="eye",
                sub=words.objection_sentence(o),
                sheet="settle",
                query=f"objection={o.code}",
            )
            for o in settles
        ]
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


CHANNELS = tuple(Channel)


def shown(whole: Whole, reader: Reader) -> dict[str, Any]:
    """Everything that the page's template takes."""
    spans = whole.spans
    steps = steps_for(whole, reader) if reader.agencies else []
    running = clock_now(whole, spans)
    more = more_acts(whole, reader) if reader.agencies else []
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
        "identities": identities(whole, reader),
        "goods": goods(whole),
        "receivers": receivers(whole),
        "permit": whole.answer.permit,
        "checkpoint": words.of(words.CHECKPOINTS, whole.answer.permit.checkpoint)
        if whole.answer.permit
        else "",
        "heading": heading(whole),
        "reasons": [reason(o, reader) for o in whole.answer.objections],
        "facts": happened(whole),
        "primary": steps[0] if steps else None,
        "hold": hold_act(whole, reader) if reader.agencies else None,
        "lift": lift_act(whole, reader) if reader.agencies else None,
        "undo": undo_act(whole, reader) if reader.agencies else None,
        "more": len(steps[1:]) + len(more),
        "acts": bool(reader.agencies),
    }
