"""What every code is called in the reader's language: agencies, places, steps, stages, orders …

Codes are stable and never translated; these are what people read, the same on tablet, phone, booth and API.
`tests/web/test_words.py` holds that none is without words. Why something is refused: `refusals.py`. A fact
in words: `telling.py`.
"""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

AGENCIES: Words = {
    "border_guard": _("Biên phòng"),
    "customs": _("Hải quan"),
    "health": _("Y tế"),
    "plant_quarantine": _("Kiểm dịch thực vật"),
    "animal_quarantine": _("Kiểm dịch động vật"),
    "transport_licence": _("Giấy phép vận tải"),
    "board": _("Ban Quản lý"),
    "tax": _("Thuế"),
    "police": _("Công an"),
    "yard": _("Bãi"),
}
SHORT_AGENCIES: Words = {
    **AGENCIES,
    "plant_quarantine": _("KD thực vật"),
    "animal_quarantine": _("KD động vật"),
    "transport_licence": _("GP vận tải"),
}
PARTIES: Words = {
    **AGENCIES,
    "business": _("Doanh nghiệp"),
    "driver": _("Tài xế"),
    "queue": _("Xếp hàng"),
    "other_side": _("Phía bên kia"),
    "closed_hours": _("Ngoài giờ mở cửa"),
    "device": _("Thiết bị"),
    "system": _("Hệ thống"),
    "unattributed": _("Chưa rõ của ai"),
}
PLACES: Words = {
    "unknown": _("Chưa rõ vị trí"),
    "road": _("Trên đường"),
    "buffer": _("Bãi chờ"),
    "temporary_yard": _("Bãi tạm"),
    "gate_area": _("Trong khu cửa khẩu"),
    "yard": _("Trong bãi"),
    "non_tariff_zone": _("Khu phi thuế quan"),
    "border_line": _("Đường biên"),
    "other_side": _("Bên kia biên giới"),
}
CHECKPOINTS: Words = {
    "B1": _("Chốt B1"),
    "yard": _("Cổng bãi"),
    "border_line": _("Đường biên"),
    "B2": _("Chốt B2"),
    "temporary_yard": _("Bãi tạm"),
    "desk": _("Tại bàn"),
}
KINDS: Words = {
    "export": _("Xuất khẩu"),
    "import_transshipment": _("Nhập khẩu, sang tải"),
    "import_inland": _("Nhập khẩu, đi thẳng nội địa"),
    "receiving": _("Xe không vào nhận hàng"),
    "empty_return": _("Xe không quay về"),
    "": _("Chưa khai báo"),
}
REGIMES: Words = {
    "business": _("Kinh doanh"),
    "temporary_import": _("Tạm nhập tái xuất"),
    "temporary_export": _("Tạm xuất tái nhập"),
    "merchanting": _("Chuyển khẩu"),
    "transit": _("Quá cảnh"),
}
HALVES: Words = {
    "first_leg": _("Chặng đầu, hàng chưa đi hết"),
    "source": _("Xe giao hàng, chưa sang tải hết"),
    "receiving": _("Xe nhận hàng, chưa có hàng"),
    "second_leg": _("Chặng sau, chưa thấy chặng đầu"),
    "two_way": _("Xe hai chiều đã giao hàng, chưa chở hàng về"),
    "inland": _("Xe nước ngoài vào nội địa, chưa quay ra"),
}
STAGES: Words = {
    "undeclared": _("Chưa khai báo"),
    "coming": _("Sắp tới"),
    "arrived": _("Đã tới cửa khẩu"),
    "entered": _("Đã vào cửa khẩu"),
    "in_yard": _("Trong bãi"),
    "left_yard": _("Đã rời bãi"),
    "ended": _("Đã rời cửa khẩu"),
    "struck_off": _("Đã gạch tên"),
    "turned_around": _("Đã quay đầu"),
}
CHANNELS: Words = {"green": _("luồng xanh"), "yellow": _("luồng vàng"), "red": _("luồng đỏ")}
DIRECTIONS: Words = {"in": _("chiều vào nội địa"), "out": _("chiều ra biên giới")}
ORDERS: Words = {"infrastructure": _("phí hạ tầng"), "transshipment": _("phí sang tải")}
GOODS_CLASSES: Words = {
    "ordinary": _("hàng thông thường"),
    "fresh_produce": _("rau quả tươi"),
    "farm_produce": _("nông sản"),
    "ore": _("quặng"),
}
WEIGHT_CLASSES: Words = {
    "VT1": _("VT1 · dưới 4 tấn, bậc 1"),
    "VT2": _("VT2 · dưới 4 tấn, bậc 2"),
    "VT3": _("VT3 · dưới 4 tấn, bậc 3"),
    "VT4": _("VT4 · từ 4 đến dưới 10 tấn"),
    "VT5": _("VT5 · từ 10 đến dưới 18 tấn, container 20 feet"),
    "VT6": _("VT6 · từ 18 tấn trở lên, container 40 feet"),
}
DOCUMENTS: Words = {
    "transport_licence": _("Giấy phép vận tải"),
    "registration": _("Đăng ký xe"),
    "inspection": _("Giấy đăng kiểm"),
    "badge": _("Phù hiệu, biển hiệu"),
    "insurance": _("Bảo hiểm"),
    "vehicle_entry": _("Tờ khai phương tiện tạm nhập"),
    "driving_licence": _("Giấy phép lái xe"),
    "border_pass": _("Hộ chiếu, giấy thông hành"),
}
ROAD_ORDERS: Words = {
    "slow_down": _("Đi chậm lại, đường phía trước đông xe"),
    "wait": _("Dừng chờ tại"),
    "go_to_gate": _("Đi tới cửa khẩu"),
    "go_to_yard": _("Đi vào bãi"),
    "turn_off": _("Rẽ ra khỏi quốc lộ tại"),
}
ALERT_SUBJECTS: Words = {"plate": _("Biển số"), "trailer": _("Rơ moóc"), "container": _("Container")}
ALERT_TO_DO: Words = {
    "stop": _("Dừng xe"),
    "inform": _("Báo ngay"),
    "observe": _("Chỉ theo dõi"),
}
ALERT_HOW: Words = {
    "declared": _("vừa khai báo"),
    "stopped": _("dừng vì chưa khai"),
    "arrived": _("vừa tới"),
    "read": _("vừa đọc được"),
    "alert": _("đang ở đây khi có cảnh báo"),
}
HELPS: Words = {
    "declared": _("khai hộ"),
    "corrected": _("sửa hộ"),
    "taken_back": _("rút bản sửa hộ"),
    "withdrawn": _("rút tờ khai hộ"),
    "linked": _("gắn xe hộ"),
}
COUNTRIES: Words = {"VN": _("Việt Nam"), "CN": _("Trung Quốc")}
VEHICLES: Words = {"tractor": _("xe có rơ moóc"), "truck": _("xe không rơ moóc")}
PAPERS_FOUND: Words = {
    "valid": _("Hợp lệ"),
    "not_shown": _("Không xuất trình"),
    "not_valid": _("Không hợp lệ"),
    "number_differs": _("Số khác khai báo"),
    "": "",
}
SUBJECTS: Words = {
    "plate": _("Biển số"),
    "trailer": _("Rơ moóc"),
    "container": _("Container"),
    "seal": _("Chì"),
    "": "",
}
SOURCES: Words = {
    "screen": _("màn hình"),
    "api": _("hệ thống kết nối"),
    "lane": _("làn"),
    "camera": _("camera"),
    "scale": _("cân"),
    "yard_system": _("hệ thống của bãi"),
    "partner": _("đối tác"),
    "platform": _("tự động"),
}
METHODS: Words = {"cash": _("tiền mặt"), "transfer": _("chuyển khoản"), "qr": _("mã QR"), "card": _("thẻ")}
HOW_DISPOSED: Words = {"stored": _("lưu kho"), "sent_back": _("trả lại")}

