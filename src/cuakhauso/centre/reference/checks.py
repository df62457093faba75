"""What may be chosen in a field, and what must hold of a row, topic by topic."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cuakhauso.core.steps import StepCode
from cuakhauso.core.where import in_vain
from cuakhauso.core.words import Agency, CheckpointKind

from ..places import models as m
from ..shared.errors import FieldError
from ..web import words
from .fields import Choices, Value

Values = Mapping[str, Value]
Check = Callable[[Values, Values], Iterator[FieldError]]


# --- choices -------------------------------------------------------------------------------------


def gates() -> list[tuple[str, str]]:
    names = {"zh-hans": "name_zh", "en": "name_en"}
    column = names.get(words.language(), "name")
    return [(row.code, getattr(row, column) or row.name) for row in m.Gate.objects.all()]


def gates_or_all() -> list[tuple[str, str]]:
    return [("", str(_("mọi cửa khẩu"))), *gates()]


WEEKDAYS = (
    _("Thứ hai"),
    _("Thứ ba"),
    _("Thứ tư"),
    _("Thứ năm"),
    _("Thứ sáu"),
    _("Thứ bảy"),
    _("Chủ nhật"),
)
SETTINGS: Mapping[str, str | Promise] = {
    "fee_cap": _("Mức phí cao nhất một xe (đồng)"),
    "stay_hours": _("Xe nước ngoài được lưu lại (giờ)"),
    "weight_tolerance_percent": _("Dung sai khi cân (%)"),
    "picture_days": _("Giữ ảnh của làn (ngày)"),
    "two_way_stay_hours": _("Xe thí điểm hai chiều được lưu lại (giờ)"),
    "days_temporary_import": _("Tạm nhập phải tái xuất trong (ngày)"),
    "days_temporary_export": _("Tạm xuất phải tái nhập trong (ngày)"),
    "days_transit": _("Quá cảnh phải đi trong (ngày)"),
    "days_merchanting": _("Chuyển khẩu phải đi trong (ngày)"),
    "escort_transit": _("Hải quan áp tải hàng quá cảnh (1: có, 0: không)"),
    "charged_on_turning": _("Phí đã tính trước khi quay đầu vẫn phải nộp (1: có, 0: không)"),
}
MAY_BE_MISSING = frozenset(
    {"two_way_stay_hours", "days_temporary_export", "days_merchanting"}
)  # a pilot that has ended; a regime without a limit of its own
QUARANTINES = (Agency.PLANT_QUARANTINE, Agency.ANIMAL_QUARANTINE)


def weekdays() -> list[tuple[str, str]]:
    return [(str(number), str(name)) for number, name in enumerate(WEEKDAYS)]


def codes_of(model: type[Model]) -> Choices:
    def choices() -> list[tuple[str, str]]:
        rows = model._default_manager.order_by("pk").values_list("pk", "name")
        return [(str(code), f"{name} ({code})") for code, name in rows]

    return choices


# --- what must hold ------------------------------------------------------------------------------


def opens_before_closing(key: Values, values: Values) -> Iterator[FieldError]:
    if str(values["opens"]) >= str(values["closes"]):
        yield FieldError("closes", "closes_before_opening")


def reachable(key: Values, values: Values) -> Iterator[FieldError]:
    """A step that a kind of crossing could nowhere do would stop all of that kind for ever."""
    at = values["at"]
    kinds = in_vain(
        StepCode(str(key["step"])), [CheckpointKind(p) for p in at] if isinstance(at, list) else []
    )
    if kinds:
        told = ", ".join(words.of(words.KINDS, kind) for kind in kinds)
        yield FieldError("at", "step_out_of_reach", {"kinds": told})


def begins_before_it_ends(key: Values, values: Values) -> Iterator[FieldError]:
    if datetime.fromisoformat(str(values["ends"])) <= datetime.fromisoformat(str(key["begins"])):
        yield FieldError("ends", "ends_before_beginning")


def possible(key: Values, values: Values) -> Iterator[FieldError]:
    """A tolerance beyond 100 per cent, or a stay of years, is a slip of the hand."""
    highest = {
        "weight_tolerance_percent": 100, "stay_hours": 24 * 60, "two_way_stay_hours": 24 * 60,
        "picture_days": 3650, "escort_transit": 1, "charged_on_turning": 1,
        **{name: 3650 for name in SETTINGS if name.startswith("days_")},
    }  # fmt: skip
    value = values["value"]
    if isinstance(value, int) and value > highest.get(str(key["name"]), value):
        yield FieldError("value", "out_of_range")
    if key["name"] == "picture_days" and value == 0:
        yield FieldError("value", "must_be_positive")


def digits(name: str, *lengths: int) -> Check:
    def check(key: Values, values: Values) -> Iterator[FieldError]:
        given = str(key[name])
        if not (given.isascii() and given.isdigit() and len(given) in lengths):
            yield FieldError(name, "hs_form")

    return check


def a_code(key: Values, values: Values) -> Iterator[FieldError]:
    given = str(key["code"])
    if not given.isascii() or not given.replace("_", "").isalnum():
        yield FieldError("code", "code_form")
