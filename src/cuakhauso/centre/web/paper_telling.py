"""Papers looked at, border guard's number and orders on the road in words. `telling.py` alone reads this."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cuakhauso.core import facts as f
from cuakhauso.core.facts import Fact

from .told import Teller, Told, agency_of, says
from .words import DOCUMENTS, ROAD_ORDERS, of, where_words


def _documents_checked(fact: Fact, data: f.DocumentsChecked) -> Told:
    agency = agency_of(fact)
    bad = [look for look in data.looks if look.found != "valid"]
    if bad:
        named = ", ".join(of(DOCUMENTS, look.document) for look in bad)
        told = _now("%(agency)s xem giấy tờ, chưa đạt: %(papers)s")
        return Told(told % {"agency": agency, "papers": named}, "held", "file-text")
    told = _now("%(agency)s đã xem %(count)s giấy tờ, hợp lệ")
    return Told(told % {"agency": agency, "count": len(data.looks)}, "done", "file-text")


def _order_and_where(data: f.RoadOrdered) -> str:
    return of(ROAD_ORDERS, data.code) + (f": {where_words(data.where)}" if data.where else "")


PAPERS_TOLD: dict[type[f.Data], Teller] = {
    f.DocumentsChecked: _documents_checked,
    f.BorderGuardNumbered: says(_("Biên phòng cấp số %(number)s"), "done", "file-text"),
    f.RoadOrdered: says(_("%(agency)s ra lệnh: %(order)s"), "waiting", "road", order=_order_and_where),
    f.RoadOrderSeen: says(_("Đã nhận lệnh trên đường"), "done", "circle-check"),
    f.RoadOrderEnded: says(_("%(agency)s rút lệnh trên đường"), "waiting", "road"),
}