WHY_LEFT: Words = {
    "no_room": _("xe nhận hết chỗ"),
    "no_vehicle": _("chưa có xe nhận"),
    "damaged": _("hàng hư hỏng"),
    "out_of_time": _("hết giờ làm"),
    "kept_back": _("cơ quan giữ hàng lại"),
    "other": _("lý do khác"),
}
RESTS: Words = {"later": _("dỡ tiếp sau"), "sent_back": _("theo xe về"), "stored": _("lưu kho")}

CHANGE_STATUSES: Words = {
    "draft": _("Bản nháp"),
    "proposed": _("Chờ duyệt"),
    "approved": _("Đã duyệt"),
    "coming": _("Đã duyệt, chưa tới ngày"),
    "in_force": _("Đang có hiệu lực"),
    "ended": _("Đã hết thời hạn"),
    "refused": _("Không duyệt"),
    "withdrawn": _("Đã rút"),
}
CHANGE_ACTS: Words = {
    "reference_drafted": _("lập bản nháp"),
    "reference_saved": _("sửa bản nháp"),
    "reference_proposed": _("gửi duyệt"),
    "reference_reopened": _("lấy lại để sửa"),
    "reference_withdrawn": _("rút đề nghị"),
    "reference_approved": _("duyệt"),
    "reference_refused": _("không duyệt"),
    "reference_closed_at_once": _("đóng cửa ngay"),
    "reference_looked_at": _("đã xem lại"),
    "reference_took_effect": _("có hiệu lực"),
    "reference_ended": _("hết thời hạn"),
}
ROWS_STAND: Words = {"in_force": _("Đang áp dụng"), "coming": _("Sắp tới"), "past": _("Đã qua")}

