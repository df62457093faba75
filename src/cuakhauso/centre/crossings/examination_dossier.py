"""What a crossing's page says of the looks into the goods: a line for each that waits, and for each word."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from cuakhauso.core import facts as f
from cuakhauso.core.examination_fold import LOOKS
from cuakhauso.core.examinations import (
    asked_anew,
    keys,
    open_at_customs,
    samples_out,
    to_treat,
    treated_until,
)
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import Agency

from ..web import formats, refusals, telling, words
from .queries import Whole
from .short import lowered
from .special_dossier import Line


def lines(whole: Whole) -> list[Line]:
    looks = (line for agency in LOOKS for line in _looks(whole, agency))
    return [*_again(whole), *_customs(whole), *looks, *_lots(whole)]


def _when(moment: datetime) -> str:
    return formats.when(moment, words.language())


def _again(whole: Whole) -> Iterator[Line]:
    """A clearance that does not count any more, and since what."""
    if anew := asked_anew(whole.state, StepCode.CUSTOMS_CLEARED, Agency.CUSTOMS):
        told = {
            "said": _when(anew.word.occurred_at),
            "cause": lowered(telling.fact_told(anew.cause).words),
            "since": _when(anew.cause.occurred_at),
        }
        said = _("lời lúc %(said)s không còn tính: %(cause)s (%(since)s). Hải quan phải xác nhận lại") % told
        yield Line(words.of(words.STEPS, StepCode.CUSTOMS_CLEARED), said, "c-wait")


def _customs(whole: Whole) -> Iterator[Line]:
    """What customs has still to do with each declaration, and what it has found."""
    for code, number in open_at_customs(whole.state):
        look = "c-held" if code in ("examination_deviates", "examination_refused") else "c-wait"
        yield Line(f"{_('TK')} {number}", words.of(refusals.SHORT_LOOKS, code), look)
    for key in keys(whole.state):
        fact = whole.state.examined.get(key)
        if fact is not None and isinstance(fact.data, f.Examined):
            told = {"how": words.of(words.HOWS, fact.data.how), "time": _when(fact.occurred_at)}
            said = f"{_('%(how)s lúc %(time)s') % told}: {words.of(words.FINDINGS, fact.data.finding)}"
            yield Line(f"{_('Kiểm tra')} {key}", said + (f" “{fact.note}”" if fact.note else ""))


def _looks(whole: Whole, agency: Agency) -> Iterator[Line]:
    name = words.of(words.SHORT_AGENCIES, agency)
    asked = whole.state.requested.get(agency)
    if asked is not None:
        yield Line(name, f"{telling.fact_told(asked).words} “{asked.note}”")
    elif chapters := _chapters(whole, agency):
        told = {"lines": ", ".join(chapters)}
        yield Line(name, _("phải kiểm dịch theo chương HS: %(lines)s") % told)
    for sample in samples_out(whole.state, agency):
        if isinstance(sample.data, f.Sampled):
            told = {"number": sample.data.number, "time": _when(sample.occurred_at)}
            yield Line(name, _("mẫu %(number)s từ %(time)s, chờ kết quả") % told, "c-wait")
    if to_treat(whole.state, agency):
        yield Line(name, _("phải xử lý, chờ doanh nghiệp"), "c-wait")
    until = treated_until(whole.state, agency)
    if until is not None and until > whole.at:
        yield Line(name, _("đang xử lý đến %(time)s") % {"time": _when(until)}, "c-wait")


def _chapters(whole: Whole, agency: Agency) -> list[str]:
    """The goods lines for which the table of HS chapters asks for this quarantine."""
    items = whole.state.content.items if whole.state.content else ()
    hit = [item for item in items if agency in whole.ref.quarantine.get(item.hs[:2], ())]
    return list(dict.fromkeys(f"{item.hs[:2]} ({item.name})" for item in hit))


def _lots(whole: Whole) -> Iterator[Line]:
    """Goods that are stored, and what is still to be unloaded where that is counted."""
    groups = whole.state.announced.groups if whole.state.announced else ()
    for index, group in enumerate(groups):
        if stored := whole.state.stored(index):
            told = {"count": stored, "all": group.packages}
            yield Line(
                group.customs_number or _("Trong kho"), _("%(count)s trong %(all)s kiện lưu kho") % told
            )
