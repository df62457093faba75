"""Short forms for places with little room: steps, companies, people, containers."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cuakhauso.core import identifiers as ids
from cuakhauso.core.steps import StepCode

from ..web import words

SHORT_STEPS: words.Words = {
    StepCode.DECLARED: gettext_lazy("khai báo"),
    StepCode.REGISTRATION_ACCEPTED: gettext_lazy("nhận đăng ký"),
    StepCode.ENTERED: gettext_lazy("vào"),
    StepCode.HEALTH_CHECKED: gettext_lazy("kiểm tra"),
    StepCode.LICENCE_CHECKED: gettext_lazy("kiểm tra"),
    StepCode.IN_YARD: gettext_lazy("vào bãi"),
    StepCode.PLANT_QUARANTINED: gettext_lazy("kiểm dịch"),
    StepCode.ANIMAL_QUARANTINED: gettext_lazy("kiểm dịch"),
    StepCode.CUSTOMS_CLEARED: gettext_lazy("kiểm tra"),
    StepCode.WEIGHED: gettext_lazy("cân"),
    StepCode.TRANSSHIPMENT_SIGNED: gettext_lazy("ký sang tải"),
    StepCode.TRANSSHIPPED: gettext_lazy("sang tải"),
    StepCode.RECEIVED_GOODS: gettext_lazy("nhận hàng"),
    StepCode.LOOKED_EMPTY: gettext_lazy("xem xe"),
    StepCode.GOODS_RELEASED: gettext_lazy("cho hàng đi"),
    StepCode.PAID: gettext_lazy("nộp phí"),
    StepCode.BOARD_FINISHED: gettext_lazy("hoàn tất"),
    StepCode.BORDER_GUARD_COMPLETED: gettext_lazy("hoàn tất"),
    StepCode.LEFT_YARD: gettext_lazy("rời bãi"),
    StepCode.LEFT_TO_OTHER_SIDE: gettext_lazy("sang bên kia"),
    StepCode.LEFT_ZONE: gettext_lazy("ra khu"),
    StepCode.TWO_WAY_REGISTERED: gettext_lazy("hai chiều"),
    StepCode.DRIVER_TESTED: gettext_lazy("xét nghiệm"),
    StepCode.VEHICLE_DISINFECTED: gettext_lazy("khử khuẩn"),
    StepCode.HANDED_OVER: gettext_lazy("giao lái xe"),
    StepCode.FIRST_LEG_MATCHED: gettext_lazy("chặng đầu"),
    StepCode.SEAL_PUT_ON: gettext_lazy("niêm phong"),
    StepCode.SEAL_CHECKED: gettext_lazy("xem chì"),
    StepCode.ESCORTED: gettext_lazy("áp tải"),
    StepCode.TURN_ANSWERED: gettext_lazy("trả lời"),
    StepCode.TURNED_BACK: gettext_lazy("quay đầu"),
    StepCode.CORRECTION_ANSWERED: gettext_lazy("trả lời bản sửa"),
}


def why_words(why: str) -> str:
    """What a second of waiting is for, in words."""
    known = {
        "correction": _("sửa khai báo"),
        "declaration": _("khai báo"),
        "document": _("giấy tờ hết hạn"),
        "charge": _("tính phí"),
        "paid": _("nộp phí"),
        "hours": _("ngoài giờ mở cửa"),
        "closure": _("cửa khẩu đóng"),
        "queued": _("chưa được gọi"),
        "on_its_way": _("đang đi"),
        "identity_mismatch": _("khác khai báo"),
        "bound_elsewhere": _("trùng với tờ khai khác"),
        "overstay": _("quá hạn lưu lại"),
        "overweight": _("quá tải"),
        "yard_full": _("bãi hết chỗ"),
        "seal_not_intact": _("chì không nguyên vẹn"),
        "pair_quantity": _("lệch số kiện với chặng đầu"),
        "pair_overdue": _("quá hạn chặng sau"),
        "struck_off": _("bị gạch tên nhầm"),
        "unloading_differs": _("số kiện còn lại lệch"),
    }
    if why.startswith("hold:"):
        return words.reason_words(why.removeprefix("hold:"))
    if why in known:
        return known[why]
    return words.of(SHORT_STEPS, why) if why in SHORT_STEPS else ""


def lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def short_company(name: str) -> str:
    """A company's own name, without its legal form: lists have little room."""
    for form in ("Công ty TNHH MTV ", "Công ty TNHH ", "Công ty CP ", "Công ty Cổ phần "):
        if name.startswith(form):
            return name.removeprefix(form)
    return name


def short_name(name: str) -> str:
    """Trần Minh An is Trần M. A. in lists."""
    first, *rest = name.split() or [""]
    return " ".join([first, *(f"{part[0]}." for part in rest)]) if len(rest) < 4 else name


def shown_value(subject: str, value: str) -> str:
    """A container as painted on its door; all else as it was read."""
    return ids.shown_container(value) if subject == "container" and len(value) == 11 else value