STEPS: Words = {
    "declared": _("Khai báo"),
    "registration_accepted": _("Nhận đăng ký"),
    "entered": _("Vào cửa khẩu"),
    "health_checked": _("Kiểm tra y tế"),
    "licence_checked": _("Kiểm tra giấy phép vận tải"),
    "in_yard": _("Vào bãi"),
    "plant_quarantined": _("Kiểm dịch thực vật"),
    "animal_quarantined": _("Kiểm dịch động vật"),
    "customs_cleared": _("Kiểm tra hải quan"),
    "weighed": _("Cân xe"),
    "transshipment_signed": _("Ký sang tải"),
    "transshipped": _("Sang tải"),
    "received_goods": _("Nhận hàng"),
    "looked_empty": _("Xem xe ra không hàng"),
    "goods_released": _("Hải quan cho hàng đi"),
    "paid": _("Nộp phí"),
    "board_finished": _("Hoàn tất tờ khai"),
    "border_guard_completed": _("Biên phòng hoàn tất"),
    "left_yard": _("Rời bãi"),
    "left_to_other_side": _("Sang bên kia"),
    "left_zone": _("Ra khỏi khu phi thuế quan"),
    "two_way_registered": _("Đăng ký vận chuyển hai chiều"),
    "driver_tested": _("Xét nghiệm lái xe"),
    "vehicle_disinfected": _("Khử khuẩn xe"),
    "handed_over": _("Giao lái xe chuyên trách"),
    "first_leg_matched": _("Đối chiếu chặng đầu"),
    "seal_put_on": _("Niêm phong hải quan"),
    "seal_checked": _("Kiểm tra chì"),
    "escorted": _("Hải quan áp tải"),
    "turn_answered": _("Trả lời xin quay đầu"),
    "correction_answered": _("Trả lời bản sửa khai báo"),
    "turned_back": _("Quay đầu ra khỏi khu"),
}
STEP_BUTTONS: Words = {
    "registration_accepted": _("Nhận đăng ký"),
    "entered": _("Xác nhận vào"),
    "health_checked": _("Y tế đạt"),
    "licence_checked": _("Giấy phép hợp lệ"),
    "in_yard": _("Xe đã vào bãi"),
    "plant_quarantined": _("Kiểm dịch đạt"),
    "animal_quarantined": _("Kiểm dịch đạt"),
    "customs_cleared": _("Kiểm tra xong"),
    "transshipment_signed": _("Ký sang tải"),
    "looked_empty": _("Xe ra không hàng"),
    "board_finished": _("Hoàn tất tờ khai"),
    "border_guard_completed": _("Biên phòng hoàn tất"),
    "left_yard": _("Xác nhận rời bãi"),
    "left_to_other_side": _("Xác nhận sang bên kia"),
    "left_zone": _("Xác nhận ra khu"),
    "two_way_registered": _("Ghi nhận đăng ký hai chiều"),
    "driver_tested": _("Lái xe âm tính"),
    "vehicle_disinfected": _("Xe đã khử khuẩn"),
    "first_leg_matched": _("Chặng đầu khớp"),
    "escorted": _("Đã bố trí áp tải"),
    "turned_back": _("Xác nhận đã quay đầu"),
}
STAYS: Words = {"ordinary": _("thông thường"), "two_way": _("vận chuyển hai chiều (thí điểm)")}
DELIVERY_ERRORS: Words = {
    "name_unknown": _("không tìm thấy tên máy chủ"),
    "address_not_allowed": _("địa chỉ nằm trong mạng không được phép"),
    "no_answer": _("bên nhận không trả lời kịp"),
    "no_connection": _("không nối được tới bên nhận"),
}
BAY_KINDS: Words = {
    "truck": _("chỗ đỗ xe"),
    "transshipment": _("chỗ sang tải"),
    "cold": _("chỗ có điện lạnh"),
    "dangerous": _("chỗ hàng nguy hiểm"),
}
BAY_LOOKS: Words = {
    "free": _("Chỗ trống"),
    "kept": _("Giữ chỗ"),
    "taken": _("Có xe"),
    "closed": _("Đã đóng"),
}
SEAL_TYPES: Words = {
    "bolt": _("chì chốt"),
    "cable": _("chì cáp"),
    "electronic": _("chì điện tử"),
    "other": _("loại khác"),
}
SEAL_GRADES: Words = {
    "I": _("I · chỉ báo"),
    "S": _("S · an toàn"),
    "H": _("H · an toàn cao"),
}

