"""Who has the vehicle now, since when, and what is the business's own to do: the answer on top of its page.

Everything is read off `core.clock.whose` and `may_pass`; nothing is decided here. What is usual is said where
it is known (`usual.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from cuakhauso.core import facts as f
from cuakhauso.core.binding import stops
from cuakhauso.core.clock import Span, whose
from cuakhauso.core.examination_fold import LOOKS
from cuakhauso.core.examinations import to_treat, treated_until
from cuakhauso.core.facts import Fact
from cuakhauso.core.fold import State
from cuakhauso.core.papers import expires, papers
from cuakhauso.core.permit import Code, Objection
from cuakhauso.core.procedure import next_leg
from cuakhauso.core.progress import Stage, Wait, waits
from cuakhauso.core.reference import Reference
from cuakhauso.core.standing import ended_at
from cuakhauso.core.usual import Usual
from cuakhauso.core.words import Order, Party

from ...declarations import correcting_told
from ...web import formats, refusals, words
from .. import usual


@dataclass(frozen=True, slots=True)
class Now:
    """`status` is one of the nine; `since` is None where nothing is being waited for."""

    status: str
    pill: str
    title: str
    since: datetime | None = None
    why: str = ""
    usual: Usual | None = None

    @property
    def limit(self) -> int | None:
        return self.usual.limit if self.usual else None


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing that only the business can do. `link` names the page where it is done, if there is one,
    `more` where on it."""

    title: str
    detail: str
    icon: str
    link: str = ""
    more: str = ""


def now_of(state: State, ref: Reference, spans: Sequence[Span], at: datetime) -> Now:
    if over := _over(state, ref):
        return over
    if state.present_since is None:
        return _coming(state, ref, at)
    owner = whose(state, at, ref)
    since = spans[-1].begins if spans else None
    hold = next((h for h in state.live_holds), None)
    if owner.why.startswith("hold:") and hold is not None:
        found = _held(hold, since)
    else:
        found = _waiting(owner.party, owner.why, state, ref, at, since)
    return replace(found, usual=usual.of_clock(state.gate, state.kind or "", owner.party, owner.why))


def _over(state: State, ref: Reference) -> Now | None:
    if state.struck_off is not None:
        pill = words.of(words.STAGES, "struck_off")
        return Now("refused", pill, _("Xe đã bị gạch tên"), why=state.struck_off.note)
    if state.withdrawn and state.present_since is None:
        return Now("refused", _("Đã rút"), _("Tờ khai đã rút"))
    if state.turned is not None and ended_at(state, ref):
        pill = words.of(words.STAGES, "turned_around")
        return Now("refused", pill, _("Xe đã quay đầu"), why=state.turned.note)
    if ended := ended_at(state, ref):
        pill = _("Xong %(time)s") % {"time": _when(ended)}
        taken = ended - state.present_since if state.present_since else None
        why = _("Tất cả mất %(time)s.") % {"time": _long(taken)} if taken else ""
        return Now("done", pill, words.of(words.STAGES, "ended"), why=why)
    return None


def _coming(state: State, ref: Reference, at: datetime) -> Now:
    """Not here yet: what the registration waits for, and when the vehicle is expected."""
    content = state.content
    expected = content.expected_at if content else None
    why = _("Dự kiến đến %(time)s.") % {"time": _when(expected)} if expected else ""
    first = next(iter(waits(state, ref)), None)
    if state.corrections:
        return _correction(state, state.corrections[-1].occurred_at)
    if first is not None:
        known = _usual_before_it_comes(state, ref, first, at)
        return Now("waiting", _("Đang chờ"), _step(first.party, first.step), first.since, why, known)
    if content is None:
        return Now("mine", _("Việc của anh chị"), _("Chờ anh chị khai báo"))
    return Now("not_yet", words.of(words.STAGES, "coming"), _("Xe chưa tới cửa khẩu"), why=why)


def _usual_before_it_comes(state: State, ref: Reference, wait: Wait, at: datetime) -> Usual | None:
    if usual.over_closing(state, ref, wait.since, at):
        return None
    return usual.of_step(state.gate, state.kind or "", wait.party, wait.step, Stage.COMING)


