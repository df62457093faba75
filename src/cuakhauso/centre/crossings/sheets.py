"""The sheets of a crossing's page: what each asks, with its quick answers. Fetched when opened, so that the
choices are those of this moment."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cuakhauso.core.words import Agency, Channel, CheckpointKind, Direction, Place

from ..places.models import HoldReason
from ..web import refusals, telling, words
from . import dossier
from .acts import PLACES_TO_REPORT, SUBJECTS
from .correction_pages import CORRECTION_NAMES, CORRECTION_SHOWN
from .examination_sheets import EXAMINATION_NAMES, EXAMINATION_SHOWN
from .offers import Reader, steps_for
from .paper_pages import PAPER_NAMES, PAPER_SHOWN
from .queries import Whole
from .special_sheets import SPECIAL_NAMES, SPECIAL_SHOWN
from .unloading import UNLOADING_NAMES, UNLOADING_SHOWN

Words = str | Promise

NAMES: dict[str, Words] = {
    "confirm": gettext_lazy("Chưa ghi được xác nhận"),
    "undo": gettext_lazy("Hoàn tác: vì sao"),
    "hold": gettext_lazy("Giữ xe: chọn lý do"),
    "lift": gettext_lazy("Bỏ giữ: vì sao"),
    "settle": gettext_lazy("Đã nhìn tận nơi"),
    "channel": gettext_lazy("Phân luồng tờ khai hải quan"),
    "transship": gettext_lazy("Sang tải"),
    "dispose": gettext_lazy("Lưu kho hoặc trả lại"),
    "weigh": gettext_lazy("Ghi số cân"),
    "identify": gettext_lazy("Ghi biển, container, chì"),
    "strike": gettext_lazy("Gạch tên xe"),
    "arrive": gettext_lazy("Xe đã tới"),
    "more": gettext_lazy("Việc khác"),
    **SPECIAL_NAMES,
    **CORRECTION_NAMES,
    **EXAMINATION_NAMES,
    **PAPER_NAMES,
    **UNLOADING_NAMES,
}
OWN_SHEETS = frozenset(
    {*SPECIAL_NAMES, *CORRECTION_NAMES, *EXAMINATION_NAMES, *PAPER_NAMES, *UNLOADING_NAMES}
)
UNDO_REASONS = (gettext_lazy("Bấm nhầm xe"), gettext_lazy("Bấm nhầm bước"), gettext_lazy("Có thông tin mới"))
LIFT_REASONS = (gettext_lazy("Đã kiểm tra, đạt"), gettext_lazy("Giấy tờ đã đủ"), gettext_lazy("Giữ nhầm"))
SETTLE_REASONS = (
    gettext_lazy("Đã nhìn tận nơi, đúng khai báo"),
    gettext_lazy("Máy đọc sai"),
    gettext_lazy("Đã đối chiếu giấy tờ"),
)
STRIKE_REASONS = (
    gettext_lazy("Xe quay lại, không qua nữa"),
    gettext_lazy("Chủ xe xin rút"),
    gettext_lazy("Khai trùng"),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One answer at a tap."""

    value: str
    words: str
    law: str = ""
    minutes: int | None = None


