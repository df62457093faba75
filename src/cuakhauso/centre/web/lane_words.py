"""What the codes of lanes are called: phases, states of devices, alerts and alarms; and how each looks."""

from django.utils.translation import gettext_lazy as _

from .words import Words

PHASES: Words = {
    "unknown": _("Chưa rõ"),
    "idle": _("Trống, sẵn sàng"),
    "approach": _("Xe đang tới"),
    "identify": _("Đang nhận dạng"),
    "weigh": _("Đang cân"),
    "attend": _("Chờ cán bộ tại làn"),
    "opening": _("Barie đang mở"),
    "open": _("Barie mở"),
    "passing": _("Xe đang qua"),
    "closing": _("Barie đang đóng"),
    "tailgate": _("Xe bám đuôi"),
    "stuck": _("Xe kẹt dưới barie"),
    "fault": _("Hỏng thiết bị"),
    "manual": _("Điều khiển bằng tay"),
    "emergency": _("Mở khẩn cấp"),
}
PHASE_LOOKS = {
    "idle": "done",
    "stuck": "held",
    "fault": "held",
    "tailgate": "irregular",
    "manual": "irregular",
    "emergency": "irregular",
    "attend": "waiting",
    "unknown": "unknown",
}
DEVICE_STATES: Words = {
    "ok": _("chạy tốt"),
    "degraded": _("chạy kém"),
    "down": _("không chạy"),
    "unknown": _("chưa rõ"),
}
DEVICE_LOOKS = {"ok": "done", "degraded": "waiting", "down": "held"}
ALERTS: Words = {
    "opened_against": _("Mở barie dù còn lý do phản đối"),
    "conflict": _("Xe đã qua khi đang có lý do phản đối mà làn chưa biết"),
    "irregular": _("Xe qua khi chưa được phép"),
    "unknown_vehicle": _("Xe qua mà không nhận ra là xe nào"),
    "unknown_crossing": _("Xe qua, nhưng cửa khẩu này không có lượt xe đó"),
    "too_late": _("Báo về sau quá bảy ngày, không ghi vào lượt xe được"),
    "tailgate": _("Hai xe qua một lần mở"),
    "alarm": _("Báo động tại làn"),
}
ALARMS: Words = {
    "tailgate": _("xe bám đuôi"),
    "forced": _("barie bị ép mở"),
    "stuck": _("xe kẹt dưới barie"),
    "emergency": _("nút khẩn cấp"),
    "device": _("thiết bị hỏng"),
    "key": _("chìa khóa điều khiển bằng tay"),
    "stands_too_long": _("barie mở mà xe không đi"),
    "passage_unknown": _("không rõ xe đã qua hay chưa, phải tới xem"),
}
