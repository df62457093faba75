"""Made-up things for the vocabulary page and for tests of the components."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace as Made

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Stretch:
    party: str
    label: str
    minutes: float
    words: str
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    label: str
    url: str = "#"
    kind: str = "line"
    icon: str = ""
    sub: str = ""
    opens: str = ""
    why_not: str = ""
    fields: dict[str, str] = field(default_factory=dict)


def time_spent() -> list[Stretch]:
    spent = (
        ("queue", _("Xếp hàng"), 17),
        ("border_guard", _("Biên phòng"), 4),
        ("customs", _("Hải quan"), 3),
        ("health", _("Y tế"), 6),
        ("transport_licence", _("Giấy phép"), 12),
        ("driver", _("Tài xế"), 5),
        ("customs", _("Hải quan"), 1),
        ("plant_quarantine", _("KD thực vật"), 34),
    )
    last = len(spent) - 1
    return [
        Stretch(party, label, minutes, f"{label} {minutes}", is_now=at == last)
        for at, (party, label, minutes) in enumerate(spent)
    ]


def objections() -> list[Made]:
    return [
        Made(
            icon="hand-stop",
            tone="held",
            mine=False,
            sentence=_("Kiểm dịch thực vật giữ: lấy mẫu, chờ kết quả."),
            detail=_("Báo tại trạm KDTV, dãy B") + " · 41/2013/QH13",
        ),
        Made(
            icon="hand-click",
            tone="act",
            mine=True,
            sentence=_("Hải quan chưa kiểm tra hồ sơ."),
            detail="54/2014/QH13",
        ),
        Made(
            icon="cash",
            tone="wait",
            mine=False,
            whose=_("Doanh nghiệp."),
            sentence=_("Chưa nộp phí hạ tầng."),
            detail="09/2025/NQ-HĐND",
        ),
        Made(
            icon="help-hexagon",
            tone="unk",
            mine=False,
            sentence=_("Chưa rõ chì hải quan."),
            detail=_("chưa biết thì chưa cho qua"),
        ),
    ]


def facts(now: datetime) -> list[Made]:
    def made(ago: int, late: int, words: str, by: str) -> Made:
        occurred = now - timedelta(minutes=ago)
        recorded = occurred + timedelta(minutes=late)
        return Made(
            occurred=occurred,
            recorded=recorded,
            words=words,
            by=by,
            source=_("màn hình"),
            tone="",
        )

    return [
        made(34, 0, _("Kiểm dịch thực vật giữ xe, lấy mẫu"), "Chu T. H."),
        made(52, 9, _("Y tế xác nhận"), "Đinh Q. V."),
        made(58, 0, _("Hải quan xác nhận vào"), "Trần M. A."),
    ]


def journey(now: datetime) -> list[Made]:
    def made(ago: int | None, status: str, words: str, detail: str, minutes: int | None) -> Made:
        at = None if ago is None else now - timedelta(minutes=ago)
        seconds = None if minutes is None else minutes * 60
        return Made(at=at, status=status, words=words, detail=detail, seconds=seconds)

    return [
        made(None, "waiting", _("Hải quan kiểm tra hồ sơ"), _("luồng vàng"), None),
        made(34, "held", _("KD thực vật giữ xe"), _("lấy mẫu"), 34),
        made(35, "done", _("Vào bãi, ô B-14"), _("camera bãi"), 1),
        made(58, "done", _("Vào cửa khẩu"), "", 7),
    ]


def acts() -> list[Act]:
    return [
        Act(_("Xác nhận đã kiểm tra hồ sơ"), kind="main", icon="check", sub="3080 0000 012"),
        Act(_("Giữ xe"), kind="hold", icon="hand-stop", sub=_("chọn lý do"), opens="hold"),
        Act(_("Bỏ giữ"), icon="lock-open", why_not=_("chỉ KD thực vật bỏ được")),
        Act(_("Hoàn tác"), icon="arrow-back-up", sub=_("xác nhận vào")),
    ]