def _held(hold: Fact, since: datetime | None) -> Now:
    data = hold.data
    assert isinstance(data, f.Held)
    party = words.of(words.PARTIES, hold.actor.agency or Party.SYSTEM)
    said = [_("Lý do: %(reason)s.") % {"reason": words.reason_words(data.reason)}]
    said += [text.rstrip(".") + "." for text in (hold.note, data.to_do) if text]
    if data.report_to:
        said.append(_("Báo tại: %(place)s.") % {"place": words.of(words.PLACES, data.report_to)})
    if data.minutes:
        done = hold.occurred_at + timedelta(minutes=data.minutes)
        said.append(_("Dự kiến xong %(time)s.") % {"time": _when(done)})
    return Now("held", _("Đang giữ"), _("%(party)s đang giữ xe") % {"party": party}, since, " ".join(said))


def _waiting(
    party: Party, why: str, state: State, ref: Reference, at: datetime, since: datetime | None
) -> Now:
    name, mine = words.of(words.PARTIES, party), _("Việc của anh chị")
    match party, why:
        case Party.BUSINESS, "paid":
            return Now("mine", mine, _("Chờ anh chị nộp phí"), since)
        case Party.BUSINESS, "correction":
            return _correction(state, since)
        case Party.BUSINESS, "declaration":
            return Now("mine", mine, _("Chờ anh chị khai báo"), since)
        case Party.BUSINESS, step if step in LOOKS.values():
            return _treatment(state, step, since)
        case Party.BUSINESS, _:
            return Now("mine", mine, _("Chờ anh chị bổ sung giấy tờ"), since)
        case Party.DRIVER, _:
            leg = next_leg(state)
            place = words.of(words.CHECKPOINTS, leg.at) if leg else ""
            return Now("waiting", _("Được đi tiếp"), _("Chờ tài xế tới: %(place)s") % {"place": place}, since)
        case ((Party.CLOSED_HOURS | Party.OTHER_SIDE), _):
            opens = ref.calendar.opens_next(at)
            again = _("Mở lại %(time)s.") % {"time": _when(opens)} if opens else ""
            return Now("waiting", name, _("Cửa khẩu đang đóng"), since, again)
        case Party.QUEUE, _:
            return Now("waiting", name, _("Xe đang xếp hàng, chưa được gọi"), since)
        case Party.SYSTEM, _:
            return Now("unknown", name, _("Đang có sự cố: %(what)s") % {"what": why}, since)
        case Party.UNATTRIBUTED, _:
            return Now("unknown", name, _("Chưa rõ xe đang chờ ai"), since)
        case Party.BOARD, "charge":
            return Now("waiting", _("Đang chờ"), _("Chờ Ban Quản lý tính phí"), since)
    return Now("waiting", _("Đang chờ"), _step(party, why), since)


def _correction(state: State, since: datetime | None) -> Now:
    note = state.corrections[-1].note if state.corrections else ""
    return Now("mine", _("Việc của anh chị"), _("Chờ anh chị sửa khai báo"), since, note)


def _treatment(state: State, step: str, since: datetime | None) -> Now:
    """What is to be treated, in the words of the agency that asked; then until when it takes."""
    agency = next(agency for agency, code in LOOKS.items() if code == step)
    told = [fact.note for fact in to_treat(state, agency)]
    until = treated_until(state, agency)
    if not told and until:
        told = [_("Đang xử lý đến %(time)s, rồi cơ quan xem lại.") % {"time": _when(until)}]
    name = words.of(words.AGENCIES, agency)
    title = _("Chờ anh chị xử lý theo yêu cầu của %(agency)s") % {"agency": name}
    return Now("mine", _("Việc của anh chị"), title, since, " ".join(told))


def _step(party: Party, step: str) -> str:
    said = {"party": words.of(words.PARTIES, party), "step": words.of(words.STEPS, step)}
    return _("Chờ %(party)s: %(step)s") % {**said, "step": said["step"][:1].lower() + said["step"][1:]}


