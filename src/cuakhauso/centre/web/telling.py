"""A fact in words: what happened and who said it, with its look and its icon.

`TELLERS` has a teller for every kind of fact. A family of facts (`core/*_facts.py`) has its tellers in a file
of its own, as its fold has. Most are one sentence (`told.says`); a function tells what depends on the fact.
"""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cuakhauso.core import facts as f
from cuakhauso.core.facts import Fact
from cuakhauso.core.words import ActorKind

from . import formats
from .correction_telling import CORRECTIONS_TOLD
from .examination_telling import EXAMINATIONS_TOLD
from .goods_telling import GOODS_TOLD
from .paper_telling import PAPERS_TOLD
from .special_telling import SPECIALS_TOLD
from .told import Teller, Told, amount, look_of, order, says
from .words import (
    CHANNELS,
    CHECKPOINTS,
    DIRECTIONS,
    HOW_DISPOSED,
    PLACES,
    SHORT_AGENCIES,
    SOURCES,
    STEPS,
    SUBJECTS,
    language,
    of,
    reason_words,
)
from .yard_telling import YARDS_TOLD


def who(fact: Fact) -> str:
    """Who said it, as other readers see it: the agency and the name."""
    actor = fact.actor
    if actor.kind is ActorKind.PLATFORM:
        return of(SOURCES, "platform")
    agency = of(SHORT_AGENCIES, actor.agency) if actor.agency else ""
    return " · ".join(part for part in (agency, actor.name) if part)


def fact_told(fact: Fact) -> Told:
    """One fact in words."""
    return TELLERS[type(fact.data)](fact, fact.data)


def _declared(fact: Fact, data: f.Declared) -> Told:
    if data.version == 1:
        told = _now("Khai báo %(number)s") % {"number": data.number}
    else:
        told = _now("Sửa khai báo, bản %(version)s") % {"version": data.version}
    return Told(told, "done", "file-text")


def _weighed(fact: Fact, data: f.Weighed) -> Told:
    stable = _now("Cân được %(weight)s") if data.stable else _now("Cân chưa ổn định: %(weight)s")
    told = stable % {"weight": formats.weight(data.gross_kg, language())}
    return Told(told, "done" if data.stable else "unknown", "weight")


def _passed(fact: Fact, data: f.Passed) -> Told:
    told = _now("Qua %(checkpoint)s, %(direction)s") % {
        "checkpoint": of(CHECKPOINTS, data.at),
        "direction": of(DIRECTIONS, data.direction),
    }
    return Told(told, look_of(fact), "alert-triangle" if fact.irregular else "truck")


def _linked(fact: Fact, data: f.Linked) -> Told:
    source = data.role == "source"
    told = _now("Nhận hàng từ xe %(plate)s") if source else _now("Xe %(plate)s sẽ nhận hàng")
    return Told(told % {"plate": data.plate}, "done", "link")


def _receiving_entered(fact: Fact, data: f.ReceivingEntered) -> Told:
    if data.entered:
        return Told(_now("Xe nhận hàng đã vào"), "done", "truck")
    return Told(_now("Xe nhận hàng không còn được xác nhận vào"), "waiting", "truck")


def _goods_released(fact: Fact, data: f.GoodsReleased) -> Told:
    if data.released:
        return Told(_now("Hải quan cho hàng đi"), "done", "circle-check")
    return Told(_now("Hải quan rút lại cho hàng đi"), "held", "circle-check")


TELLERS: dict[type[f.Data], Teller] = {
    f.Declared: _declared,
    f.Withdrawn: says(_("Rút tờ khai"), "refused", "ban"),
    f.RegisteredUndeclared: says(_("Xe chưa khai báo, đưa vào bãi tạm"), "refused", "ban"),
    f.Queued: says(_("Vào hàng chờ"), "waiting", "clock-hour-4"),
    f.Called: says(_("Được gọi tới lượt"), "done", "circle-check"),
    f.Arrived: says(_("Tới: %(place)s"), "done", "truck", place=lambda data: of(PLACES, data.place)),
    f.Confirmed: says(
        _("%(agency)s xác nhận: %(step)s"), "done", "circle-check", step=lambda data: of(STEPS, data.step)
    ),
    f.ChannelSet: says(
        _("Hải quan phân %(channel)s cho tờ khai %(number)s"), "done", "circle-check",
        channel=lambda data: of(CHANNELS, data.channel), number=lambda data: data.customs_number,
    ),
    f.Held: says(
        _("%(agency)s giữ xe: %(reason)s"), "held", "hand-stop", reason=lambda data: reason_words(data.reason)
    ),
    f.Lifted: says(_("%(agency)s bỏ giữ"), "done", "circle-check"),
    f.Weighed: _weighed,
    f.Identified: says(
        _("Đọc %(subject)s: %(value)s"), "done", "scan",
        subject=lambda data: of(SUBJECTS, data.subject), value=lambda data: data.painted,
    ),
    f.Settled: says(_("%(agency)s đã xem và xử lý"), "done", "eye"),
    f.Passed: _passed,
    f.Transshipped: says(_("Sang tải %(packages)s kiện sang xe %(plate)s"), "done", "arrows-exchange"),
    f.Received: says(_("Nhận %(packages)s kiện từ xe %(plate)s"), "done", "arrows-exchange"),
    f.Linked: _linked,
    f.ReceivingEntered: _receiving_entered,
    f.GoodsReleased: _goods_released,
    f.Disposed: says(
        _("Hải quan: %(packages)s kiện %(how)s"), "done", "package",
        how=lambda data: of(HOW_DISPOSED, data.how),
    ),
    f.Charged: says(_("Tính %(order)s %(amount)s"), "waiting", "cash", order=order, amount=amount),
    f.Paid: says(_("Đã nộp %(order)s %(amount)s"), "done", "cash", order=order, amount=amount),
    f.RefundAsked: says(
        _("Đề nghị hoàn %(order)s %(amount)s"), "waiting", "cash", order=order, amount=amount
    ),
    f.Refunded: says(_("Đã hoàn %(order)s %(amount)s"), "done", "cash", order=order, amount=amount),
    f.CorrectionAsked: says(_("%(agency)s yêu cầu sửa khai báo"), "waiting", "edit"),
    f.OutageBegan: says(_("Sự cố: %(what)s"), "unknown", "help-hexagon"),
    f.OutageEnded: says(_("Hết sự cố: %(what)s"), "done", "circle-check"),
    f.OpenedAgainst: says(
        _("Mở barie dù còn lý do phản đối tại %(checkpoint)s"), "irregular", "alert-triangle",
        checkpoint=lambda data: of(CHECKPOINTS, data.at),
    ),
    f.StruckOff: says(_("%(agency)s gạch tên xe"), "refused", "ban"),
    f.Undone: says(_("%(agency)s hoàn tác"), "waiting", "arrow-back-up"),
    **SPECIALS_TOLD,
    **CORRECTIONS_TOLD,
    **EXAMINATIONS_TOLD,
    **YARDS_TOLD,
    **PAPERS_TOLD,
    **GOODS_TOLD,
}  # fmt: skip
