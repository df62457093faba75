"""The sheets of what is out of the ordinary, as in `sheets.py`: what each asks, with its quick answers."""

from collections.abc import Callable
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cuakhauso.core import facts as f
from cuakhauso.core.fold import State
from cuakhauso.core.seals import seals_on
from cuakhauso.core.words import SealGrade, SealType

from ..places.models import Gate
from ..web import telling, words
from .offers import Reader
from .queries import Whole

Words = str | Promise
Shown = Callable[[Whole, Reader, QueryDict], dict[str, Any]]

SPECIAL_NAMES: dict[str, Words] = {
    "seal": gettext_lazy("Niêm phong hải quan"),
    "check-seal": gettext_lazy("Kiểm tra chì"),
    "break-seal": gettext_lazy("Mở chì: vì sao"),
    "turn": gettext_lazy("Cho quay đầu: vì sao"),
    "refuse-turn": gettext_lazy("Không cho quay đầu: vì sao"),
    "move": gettext_lazy("Chuyển sang cửa khẩu khác"),
    "hand-over": gettext_lazy("Giao lái xe chuyên trách"),
    "take-out": gettext_lazy("Lấy hàng trong kho"),
}
BREAK_REASONS = (
    gettext_lazy("Kiểm tra thực tế hàng hóa"),
    gettext_lazy("Sang tải"),
    gettext_lazy("Kiểm dịch lấy mẫu"),
)
TURN_REASONS = (
    gettext_lazy("Hàng không đạt kiểm dịch"),
    gettext_lazy("Phía bên kia không nhận"),
    gettext_lazy("Doanh nghiệp xin quay đầu"),
)
MOVE_REASONS = (
    gettext_lazy("Cửa khẩu này ùn tắc"),
    gettext_lazy("Phía bên kia không nhận"),
    gettext_lazy("Doanh nghiệp xin chuyển"),
)
REFUSE_REASONS = (gettext_lazy("Xe đã xong thủ tục"), gettext_lazy("Hàng đang được kiểm tra"))


def _seal(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    containers = whole.state.content.vehicle.containers if whole.state.content else ()
    return {
        "types": [(str(t), words.of(words.SEAL_TYPES, t)) for t in SealType],
        "grades": [("", _("Không rõ")), *((str(g), words.of(words.SEAL_GRADES, g)) for g in SealGrade)],
        "containers": [("", _("Xe, rơ moóc")), *((c, c) for c in containers)] if containers else [],
    }


def _seals_on(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    return {"seals": [(number, number) for number in seals_on(whole.state)], "quick": BREAK_REASONS}


def _turn(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    asked = whole.state.turn_asked
    said = f"{telling.fact_told(asked).words}: {asked.note}" if asked else ""
    return {"quick": TURN_REASONS, "what": said}


def _refuse(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    return {**_turn(whole, reader, given), "quick": REFUSE_REASONS}


def _move(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    asked = whole.state.turn_asked
    wanted = asked.data.gate if asked and isinstance(asked.data, f.TurnAsked) else ""
    codes = Gate.objects.exclude(pk=whole.crossing.gate).values_list("code", flat=True)
    return {
        **_turn(whole, reader, given),
        "quick": MOVE_REASONS,
        "gates": [(code, words.gate_words(code)) for code in codes],
        "wanted": wanted,
    }


def _take_out(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    return {"groups": _stored(whole.state), "receiving": _receiving(whole.state)}


def _stored(state: State) -> list[tuple[str, str]]:
    groups = state.announced.groups if state.announced else ()
    told = _("trong kho %(count)s kiện")
    return [
        (str(i), f"{group.customs_number or group.items[0].name} · {told % {'count': state.stored(i)}}")
        for i, group in enumerate(groups)
        if state.stored(i) > 0
    ]


def _receiving(state: State) -> list[tuple[str, str]]:
    links = [(other, link) for other, link in state.links.items() if link.role == "receiving"]
    return [(str(other), link.plate) for other, link in links if state.receiving_entered.get(other)]


SPECIAL_SHOWN: dict[str, Shown] = {
    "seal": _seal,
    "check-seal": _seals_on,
    "break-seal": _seals_on,
    "turn": _turn,
    "refuse-turn": _refuse,
    "move": _move,
    "take-out": _take_out,
}
