"""What a crossing's page says of bay, regime, seals, stay, health mode and another gate: a line for each."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from cuakhauso.core import facts as f
from cuakhauso.core.binding import bound_elsewhere
from cuakhauso.core.pairing import open_until, pairs
from cuakhauso.core.regimes import RegimeLeg, leg_of
from cuakhauso.core.seals import Seal, seals
from cuakhauso.core.stays import stay_of
from cuakhauso.core.words import Regime, Stay

from ..shared.models import Crossing
from ..web import formats, words
from . import elsewhere
from .queries import Whole


class Line(NamedTuple):
    """A label, what stands there, how it looks, and the crossing that it leads to."""

    label: str
    words: str
    look: str = ""
    other: UUID | None = None


def lines(whole: Whole) -> list[Line]:
    return [
        *_bay(whole),
        *_number(whole),
        *_regime(whole),
        *_seals(whole),
        *_stay(whole),
        *_health(whole),
        *_gates(whole),
        *_linked(whole),
        *_bound(whole),
        *_earlier(whole),
    ]


def _number(whole: Whole) -> Iterator[Line]:
    if whole.state.guard_number:
        yield Line(_("Số Biên phòng"), whole.state.guard_number)


def _when(moment: datetime) -> str:
    return formats.when(moment, words.language())


def _bay(whole: Whole) -> Iterator[Line]:
    if whole.state.bay and whole.state.bay_since:
        told = {"bay": whole.state.bay, "since": _when(whole.state.bay_since)}
        yield Line(_("Chỗ trong bãi"), _("%(bay)s từ %(since)s") % told)
    if whole.state.bay_kept:
        yield Line(_("Chỗ trong bãi"), _("giữ %(bay)s cho xe") % {"bay": whole.state.bay_kept})


def _regime(whole: Whole) -> Iterator[Line]:
    content = whole.state.announced
    if content is None or content.regime is Regime.BUSINESS:
        return
    which = {None: "", RegimeLeg.FIRST: _("chặng đầu"), RegimeLeg.SECOND: _("chặng sau")}[leg_of(content)]
    named = words.of(words.REGIMES, content.regime)
    yield Line(_("Chế độ"), f"{named}, {which}" if which else named)
    for pair in pairs(whole.state, whole.ref):
        told = {"number": pair.customs_number, "took": pair.took, "left": pair.left}
        said = _("tờ khai %(number)s, xe này %(took)s trong %(left)s kiện còn lại") % told
        late = f", {_('hạn %(due)s') % {'due': _when(pair.due)}}" if pair.due else ""
        yield Line(_("Chặng đầu"), said + late, "" if pair.took <= pair.left else "c-held")
    if due := open_until(whole.state, whole.ref):
        look = "c-held" if due < whole.at else ""
        yield Line(_("Chặng sau"), _("hàng phải đi hết trước %(due)s") % {"due": _when(due)}, look)
    for other, _group in whole.state.pairs:
        yield Line(_("Xe của chặng kia"), _("mở xe"), "", other)


def _seals(whole: Whole) -> Iterator[Line]:
    for seal in seals(whole.state):
        yield Line(_("Chì"), _seal(seal), "c-held" if seal.intact is False and seal.is_on else "")


def _seal(seal: Seal) -> str:
    parts = [seal.number]
    if seal.grade:
        parts.append(words.of(words.SEAL_GRADES, seal.grade))
    if seal.declared:
        parts.append(_("theo khai báo"))
    if seal.applied_at:
        told = {"by": seal.applied_by, "time": _when(seal.applied_at)}
        parts.append(_("lắp %(time)s, %(by)s") % told)
    if seal.checked_at:
        said = _("nguyên vẹn lúc %(time)s") if seal.intact else _("không nguyên vẹn lúc %(time)s")
        parts.append(said % {"time": _when(seal.checked_at)})
    if seal.broken_at:
        told = {"by": seal.broken_by, "time": _when(seal.broken_at)}
        parts.append(_("mở %(time)s, %(by)s") % told)
    return " · ".join(parts)


def _stay(whole: Whole) -> Iterator[Line]:
    staying = stay_of(whole.state, whole.ref, whole.at)
    if staying is None or whole.crossing.ended_at is not None:
        return
    told = {"hours": staying.hours, "until": _when(staying.ends)}
    said = _("%(hours)s giờ, đến %(until)s") % told
    kind = f", {words.of(words.STAYS, staying.kind)}" if staying.kind is Stay.TWO_WAY else ""
    look = "c-held" if staying.is_over else "c-wait" if staying.warned else ""
    yield Line(_("Được lưu lại"), said + kind, look)


def _health(whole: Whole) -> Iterator[Line]:
    over = whole.state.handed_over.data if whole.state.handed_over else None
    if isinstance(over, f.HandedOver):
        yield Line(_("Lái xe chuyên trách"), f"{over.driver} · {over.plate.shown}")


def _linked(whole: Whole) -> Iterator[Line]:
    """The other way round: whose goods this vehicle takes. Who takes its own stands in a list of its own."""
    for other, link in whole.state.links.items():
        if link.role == "source":
            yield Line(_("Nhận hàng từ"), link.plate, "", other)


def _bound(whole: Whole) -> Iterator[Line]:
    """Other declarations with the same trailer, container or seal; of another gate it opens nothing here."""
    found = {pair: thing for thing, pair in bound_elsewhere(whole.state)}
    others = elsewhere.of([whole.crossing.pk]).get(whole.crossing.pk, {}) if found else {}
    for pair, other in others.items():
        if pair in found:
            told = f"{words.of(words.SUBJECTS, found[pair].subject)} {found[pair].value}"
            said = f"{other.number} · {other.plate_shown} · {told}"
            here = other.pk if other.gate == whole.crossing.gate else None
            yield Line(_("Trùng với tờ khai"), said, "c-held", here)


def _earlier(whole: Whole) -> Iterator[Line]:
    """A vehicle that comes back the same day: what it did before stands apart, and is one tap away."""
    row = whole.crossing
    day = timedelta(hours=24)
    near = Crossing.objects.filter(plate=row.plate, gate=row.gate, ended_at__gte=whole.at - day)
    for one in near.exclude(pk=row.pk).exclude(plate="").order_by("-ended_at")[:3]:
        told = {"kind": words.of(words.KINDS, one.kind), "time": _when(one.ended_at or whole.at)}
        yield Line(_("Lượt trước, 24 giờ qua"), _("%(kind)s, xong %(time)s") % told, "", one.pk)


def _gates(whole: Whole) -> Iterator[Line]:
    came = whole.state.came_from
    turned = whole.state.turned.data if whole.state.turned else None
    if came is not None:
        yield Line(_("Chuyển từ cửa khẩu"), words.gate_words(came.gate), "", came.other)
    if isinstance(turned, f.TurnedAround) and turned.other is not None:
        yield Line(_("Đi tiếp ở cửa khẩu"), words.gate_words(turned.gate), "", turned.other)
