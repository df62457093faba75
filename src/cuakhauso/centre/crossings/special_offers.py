"""Buttons for what is out of the ordinary: drawn by the rules that guard the acts."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cuakhauso.core import special_decisions as sd
from cuakhauso.core.decisions import Transfer
from cuakhauso.core.regimes import leg_of
from cuakhauso.core.seals import seals_on
from cuakhauso.core.standing import has_ended
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import Agency

from ..web import telling
from .offers import Act, Reader, case_for, told
from .queries import Whole


def special_acts(whole: Whole, reader: Reader) -> Iterator[Act]:
    """What this reader's agencies may do; nothing is offered that this vehicle can never need."""
    over = has_ended(whole.state, whole.ref)
    if Agency.CUSTOMS in reader.agencies and whole.state.content and not over:
        yield from _seals(whole, reader)
    if not over and whole.state.content:
        yield from _turning(whole, reader)
    if Agency.BORDER_GUARD in reader.agencies and StepCode.HANDED_OVER in whole.ref.health_steps and not over:
        against = sd.against_handing_over(case_for(whole, reader, Agency.BORDER_GUARD))
        yield Act(
            _("Giao lái xe chuyên trách"), icon="steering-wheel", sub=_("chế độ y tế"), sheet="hand-over",
            reasons=told(against),
        )  # fmt: skip
    yield from _stores(whole, reader)


def _seals(whole: Whole, reader: Reader) -> Iterator[Act]:
    on = seals_on(whole.state)
    if on or leg_of(whole.state.content):
        yield Act(_("Niêm phong"), icon="lock", sub=_("ghi chì vừa lắp"), sheet="seal")
    if on:
        shown = ", ".join(on)
        yield Act(_("Kiểm tra chì"), icon="eye", sub=shown, sheet="check-seal")
        yield Act(_("Mở chì"), icon="lock-open", sub=_("ghi rõ vì sao"), sheet="break-seal")


def _turning(whole: Whole, reader: Reader) -> Iterator[Act]:
    agency = next((a for a in sd.TURNERS if a in reader.agencies), None)
    if agency is None:
        return
    case, asked = case_for(whole, reader, agency), whole.state.turn_asked
    against = told(sd.against_turning(case, "x"))
    sub = telling.fact_told(asked).words if asked else _("xe về theo đường đã tới")
    yield Act(_("Cho quay đầu"), icon="arrow-back-up", sub=sub, sheet="turn", reasons=against)
    yield Act(
        _("Chuyển cửa khẩu"), icon="road", sub=_("giữ tờ khai, đi tiếp ở cửa khẩu khác"), sheet="move",
        reasons=against,
    )  # fmt: skip
    if asked is not None and agency in sd.ANSWERERS:
        refusing = told(sd.against_refusing_to_turn(case, "x"))
        yield Act(_("Không cho quay đầu"), icon="ban", sub=asked.note, sheet="refuse-turn", reasons=refusing)


def _stores(whole: Whole, reader: Reader) -> Iterator[Act]:
    content = whole.state.announced
    agency = next((a for a in sd.MOVERS if a in reader.agencies), None)
    groups = [i for i in range(len(content.groups)) if whole.state.stored(i)] if content else []
    if agency is None or not groups:
        return
    receiving = next(iter(whole.state.receiving_entered), whole.crossing.pk)
    case = case_for(whole, reader, agency)
    against = sd.against_taking_out(case, Transfer(groups[0], 1, receiving))
    stored = _("%(count)s kiện trong kho") % {"count": sum(whole.state.stored(i) for i in groups)}
    yield Act(_("Lấy hàng trong kho"), icon="package", sub=stored, sheet="take-out", reasons=told(against))