def todo(state: State, ref: Reference, at: datetime) -> Iterator[ToDo]:
    """What is the business's own to do, the most urgent first."""
    if ended_at(state, ref) is not None:
        return
    yield from _corrections(state)
    for thing, _pair in stops(state):
        said = {"subject": words.of(words.SUBJECTS, thing.subject), "value": thing.value}
        title = _("Trùng với tờ khai khác: %(subject)s %(value)s") % said
        detail = _("Sửa tờ khai nào khai nhầm, hoặc hỏi cán bộ tại cửa khẩu.")
        yield ToDo(title, detail, "edit", "declaration_correct")
    for agency in LOOKS:
        for asked in to_treat(state, agency):
            who = words.of(words.AGENCIES, agency)
            yield ToDo(_("Xử lý hàng hoặc xe theo yêu cầu"), f"{who}: {asked.note}", "microscope")
    yield from _papers(state, ref, at)
    for order in Order:
        if (owed := state.owes(order)) > 0:
            said = {"order": words.of(words.ORDERS, order), "amount": formats.money(owed, words.language())}
            detail = _("Nộp tại bàn thu phí, đọc số %(number)s.") % {"number": state.number}
            yield ToDo(_("Nộp %(order)s %(amount)s") % said, detail, "cash")


def _corrections(state: State) -> Iterator[ToDo]:
    """Each request with the fields that are still to be corrected; what waits for a yes is nobody's here."""
    for one in correcting_told.requests(state):
        if one.waits:
            continue
        title = (
            _("Sửa nốt phần còn lại của yêu cầu")
            if one.is_partly_followed
            else _("Sửa khai báo theo yêu cầu")
        )
        fields = [
            _("%(field)s: hiện %(now)s, cán bộ đọc %(read)s")
            % {"field": line.label, "now": line.now, "read": line.read}
            if line.read
            else _("%(field)s: hiện %(now)s") % {"field": line.label, "now": line.now}
            for line in one.left
        ]
        detail = f"{one.by}: {'. '.join([one.words.rstrip('.'), *fields])}"
        more = f"?fill={one.id}#asked" if one.may_fill else "#asked"
        yield ToDo(title, detail, "edit", "declaration_correct", more)


def _papers(state: State, ref: Reference, at: datetime) -> Iterator[ToDo]:
    """Papers that stop the vehicle, or soon will, or that are missing."""
    for paper in papers(state, ref) if state.content else ():
        said = {"document": words.of(words.DOCUMENTS, paper.kind)}
        title = _("Gia hạn giấy tờ: %(document)s") % said
        if paper.has_run_out(at):
            yield _of_paper(title, _("Hết hạn. Xe sẽ không được qua chốt."))
        elif paper.is_bad and paper.looked:
            title = _("Giấy tờ chưa đạt: %(document)s") % said
            yield _of_paper(title, words.of(words.PAPERS_FOUND, paper.looked.look.found))
        elif paper.stops and not paper.is_there:
            title = _("Bổ sung giấy tờ: %(document)s") % said
            yield _of_paper(title, _("Chưa có thì xe chưa được rời bãi."))
        elif paper.ends_soon(at):
            until = {"day": formats.date(expires(paper.valid_to), words.language())} if paper.valid_to else {}
            yield _of_paper(title, _("Hết hạn trong 30 ngày, trước %(day)s.") % until)


def _of_paper(title: str, detail: str) -> ToDo:
    return ToDo(title, detail, "file-text", "declaration_correct")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason against passing, as `{% objections %}` draws it."""

    sentence: str
    detail: str
    icon: str
    tone: str
    mine: bool


TONES = {Code.HOLD_LIVE: "held", Code.STEP_OPEN: "wait", Code.UNPAID: "act", Code.UNKNOWN_STATE: "unk"}
ICONS = {
    **refusals.OBJECTION_ICONS,
    "unknown_state": "help-hexagon",
    **dict.fromkeys(refusals.OF_PAPERS, "file-text"),
    "place_closed": "clock",
}


def reasons(objections: Sequence[Objection]) -> list[Reason]:
    """Every reason, in the same words as on the officers' and the drivers' pages."""
    return [
        Reason(
            sentence=refusals.objection_sentence(o),
            detail=refusals.objection_where(o),
            icon=ICONS.get(o.code, "ban"),
            tone=next((tone for code, tone in TONES.items() if code == o.code), "held"),
            mine=o.party is Party.BUSINESS,
        )
        for o in objections
    ]


def _when(moment: datetime) -> str:
    return formats.when(moment, words.language())


def _long(length: timedelta) -> str:
    return formats.duration(length.total_seconds(), words.language())
