"""Buttons for looking into the goods: drawn by the rules that guard the acts."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cuakhauso.core import examination_decisions as xd
from cuakhauso.core import facts as f
from cuakhauso.core.examination_fold import LOOKS
from cuakhauso.core.examinations import keys, open_at_customs, samples_out, to_treat
from cuakhauso.core.standing import has_ended, is_required
from cuakhauso.core.words import Agency

from ..web import refusals, words
from .offers import Act, Reader, case_for, told
from .queries import Whole


def examination_acts(whole: Whole, reader: Reader) -> Iterator[Act]:
    """What this reader's agencies may look at; nothing is offered that this vehicle can never need."""
    if whole.state.content is None or has_ended(whole.state, whole.ref):
        return
    if Agency.CUSTOMS in reader.agencies and keys(whole.state):
        yield from _customs(whole, reader)
    for agency in LOOKS:
        if agency in reader.agencies:
            yield from _looks(whole, reader, agency)
    if Agency.YARD in reader.agencies:
        yield from (
            _treats(whole, reader, Agency.YARD, agency) for agency in LOOKS if to_treat(whole.state, agency)
        )


def _customs(whole: Whole, reader: Reader) -> Iterator[Act]:
    case, key = case_for(whole, reader, Agency.CUSTOMS), keys(whole.state)[0]
    asked = [
        f"{number}: {words.of(refusals.SHORT_LOOKS, code)}" for code, number in open_at_customs(whole.state)
    ]
    examining = xd.against_examining(case, key, f.Finding.CONFORMS, "x")
    yield Act(
        _("Ghi kết quả kiểm tra"), icon="eye", sub="; ".join(asked) or _("hồ sơ hoặc thực tế hàng hóa"),
        sheet="examine", reasons=told(examining),
    )  # fmt: skip
    yield Act(
        _("Yêu cầu kiểm tra hàng"), icon="search", sub=_("nơi, mức độ, vì sao"), sheet="order-examination",
        reasons=told(xd.against_ordering(case, key, "x")),
    )  # fmt: skip


def _looks(whole: Whole, reader: Reader, agency: Agency) -> Iterator[Act]:
    case, step = case_for(whole, reader, agency), LOOKS[agency]
    if not is_required(step, whole.state, whole.ref):
        if agency in xd.QUARANTINES:
            against = told(xd.against_requesting(case, "x"))
            sub = _("bảng chương HS không yêu cầu")
            yield Act(
                _("Yêu cầu kiểm dịch"), icon="search", sub=sub, sheet="request-quarantine", reasons=against
            )
        return
    out = [s.data.number for s in samples_out(whole.state, agency) if isinstance(s.data, f.Sampled)]
    sampling = told(xd.against_sampling(case, ""))
    judging = told(xd.against_judging(case, f.Result.REFUSED, f.Of.GOODS, "", "x"))
    waits = _("chờ mẫu %(numbers)s") % {"numbers": ", ".join(out)} if out else _("đạt, xử lý hoặc không đạt")
    yield Act(
        _("Ghi kết quả"),
        icon="clipboard-list",
        sub=waits,
        sheet="judge",
        query=f"agency={agency}",
        reasons=judging,
    )
    yield Act(
        _("Lấy mẫu"), icon="microscope", sub=_("số mẫu, nơi gửi"), sheet="sample", query=f"agency={agency}",
        reasons=sampling,
    )  # fmt: skip
    if to_treat(whole.state, agency):
        yield _treats(whole, reader, agency, agency)


def _treats(whole: Whole, reader: Reader, mine: Agency, agency: Agency) -> Act:
    against = xd.against_treating(case_for(whole, reader, mine), agency)
    sub = words.of(words.AGENCIES, agency)
    return Act(
        _("Ghi đã xử lý"),
        icon="check",
        sub=sub,
        sheet="treat",
        query=f"agency={agency}",
        reasons=told(against),
    )
