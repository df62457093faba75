"""Bays of a yard, and goods that change vehicles, in words. `telling.py` alone reads this."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cuakhauso.core import facts as f
from cuakhauso.core.facts import Fact

from .told import Teller, Told, look_of, says


def _parked(fact: Fact, data: f.Parked) -> Told:
    if not data.before:
        return Told(_now("Đỗ tại %(bay)s") % {"bay": data.bay}, look_of(fact), "parking")
    told = _now("Chuyển từ %(before)s sang %(bay)s") % {"before": data.before, "bay": data.bay}
    return Told(told, look_of(fact), "parking")


def _yard_gate_seen(fact: Fact, data: f.YardGateSeen) -> Told:
    out = data.direction == "out"
    told = _now("Bãi ghi xe ra cổng") if out else _now("Bãi ghi xe vào cổng")
    return Told(told, look_of(fact), "truck")


def _shared_out(data: f.TransferPlanned) -> int:
    return sum(share.packages for share in data.shares)


YARDS_TOLD: dict[type[f.Data], Teller] = {
    f.Parked: _parked,
    f.BayLeft: says(_("Trả chỗ %(bay)s"), "done", "parking"),
    f.BayKept: says(_("Giữ chỗ %(bay)s cho xe"), "waiting", "parking"),
    f.YardGateSeen: _yard_gate_seen,
    f.TransferPlanned: says(
        _("Chia %(count)s kiện cho các xe nhận"), "done", "clipboard-list", count=_shared_out
    ),
    f.TransferBegan: says(_("Bắt đầu sang tải sang xe %(plate)s"), "waiting", "arrows-exchange"),
}
