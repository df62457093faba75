"""Looking into the goods in words. `telling.py` alone reads this."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cuakhauso.core import facts as f
from cuakhauso.core.facts import Fact

from . import formats
from .told import Teller, Told, agency_of, says
from .words import FINDINGS, HOWS, OFS, RESULTS, language, of

FOUND = {f.Finding.CONFORMS: "done", f.Finding.DEVIATES: "held", f.Finding.REFUSED: "refused"}
JUDGED = {f.Result.PASSED: "done", f.Result.TREAT: "waiting", f.Result.REFUSED: "refused"}


def _how(data: f.ExaminationOrdered | f.Examined) -> str:
    return f"{of(HOWS, data.how)} ({data.share} %)" if data.share else of(HOWS, data.how)


def _ordered(fact: Fact, data: f.ExaminationOrdered) -> Told:
    told = _now("Hải quan yêu cầu kiểm tra tờ khai %(number)s: %(how)s") % {
        "number": data.customs_number,
        "how": _how(data),
    }
    return Told(told + (f", {data.place}" if data.place else ""), "waiting", "search")


def _examined(fact: Fact, data: f.Examined) -> Told:
    told = _now("Hải quan kiểm tra tờ khai %(number)s, %(how)s: %(finding)s") % {
        "number": data.customs_number,
        "how": _how(data),
        "finding": of(FINDINGS, data.finding),
    }
    return Told(told + (f" ({data.officers})" if data.officers else ""), FOUND[data.finding], "eye")


def _judged(fact: Fact, data: f.Judged) -> Told:
    told = _now("%(agency)s, kết quả %(of)s: %(result)s") % {
        "agency": agency_of(fact),
        "of": " ".join(part for part in (of(OFS, data.of), data.sample) if part),
        "result": of(RESULTS, data.result),
    }
    paper = f", {data.certificate}" if data.certificate else ""
    until = f" ({formats.day(data.valid_to, language())})" if data.valid_to else ""
    return Told(told + paper + until, JUDGED[data.result], "circle-check")


def _treated(fact: Fact, data: f.Treated) -> Told:
    told = _now("Đã xử lý: %(method)s") % {"method": data.method}
    by = f", {data.by}" if data.by else ""
    time = formats.when(data.until, language()) if data.until else ""
    until = f", {_now('đến %(time)s') % {'time': time}}" if time else ""
    return Told(told + by + until, "waiting", "check")


def _sample(data: f.Sampled) -> str:
    return ", ".join(part for part in (data.what, data.where, data.laboratory) if part)


EXAMINATIONS_TOLD: dict[type[f.Data], Teller] = {
    f.ExaminationOrdered: _ordered,
    f.Examined: _examined,
    f.QuarantineRequested: says(_("%(agency)s yêu cầu kiểm dịch"), "waiting", "search"),
    f.Sampled: says(_("%(agency)s lấy mẫu %(number)s: %(what)s"), "waiting", "package", what=_sample),
    f.Judged: _judged,
    f.Treated: _treated,
}
