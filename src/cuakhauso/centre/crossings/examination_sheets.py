"""The sheets of looking into the goods, as in `sheets.py`: what each asks, with its quick answers."""

from collections.abc import Callable
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cuakhauso.core import facts as f
from cuakhauso.core.examination_fold import LOOKS
from cuakhauso.core.examinations import keys, open_at_customs, samples_out, to_treat
from cuakhauso.core.fold import State
from cuakhauso.core.words import Agency, Channel

from ..web import refusals, words
from .offers import Reader
from .queries import Whole

Words = str | Promise
Shown = Callable[[Whole, Reader, QueryDict], dict[str, Any]]

EXAMINATION_NAMES: dict[str, Words] = {
    "order-examination": gettext_lazy("Yêu cầu kiểm tra hàng: vì sao"),
    "examine": gettext_lazy("Kết quả kiểm tra hải quan"),
    "request-quarantine": gettext_lazy("Yêu cầu kiểm dịch: vì sao"),
    "sample": gettext_lazy("Lấy mẫu"),
    "judge": gettext_lazy("Kết quả kiểm tra"),
    "treat": gettext_lazy("Ghi đã xử lý"),
}
ORDER_REASONS = (
    gettext_lazy("Theo phân luồng đỏ"),
    gettext_lazy("Thông tin nghiệp vụ"),
    gettext_lazy("Khác biệt giữa hồ sơ và hàng"),
)
REQUEST_REASONS = (gettext_lazy("Bao bì, gỗ kê"), gettext_lazy("Nghi có sinh vật gây hại"))
METHODS = (gettext_lazy("Hun trùng"), gettext_lazy("Khử trùng"), gettext_lazy("Loại bỏ phần không đạt"))
# (A) With a channel goes the look that it asks for; another one may be chosen.
BY_CHANNEL = {Channel.RED: f.How.FULL, Channel.YELLOW: f.How.PAPERS}


def _numbers(state: State) -> list[tuple[str, str]]:
    """What customs has still to look at comes first, with why."""
    asked = {number: words.of(refusals.SHORT_LOOKS, code) for code, number in open_at_customs(state)}
    told = [(key, " · ".join(part for part in (key, asked.get(key, "")) if part)) for key in keys(state)]
    return sorted(told, key=lambda row: row[0] not in asked)


def _order(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    hows = [(str(how), words.of(words.HOWS, how)) for how in f.How]
    return {"numbers": _numbers(whole.state), "hows": hows, "how": str(f.How.FULL), "quick": ORDER_REASONS}


def _examine(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    shown = _order(whole, reader, given)
    first = shown["numbers"][0][0] if shown["numbers"] else ""
    return {**shown, "how": str(_wanted(whole.state, first)), "quick": (), "photographed": True}


def _wanted(state: State, key: str) -> f.How:
    order = state.ordered[key].data if key in state.ordered else None
    if isinstance(order, f.ExaminationOrdered):
        return order.how
    return BY_CHANNEL.get(state.channels.get(key, Channel.GREEN), f.How.PAPERS)


def _request(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    return {"quick": REQUEST_REASONS}


def _agency(given: QueryDict, reader: Reader) -> Agency:
    mine = [agency for agency in LOOKS if agency in reader.agencies]
    asked = given.get("agency", "")
    return Agency(asked) if asked in LOOKS else (mine or [Agency.PLANT_QUARANTINE])[0]


def _looked(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    agency = _agency(given, reader)
    of = (f.Of.DRIVER, f.Of.VEHICLE) if agency is Agency.HEALTH else (f.Of.GOODS,)
    out = [s.data.number for s in samples_out(whole.state, agency) if isinstance(s.data, f.Sampled)]
    return {
        "ofs": [(str(one), words.of(words.OFS, one)) for one in of],
        "samples": [(number, number) for number in out] + ([("", _("Mọi mẫu"))] if len(out) > 1 else []),
        "results": [(str(r), words.of(words.RESULTS, r)) for r in f.Result],
        "what": words.of(words.AGENCIES, agency),
    }


def _treat(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    agency = _agency(given, reader)
    of = [fact.data.of for fact in to_treat(whole.state, agency) if isinstance(fact.data, f.Judged)]
    return {
        "methods": METHODS,
        "hidden": {"agency": str(agency), "of": str(of[0]) if of else ""},
        "what": words.of(words.AGENCIES, agency),
    }


EXAMINATION_SHOWN: dict[str, Shown] = {
    "order-examination": _order,
    "examine": _examine,
    "request-quarantine": _request,
    "sample": _looked,
    "judge": _looked,
    "treat": _treat,
}