HOWS: Words = {
    "papers": _("hồ sơ"),
    "scanner": _("soi chiếu"),
    "partial": _("một phần hàng"),
    "full": _("toàn bộ hàng"),
}
FINDINGS: Words = {
    "conforms": _("phù hợp"),
    "deviates": _("sai lệch"),
    "refused": _("không cho đi, trả về"),
}
RESULTS: Words = {"passed": _("đạt"), "treat": _("phải xử lý"), "refused": _("không đạt, trả về")}
LOOK_WAITS: Words = {
    "examination": _("chờ kiểm tra"),
    "result": _("chờ kết quả mẫu"),
    "treatment": _("chờ doanh nghiệp xử lý"),
    "treated": _("đang xử lý"),
    "look_again": _("đã xử lý, chờ xem lại"),
}
OFS: Words = {"goods": _("hàng"), "vehicle": _("xe"), "driver": _("tài xế")}


# --- said ----------------------------------------------------------------------------------------


def of(table: Words, code: object) -> str:
    """The words of a code; the code itself where it has none (a test forbids that)."""
    return str(table.get(str(code), str(code)))


def language() -> str:
    return get_language() or "vi"


def where_words(where: str) -> str:
    """A place by its code, a gate by its code, or a name as it was written."""
    return of(PLACES, where) if where in PLACES else gate_words(where)


def reason_words(code: str) -> str:
    """The hold reason's name, as the Board wrote it in the reader's language."""
    return _reason_readers[-1](code, language())


def _own_code(code: str, language: str) -> str:
    return code


_reason_readers: list[Callable[[str, str], str]] = [_own_code]


def read_reasons_with(reader: Callable[[str, str], str]) -> None:
    """Reference data says how a reason is called; this module knows no database."""
    _reason_readers.append(reader)


def gate_words(code: str) -> str:
    """The gate's name in the reader's language."""
    return _gate_readers[-1](code, language())


_gate_readers: list[Callable[[str, str], str]] = [_own_code]


def read_gates_with(reader: Callable[[str, str], str]) -> None:
    """As with reasons: reference data says it."""
    _gate_readers.append(reader)