def shown(name: str, whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    """What the sheet's template takes."""
    own = _SHOWN.get(name)
    special = f"crossings/sheets/{name}.html" if name in OWN_SHEETS else ""
    return {
        "title": NAMES[name],
        "verb": name,
        "special": special,
        **(own(whole, reader, given) if own else {}),
    }


def _undo(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    fact = next((fact for fact in whole.facts if str(fact.id) == given.get("fact")), None)
    return {
        "quick": UNDO_REASONS,
        "what": telling.fact_told(fact).words if fact else "",
        "hidden": {"fact": given.get("fact", "")},
    }


def hold_reasons(agencies: tuple[Agency, ...]) -> list[Chosen]:
    """Reasons that any of these agencies may give, their own first."""
    rows = [row for row in HoldReason.objects.filter(offered=True) if row.agency in ("", *agencies)]
    rows.sort(key=lambda row: (row.agency == "", row.position))
    return [Chosen(row.code, words.reason_words(row.code), row.law, row.minutes) for row in rows]


def _hold(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    return {
        "reasons": hold_reasons(reader.agencies),
        "places": [("", _("Tại chỗ"))] + [(str(p), words.of(words.PLACES, p)) for p in PLACES_TO_REPORT],
    }


def _lift(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    hold = next((h for h in whole.state.live_holds if str(h.id) == given.get("hold")), None)
    others = [h for h in whole.state.live_holds if h.actor.agency in reader.agencies and h is not hold]
    return {
        "quick": LIFT_REASONS,
        "what": telling.fact_told(hold).words if hold else "",
        "hidden": {"hold": given.get("hold", "")},
        "others": [(h.id, telling.fact_told(h).words) for h in others],
    }


def _settle(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    objection = given.get("objection", "identity_mismatch")
    subject = given.get("subject", "")
    found = [
        o for o in whole.answer.objections if o.code == objection and o.details.get("subject", "") == subject
    ]
    return {
        "quick": SETTLE_REASONS,
        "what": refusals.objection_sentence(found[0]) if found else words.of(words.SUBJECTS, subject),
        "hidden": {"objection": objection, "subject": subject},
    }


def _channel(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    groups = whole.state.content.groups if whole.state.content else ()
    return {
        "numbers": [(g.customs_number, str(whole.state.channels.get(g.key, ""))) for g in groups if g.key],
        "channels": [(str(c), words.of(words.CHANNELS, c)) for c in Channel],
    }


def _goods(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    groups = whole.state.content.groups if whole.state.content else ()
    left = [
        (str(i), f"{group.customs_number or group.items[0].name} · {_left(whole, i)}")
        for i, group in enumerate(groups)
        if whole.state.remaining(i) > 0
    ]
    return {
        "groups": left,
        "receiving": [(str(r.id), _receiver(r)) for r in dossier.receivers(whole)],
        "first_left": next(
            (whole.state.remaining(i) for i in range(len(groups)) if whole.state.remaining(i) > 0), ""
        ),
        "ways": [(code, words.of(words.HOW_DISPOSED, code)) for code in words.HOW_DISPOSED],
    }


def _left(whole: Whole, index: int) -> str:
    return _("còn %(count)s kiện") % {"count": whole.state.remaining(index)}


def _receiver(receiver: dossier.Receiver) -> str:
    return receiver.plate if receiver.entered else f"{receiver.plate} · {_('chưa vào')}"


def _identify(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    return {
        "subjects": [(s, words.of(words.SUBJECTS, s)) for s in SUBJECTS],
        "subject": given.get("subject", "container"),
    }


def _strike(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    return {
        "quick": STRIKE_REASONS,
        "what": _("Lượt xe kết thúc, không qua cửa khẩu. Gạch nhầm thì cơ quan đã gạch hoàn tác được."),
    }


def _arrive(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    leg = whole.answer.leg
    at_line = leg is not None and leg.at is CheckpointKind.BORDER_LINE and leg.direction is Direction.IN
    here = Place.BORDER_LINE if at_line else Place.BUFFER
    places = [here, *(p for p in PLACES_TO_REPORT if p is not here)]
    return {"places": [(str(p), words.of(words.PLACES, p)) for p in places]}


def _more(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    return {
        "steps": steps_for(whole, reader)[1:],
        "acts": dossier.every_more(whole, reader),
    }


_SHOWN = {
    "undo": _undo,
    "hold": _hold,
    "lift": _lift,
    "settle": _settle,
    "channel": _channel,
    "transship": _goods,
    "dispose": _goods,
    "identify": _identify,
    "strike": _strike,
    "arrive": _arrive,
    "more": _more,
    **SPECIAL_SHOWN,
    **CORRECTION_SHOWN,
    **EXAMINATION_SHOWN,
    **PAPER_SHOWN,
    **UNLOADING_SHOWN,
}
