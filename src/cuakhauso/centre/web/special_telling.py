"""In words what most vehicles never have: seals, turning around, another gate, the two legs of a regime.
`telling.py` alone reads this."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cuakhauso.core import facts as f
from cuakhauso.core.facts import Fact

from .told import Teller, Told, agency_of, says
from .words import gate_words


def _seal_checked(fact: Fact, data: f.SealChecked) -> Told:
    told = _now("Chì %(number)s nguyên vẹn") if data.intact else _now("Chì %(number)s không nguyên vẹn")
    return Told(told % {"number": data.number}, "done" if data.intact else "held", "lock")


def _turn_asked(fact: Fact, data: f.TurnAsked) -> Told:
    if not data.gate:
        return Told(_now("Xin quay đầu"), "waiting", "arrow-back-up")
    told = _now("Xin chuyển sang cửa khẩu %(gate)s") % {"gate": gate_words(data.gate)}
    return Told(told, "waiting", "road")


def _turned_around(fact: Fact, data: f.TurnedAround) -> Told:
    agency = agency_of(fact)
    if not data.gate:
        return Told(_now("%(agency)s cho xe quay đầu") % {"agency": agency}, "refused", "arrow-back-up")
    told = _now("%(agency)s chuyển xe sang cửa khẩu %(gate)s")
    return Told(told % {"agency": agency, "gate": gate_words(data.gate)}, "refused", "road")


def _paired(fact: Fact, data: f.Paired) -> Told:
    if data.role == "first":
        told = _now("Chặng đầu: tờ khai %(number)s, còn %(left)s kiện")
        return Told(told % {"number": data.customs_number, "left": data.left}, "done", "link")
    if not data.packages:
        return Told(_now("Chặng sau không lấy hàng nữa"), "waiting", "link")
    told = _now("Chặng sau khai lấy %(packages)s kiện") % {"packages": data.packages}
    return Told(told, "done", "link")


SPECIALS_TOLD: dict[type[f.Data], Teller] = {
    f.SealPut: says(_("Hải quan niêm phong, chì %(number)s"), "done", "lock"),
    f.SealBroken: says(_("Hải quan mở chì %(number)s"), "waiting", "lock-open"),
    f.SealChecked: _seal_checked,
    f.TurnAsked: _turn_asked,
    f.TurnRefused: says(_("%(agency)s không cho quay đầu"), "refused", "ban"),
    f.TurnedAround: _turned_around,
    f.CameFromGate: says(
        _("Chuyển từ cửa khẩu %(gate)s"), "done", "road", gate=lambda data: gate_words(data.gate)
    ),
    f.HandedOver: says(
        _("Giao lái xe chuyên trách, đầu kéo %(plate)s"), "done", "user", plate=lambda data: data.plate.shown
    ),
    f.Paired: _paired,
    f.SecondLegLeft: says(_("Chặng sau đã đi với %(packages)s kiện"), "done", "link"),
    f.TakenOut: says(_("Lấy %(packages)s kiện trong kho sang xe %(plate)s"), "done", "package"),
}
