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
    "refused": _("Nền tảng không nhận những gì nút gửi về, nút không gửi lại"),
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
# What a lane itself finds, as its booth says it.
WHYS: Words = {
    "started": _("Nút làn vừa khởi động"),
    "sensors_agree": _("Các cảm biến khớp nhau"),
    "vehicle_seen": _("Camera thấy xe"),
    "vehicle_stands": _("Xe đứng trước thanh chắn"),
    "vehicle_left": _("Xe đã đi khỏi"),
    "agrees": _("Mọi điều đọc được đều khớp"),
    "permitted": _("Có giấy phép qua"),
    "by_person": _("Do người quyết định"),
    "objections": _("Có lý do chưa cho qua"),
    "unread": _("Chưa đọc được biển số"),
    "nobody_expected": _("Không có xe này trong danh sách chờ ở đây"),
    "near_match": _("Gần giống xe đang chờ nhưng không khớp. Hãy nhìn biển thật"),
    "differs": _("Khác khai báo"),
    "not_all_read": _("Chưa đọc đủ những gì đã khai"),
    "no_weight": _("Chưa có số cân"),
    "weight_differs": _("Số cân khác khai báo"),
    "tare_differs": _("Số cân không hợp với những lần cân rỗng trước của xe này"),
    "permits_too_old": _("Mất nối trung tâm quá lâu: giấy phép đã ký không còn tính"),
    "already_passed": _("Xe đã qua đây theo giấy phép này rồi"),
    "boom_up": _("Thanh chắn đã lên"),
    "under_boom": _("Xe ở dưới thanh chắn"),
    "cleared": _("Xe đã qua hẳn"),
    "boom_down": _("Thanh chắn đã xuống"),
    "backed_out": _("Xe lùi ra, không qua"),
    "stands_too_long": _("Thanh chắn mở mà xe không đi"),
    "stuck_under_boom": _("Xe đứng quá lâu dưới thanh chắn"),
    "followed": _("Xe thứ hai đi theo sau"),
    "two_may_have_passed": _("Có thể hai xe đã qua một lượt mở"),
    "did_not_open": _("Đã yêu cầu mở mà thanh chắn không lên. Hãy ra xem"),
    "did_not_close": _("Đã yêu cầu đóng mà thanh chắn không xuống"),
    "boom_moved_by_nobody": _("Thanh chắn không đóng mà không ai cho mở"),
    "under_without_ticket": _("Có xe dưới thanh chắn mà không có lượt mở"),
    "contacts_silent": _("Mô-đun tiếp điểm không trả lời: chưa biết thanh chắn và vòng từ ra sao"),
    "cannot_write": _("Không ghi được nhật ký nên làn không quyết định gì"),
    "forced": _("Thanh chắn bị đẩy"),
    "key": _("Chìa khóa tay đang bật"),
    "emergency": _("Tiếp điểm khẩn cấp đang bật"),
    "resumed": _("Tiếp tục việc dở trước khi khởi động lại"),
    "passed_unseen": _("Xe đã qua khi nút làn không chạy"),
    "passage_unknown": _("Chưa rõ xe được mở đã qua hay chưa. Hãy ra xem"),
    "permit_needed": _("Làn này chỉ mở khi có giấy phép của trung tâm"),
    "reason_needed": _("Chưa có giấy phép: cần chọn lý do"),
    "second_person_needed": _("Cần người thứ hai, khác người mở"),
    "not_now": _("Lúc này chưa làm được"),
}
DEVICE_FAULTS: Words = {
    "device_unreachable": _("không trả lời"),
    "device_refused": _("từ chối lệnh"),
    "device_garbled": _("tín hiệu lạ"),
    "device_fault": _("có lỗi"),
}
ACTS: Words = {
    "open": _("Mở barie"),
    "open_against": _("Mở barie dù còn lý do phản đối"),
    "refuse": _("Cho xe quay lại"),
    "temporary_yard": _("Đưa vào bãi tạm"),
    "correct": _("Sửa biển số đã đọc"),
    "attend": _("Cán bộ tới làn"),
}
# What stood against a passage, in two or three words; the whole sentence needs the details of that moment.
AGAINST: Words = {
    "undeclared": _("chưa khai báo"),
    "declaration_withdrawn": _("tờ khai đã rút"),
    "identity_mismatch": _("khác khai báo"),
    "not_expected_here": _("không đi chiều này"),
    "step_open": _("còn bước chưa xong"),
    "goods_remaining": _("còn hàng chưa chuyển"),
    "hold_live": _("đang bị giữ"),
    "unpaid": _("chưa nộp phí"),
    "document_expired": _("giấy tờ hết hạn"),
    "overstay": _("quá hạn lưu lại"),
    "overweight": _("quá tải"),
    "place_closed": _("cửa khẩu đóng"),
    "yard_full": _("bãi hết chỗ"),
    "called_others_first": _("chưa tới lượt"),
    "unknown_state": _("chưa có dữ kiện"),
    "struck_off": _("đã gạch tên"),
    "crossing_ended": _("lượt đã kết thúc"),
}
KINDS_OF_HISTORY: Words = {
    "passages": _("Xe qua"),
    "by_person": _("Do người mở"),
    "nobodys": _("Không rõ xe"),
    "alerts": _("Cảnh báo"),
    "acts": _("Việc và báo động"),
}
