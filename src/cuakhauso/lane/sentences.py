"""What each code of a lane is called, in three languages. The centre's objections come with their sentences.

`say(TABLE[code], language)`. Vietnamese is the source. Labels of the page itself: `labels.py`.
`tests/lane/test_booth_sentences.py` holds that no code is without words.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from cuakhauso.core.permit import Code
from cuakhauso.core.words import CheckpointKind, Direction, Party, Place

from .contracts import Subject
from .words import Act, Phase, Why


class Language(StrEnum):
    """As the pages' `lang` has them."""

    VI = "vi"
    EN = "en"
    ZH = "zh-Hans"


class Said(NamedTuple):
    vi: str
    en: str
    zh: str


def say(said: Said, language: str) -> str:
    match language:
        case Language.EN:
            return said.en
        case Language.ZH:
            return said.zh
    return said.vi


PHASES: Mapping[Phase, Said] = {
    Phase.UNKNOWN: Said("Chưa rõ tình trạng làn", "State of the lane unknown", "通道状态不明"),
    Phase.IDLE: Said("Làn trống", "Lane is free", "通道空闲"),
    Phase.APPROACH: Said("Có xe đang tới", "A vehicle is coming", "有车驶来"),
    Phase.IDENTIFY: Said("Đang nhận dạng", "Identifying", "正在识别"),
    Phase.WEIGH: Said("Đang cân", "Weighing", "正在称重"),
    Phase.ATTEND: Said("Cần người xem", "Needs a person", "需要人工处理"),
    Phase.OPENING: Said("Thanh chắn đang mở", "The barrier is opening", "道闸正在抬起"),
    Phase.OPEN: Said("Thanh chắn đã mở", "The barrier is open", "道闸已抬起"),
    Phase.PASSING: Said("Xe đang qua", "A vehicle is passing", "车辆正在通过"),
    Phase.STUCK: Said("Xe đứng dưới thanh chắn", "A vehicle stands under the barrier", "车辆停在道闸下"),
    Phase.CLOSING: Said("Thanh chắn đang đóng", "The barrier is closing", "道闸正在落下"),
    Phase.TAILGATE: Said("Có xe bám theo", "A second vehicle followed", "有车尾随"),
    Phase.FAULT: Said("Có sự cố ở làn", "Something is wrong at the lane", "通道异常"),
    Phase.MANUAL: Said("Đang dùng chìa khóa tay", "Under the manual key", "钥匙手动控制"),
    Phase.EMERGENCY: Said("Tiếp điểm khẩn cấp đang bật", "The emergency contact is on", "紧急触点已接通"),
}

WHYS: Mapping[Why, Said] = {
    Why.STARTED: Said("Nút làn vừa khởi động.", "The lane node has just started.", "通道节点刚启动。"),
    Why.SENSORS_AGREE: Said("Các cảm biến khớp nhau.", "The sensors agree.", "各传感器一致。"),
    Why.VEHICLE_SEEN: Said("Camera thấy xe.", "A camera saw a vehicle.", "摄像机看到车辆。"),
    Why.VEHICLE_STANDS: Said(
        "Xe đứng trước thanh chắn.", "A vehicle stands before the barrier.", "车辆停在道闸前。"
    ),
    Why.VEHICLE_LEFT: Said("Xe đã đi khỏi.", "The vehicle left.", "车辆已离开。"),
    Why.AGREES: Said("Mọi điều đọc được đều khớp.", "All that was read agrees.", "识别内容全部一致。"),
    Why.PERMITTED: Said("Có giấy phép qua.", "There is a permit.", "已有放行许可。"),
    Why.BY_PERSON: Said("Do người quyết định.", "A person decided.", "由人员决定。"),
    Why.OBJECTIONS: Said("Có lý do chưa cho qua.", "There are objections.", "有未放行的原因。"),
    Why.UNREAD: Said("Chưa đọc được biển số.", "The plate could not be read.", "未能识别车牌。"),
    Why.NOBODY_EXPECTED: Said(
        "Không có xe này trong danh sách chờ ở đây.",
        "This vehicle is not expected here.",
        "此处没有等待该车的记录。",
    ),
    Why.NEAR_MATCH: Said(
        "Gần giống xe đang chờ nhưng không khớp. Hãy nhìn biển thật.",
        "Like an expected vehicle, but not the same. Look at the plate itself.",
        "与等待车辆相近但不一致。请查看实际车牌。",
    ),
    Why.DIFFERS: Said("Khác khai báo.", "Differs from the declaration.", "与申报不符。"),
    Why.NOT_ALL_READ: Said(
        "Chưa đọc đủ những gì đã khai.", "Not all that was declared has been read.", "申报内容尚未全部识别。"
    ),
    Why.NOT_SURE: Said(
        "Chữ đọc được khớp, nhưng các khung hình chưa đủ chắc.",
        "What was read agrees, but the frames are not sure enough.",
        "识别文字一致，但各帧画面还不够确定。",
    ),
    Why.NO_WEIGHT: Said("Chưa có số cân.", "There is no weight.", "没有称重数据。"),
    Why.WEIGHT_DIFFERS: Said(
        "Số cân khác khai báo.", "The weight differs from the declaration.", "重量与申报不符。"
    ),
    Why.TARE_DIFFERS: Said(
        "Số cân không hợp với những lần cân rỗng trước của xe này.",
        "The weight does not fit what this vehicle weighed empty before.",
        "重量与该车历次空车称重不符。",
    ),
    Why.PERMITS_TOO_OLD: Said(
        "Mất nối trung tâm quá lâu: giấy phép đã ký không còn tính.",
        "The centre has been away too long: signed permits no longer count.",
        "与中心断开过久：已签许可不再有效。",
    ),
    Why.CLOCK_UNKNOWN: Said(
        "Từ khi máy khởi động chưa biết giờ của trung tâm: giấy phép có thể đã hết hạn.",
        "The centre's time has not been heard since this machine started: a permit may have ended.",
        "本机启动后尚未取得中心时间：许可可能已过期。",
    ),
    Why.CLOCK_OFF: Said(
        "Đồng hồ của máy lệch với trung tâm. Làn tính theo giờ trung tâm; cần chỉnh lại đồng hồ máy.",
        "This machine's clock differs from the centre's. The lane goes by the centre's; it should be set.",
        "本机时钟与中心不一致。车道按中心时间计；请校正本机时钟。",
    ),
    Why.ALREADY_PASSED: Said(
        "Xe đã qua đây theo giấy phép này rồi.",
        "The vehicle has already passed here on this permit.",
        "该车已凭此许可在此通过。",
    ),
    Why.BOOM_UP: Said("Thanh chắn đã lên.", "The boom is up.", "闸杆已抬起。"),
    Why.UNDER_BOOM: Said("Xe ở dưới thanh chắn.", "The vehicle is under the boom.", "车辆在闸杆下。"),
    Why.CLEARED: Said("Xe đã qua hẳn.", "The vehicle is through.", "车辆已完全通过。"),
    Why.BOOM_DOWN: Said("Thanh chắn đã xuống.", "The boom is down.", "闸杆已落下。"),
    Why.BACKED_OUT: Said("Xe lùi ra, không qua.", "The vehicle backed out.", "车辆倒出，未通过。"),
    Why.STANDS_TOO_LONG: Said(
        "Thanh chắn mở mà xe không đi.", "The barrier was open and nobody drove.", "道闸已开而车辆未行。"
    ),
    Why.STUCK_UNDER_BOOM: Said(
        "Xe đứng quá lâu dưới thanh chắn.",
        "A vehicle has stood under the boom for too long.",
        "车辆在闸杆下停留过久。",
    ),
    Why.FOLLOWED: Said(
        "Xe thứ hai đi theo sau.", "A second vehicle followed on one opening.", "第二辆车尾随通过。"
    ),
    Why.TWO_MAY_HAVE_PASSED: Said(
        "Có thể hai xe đã qua một lượt mở.",
        "Two vehicles may have passed on one opening.",
        "一次开闸可能通过了两辆车。",
    ),
    Why.DID_NOT_OPEN: Said(
        "Đã yêu cầu mở mà thanh chắn không lên. Hãy ra xem.",
        "The boom was asked up and did not move. Go and look.",
        "已发开闸指令但闸杆未动。请到现场查看。",
    ),
    Why.DID_NOT_CLOSE: Said(
        "Đã yêu cầu đóng mà thanh chắn không xuống.",
        "The boom was asked down and did not come.",
        "已发落闸指令但闸杆未落下。",
    ),
    Why.BOOM_MOVED_BY_NOBODY: Said(
        "Thanh chắn không đóng mà không ai cho mở.",
        "The boom is not down and nobody opened it.",
        "无人开闸而闸杆不在落下位置。",
    ),
    Why.UNDER_WITHOUT_TICKET: Said(
        "Có xe dưới thanh chắn mà không có lượt mở.",
        "A vehicle is under the boom without an opening.",
        "未开闸而闸杆下有车。",
    ),
    Why.CONTACTS_SILENT: Said(
        "Mô-đun tiếp điểm không trả lời: chưa biết thanh chắn và vòng từ ra sao.",
        "The contacts do not answer: barrier and loops are not known.",
        "触点模块无应答：道闸与线圈状态不明。",
    ),
    Why.CANNOT_WRITE: Said(
        "Không ghi được nhật ký nên làn không quyết định gì.",
        "The journal cannot be written, so the lane decides nothing.",
        "日志无法写入，通道不作任何决定。",
    ),
    Why.JOURNAL_LOST: Said(
        "Nhật ký cũ hỏng hoặc mất: không rõ xe nào đã qua. Hãy đối chiếu rồi bấm Đã ra xem.",
        "The old journal is damaged or gone: who passed is not known. Check, then tap Looked at it.",
        "旧日志已损坏或丢失：不知哪些车已通过。请核对后点“已到现场查看”。",
    ),
    Why.FORCED: Said("Thanh chắn bị đẩy.", "The boom was forced.", "闸杆被强行推动。"),
    Why.KEY: Said("Chìa khóa tay đang bật.", "The manual key is turned.", "手动钥匙已打开。"),
    Why.EMERGENCY: Said("Tiếp điểm khẩn cấp đang bật.", "The emergency contact is on.", "紧急触点已接通。"),
    Why.RESUMED: Said(
        "Tiếp tục việc dở trước khi khởi động lại.",
        "Taken up again after a restart.",
        "重启后继续未完的操作。",
    ),
    Why.PASSED_UNSEEN: Said(
        "Xe đã qua khi nút làn không chạy.",
        "The vehicle passed while the node was away.",
        "节点停机期间车辆已通过。",
    ),
    Why.PASSAGE_UNKNOWN: Said(
        "Chưa rõ xe được mở đã qua hay chưa. Hãy ra xem.",
        "Whether the vehicle let through has passed is not known. Go and look.",
        "已开闸的车辆是否通过不明。请到现场查看。",
    ),
    Why.PERMIT_NEEDED: Said(
        "Làn này chỉ mở khi có giấy phép của trung tâm.",
        "This lane opens only with the centre's permit.",
        "本通道须有中心许可方可开启。",
    ),
    Why.REASON_NEEDED: Said(
        "Chưa có giấy phép: cần chọn lý do.", "No permit: a reason is needed.", "无许可：须选择原因。"
    ),
    Why.SECOND_PERSON_NEEDED: Said(
        "Cần người thứ hai, khác người mở.", "A second, other person is needed.", "需要另一名人员共同确认。"
    ),
    Why.NOT_NOW: Said("Lúc này chưa làm được.", "Not possible now.", "现在不能操作。"),
}

OBJECTIONS: Mapping[str, Said] = {
    Code.UNDECLARED: Said("Xe chưa khai báo.", "The vehicle is not declared.", "车辆未申报。"),
    Code.DECLARATION_WITHDRAWN: Said("Tờ khai đã rút.", "The declaration was withdrawn.", "申报已撤回。"),
    Code.IDENTITY_MISMATCH: Said(
        "Nhận dạng khác khai báo.", "Identity differs from the declaration.", "识别与申报不符。"
    ),
    Code.UNLOADING_DIFFERS: Said(
        "Số kiện còn trên xe lệch với sổ.",
        "Packages left differ from the records.",
        "车上剩余件数与记录不符。",
    ),
    Code.BOUND_ELSEWHERE: Said(
        "Rơ moóc, container hoặc chì có trong tờ khai khác.",
        "Trailer, container or seal is in another declaration too.",
        "挂车、集装箱或封志同时出现在另一份申报中。",
    ),
    Code.NOT_EXPECTED_HERE: Said(
        "Xe không đi qua chỗ này theo chiều này.",
        "Not expected here in this direction.",
        "不应在此方向通过。",
    ),
    Code.STEP_OPEN: Said("Còn thủ tục chưa xong.", "A formality is still open.", "有手续未完成。"),
    Code.GOODS_REMAINING: Said("Còn hàng chưa giải quyết.", "Goods remain.", "尚有货物未处理。"),
    Code.HOLD_LIVE: Said("Xe đang bị giữ.", "The vehicle is on hold.", "车辆被扣留。"),
    Code.UNPAID: Said("Chưa nộp phí.", "A fee is unpaid.", "费用未缴。"),
    Code.DOCUMENT_EXPIRED: Said("Giấy tờ hết hạn.", "A document has expired.", "证件已过期。"),
    Code.DOCUMENT_NOT_YET: Said(
        "Giấy tờ chưa có hiệu lực.", "A document is not valid yet.", "证件尚未生效。"
    ),
    Code.DOCUMENT_MISSING: Said("Thiếu giấy tờ.", "A document is missing.", "缺少证件。"),
    Code.DOCUMENT_NOT_SEEN: Said("Chưa xem giấy tờ.", "A document was not looked at.", "证件未查验。"),
    Code.DOCUMENT_REFUSED: Said("Giấy tờ không đạt.", "A document is not in order.", "证件不合格。"),
    Code.EXAMINATION_DEVIATES: Said(
        "Kiểm tra hàng có sai lệch, chờ Hải quan.",
        "The goods deviate; customs decides.",
        "货物查验有差异，待海关处理。",
    ),
    Code.EXAMINATION_REFUSED: Said(
        "Hải quan không cho hàng đi.", "Customs does not let the goods go.", "海关不予放行货物。"
    ),
    Code.QUARANTINE_REFUSED: Said(
        "Kiểm dịch không cho qua: phải quay lại.",
        "Quarantine refuses: the vehicle must go back.",
        "检疫不合格：须退回。",
    ),
    Code.OVERSTAY: Said("Xe quá hạn lưu lại.", "The vehicle overstayed.", "车辆超期滞留。"),
    Code.OVERWEIGHT: Said("Xe quá tải.", "The vehicle is overweight.", "车辆超载。"),
    Code.PLACE_CLOSED: Said("Cửa khẩu đang đóng.", "The gate is closed.", "口岸已关闭。"),
    Code.YARD_FULL: Said("Bãi đã hết chỗ.", "The yard is full.", "货场已满。"),
    Code.CALLED_OTHERS_FIRST: Said("Chưa đến lượt xe này.", "Others are called first.", "尚未轮到该车。"),
    Code.UNKNOWN_STATE: Said(
        "Chưa có dữ kiện để xét. Chưa biết thì chưa cho qua.",
        "Nothing is known to judge by. Unknown is not yes.",
        "无可判断的数据，未知即不放行。",
    ),
    Code.STRUCK_OFF: Said("Xe đã bị gạch tên.", "The vehicle was struck off.", "车辆已被除名。"),
    Code.CROSSING_ENDED: Said("Lượt này đã kết thúc.", "This crossing has ended.", "本次通行已结束。"),
    Code.SEAL_NOT_INTACT: Said("Chì không còn nguyên vẹn.", "A seal is not intact.", "封志不完好。"),
    Code.PAIR_QUANTITY: Said(
        "Số kiện khác chặng đầu.", "Packages differ from the first leg.", "件数与第一程不符。"
    ),
    Code.PAIR_OVERDUE: Said("Hàng quá hạn tái xuất.", "The goods are overdue.", "货物已逾期。"),
}
"""For what a lane finds by itself, and where the centre's own sentence is missing."""

UNSAID = Said(
    "Trung tâm chưa cho qua, không kèm lời ({code}).",
    "The centre objects, without words ({code}).",
    "中心未放行，未附说明（{code}）。",
)

ASKED: Mapping[str, Said] = {
    "words_needed": Said(
        "Lý do “khác” thì phải ghi vài chữ.", "“Other” needs a few words.", "选“其他”须写明原因。"
    ),
    "reason_unknown": Said("Không có lý do này.", "There is no such reason.", "没有此原因。"),
    "text_needed": Said(
        "Hãy ghi điều nhìn thấy trên xe.", "Write what you see on the vehicle.", "请写明车上所见。"
    ),
    "act_unknown": Said("Không có việc này.", "There is no such act.", "没有此操作。"),
    "too_long": Said("Quá dài. Hãy viết gọn lại.", "Too long. Write it shorter.", "过长，请缩短。"),
    "changed_meanwhile": Said(
        "Xe hoặc tình trạng trước thanh chắn đã khác lúc bấm. Hãy xem lại rồi bấm lại.",
        "What is before the barrier has changed since. Look again, then tap again.",
        "道闸前情况已变。请重新查看后再点。",
    ),
    "given_up": Said(
        "Chưa đến được nút làn nên đã bỏ. Chưa có gì thay đổi. Hãy bấm lại.",
        "It did not reach the lane node and was dropped. Nothing has changed. Tap again.",
        "未送达通道节点，已取消。未作任何更改。请重新点击。",
    ),
    "pin_wrong": Said("Sai mã người hoặc PIN.", "Wrong id or PIN.", "人员代码或PIN错误。"),
    "pin_locked": Said(
        "Sai PIN nhiều lần. Hãy đợi 5 phút.",
        "Too many wrong PINs. Wait 5 minutes.",
        "PIN多次错误，请等5分钟。",
    ),
    "sign_in_needed": Said("Hãy đăng nhập.", "Sign in.", "请登录。"),
    "from_elsewhere": Said(
        "Yêu cầu không đến từ trang của nút làn này.",
        "This did not come from this node's own page.",
        "请求并非来自本节点页面。",
    ),
}
"""Refusals of the page itself, before a lane is asked."""

ACTS: Mapping[Act, Said] = {
    Act.OPEN: Said("Mở làn", "Open the lane", "开闸放行"),
    Act.REFUSE: Said("Cho quay đầu", "Turn back", "令其掉头"),
    Act.TEMPORARY_YARD: Said("Cho vào bãi tạm", "To temporary yard", "去临时停车场"),
    Act.CORRECT: Said("Sửa điều đã đọc", "Correct a reading", "更正识别"),
    Act.ATTEND: Said("Đã ra xem", "Looked at it", "已到现场查看"),
}

OPENING: Mapping[str, Said] = {
    "emergency": Said("Cấp cứu, chữa cháy", "Ambulance or fire brigade", "急救、消防"),
    "safety": Said("Tránh nguy hiểm hoặc ùn tắc", "To avoid danger or a jam", "避免危险或拥堵"),
    "misread": Said("Camera hoặc cân đọc sai", "Camera or scale misread", "摄像头或地磅误读"),
    "system_down": Said("Nền tảng không trả lời", "The platform does not answer", "平台无响应"),
    "order": Said("Theo lệnh của lãnh đạo", "By order of the leadership", "按领导指令"),
    "other": Said("Lý do khác", "Other", "其他"),
}
"""Why a person opens against objections, until the platform has told its own; `other` needs words."""

CORRECTING: Mapping[str, Said] = {
    "dirty_plate": Said("Biển bẩn, che khuất", "Dirty or hidden", "污损或遮挡"),
    "camera_misread": Said("Camera đọc sai", "Camera misread", "摄像机误读"),
    "not_read": Said("Camera không đọc", "Camera did not read", "摄像机未读出"),
    "other": Said("Lý do khác", "Other", "其他"),
}

SUBJECTS: Mapping[Subject, Said] = {
    Subject.PLATE: Said("Đầu kéo", "Vehicle", "车头"),
    Subject.TRAILER: Said("Rơ moóc", "Trailer", "挂车"),
    Subject.CONTAINER: Said("Container", "Container", "集装箱"),
    Subject.QR: Said("Mã QR", "QR code", "二维码"),
}

PLACES: Mapping[Place, Said] = {
    Place.UNKNOWN: Said("chưa rõ nơi", "unknown place", "地点不明"),
    Place.ROAD: Said("ra đường", "to the road", "去公路"),
    Place.BUFFER: Said("vào bãi chờ", "to the waiting area", "进候车场"),
    Place.TEMPORARY_YARD: Said("vào bãi tạm", "to the temporary yard", "进临时停车场"),
    Place.GATE_AREA: Said("vào khu cửa khẩu", "into the gate area", "进口岸区"),
    Place.YARD: Said("vào bãi", "into the yard", "进货场"),
    Place.NON_TARIFF_ZONE: Said("vào khu phi thuế quan", "into the non-tariff zone", "进非关税区"),
    Place.BORDER_LINE: Said("ra đường biên", "to the border line", "去边境线"),
    Place.OTHER_SIDE: Said("sang bên kia", "to the other side", "去对方一侧"),
}
CHECKPOINTS: Mapping[CheckpointKind, Said] = {
    CheckpointKind.B1: Said("Chốt B1", "Checkpoint B1", "B1 卡口"),
    CheckpointKind.YARD: Said("Cổng bãi", "Yard gate", "货场大门"),
    CheckpointKind.BORDER_LINE: Said("Đường biên", "Border line", "边境线"),
    CheckpointKind.B2: Said("Chốt B2", "Checkpoint B2", "B2 卡口"),
    CheckpointKind.TEMPORARY_YARD: Said("Bãi tạm", "Temporary yard", "临时停车场"),
}
DIRECTIONS: Mapping[Direction, Said] = {
    Direction.OUT: Said("chiều đi", "outbound", "出境方向"),
    Direction.IN: Said("chiều về", "inbound", "入境方向"),
}
PARTIES: Mapping[Party, Said] = {
    Party.BORDER_GUARD: Said("Biên phòng", "Border guard", "边防"),
    Party.CUSTOMS: Said("Hải quan", "Customs", "海关"),
    Party.HEALTH: Said("Y tế", "Health", "卫生检疫"),
    Party.PLANT_QUARANTINE: Said("Kiểm dịch thực vật", "Plant quarantine", "植物检疫"),
    Party.ANIMAL_QUARANTINE: Said("Kiểm dịch động vật", "Animal quarantine", "动物检疫"),
    Party.TRANSPORT_LICENCE: Said("Giấy phép vận tải", "Transport licence", "运输许可"),
    Party.BOARD: Said("Ban Quản lý", "Board", "管委会"),
    Party.TAX: Said("Thuế", "Tax", "税务"),
    Party.POLICE: Said("Công an", "Police", "公安"),
    Party.YARD: Said("Bãi", "Yard", "货场"),
    Party.BUSINESS: Said("Doanh nghiệp", "Business", "企业"),
    Party.DRIVER: Said("Tài xế", "Driver", "司机"),
    Party.QUEUE: Said("Xếp hàng", "Queue", "排队"),
    Party.OTHER_SIDE: Said("Phía bên kia", "Other side", "对方口岸"),
    Party.CLOSED_HOURS: Said("Ngoài giờ mở cửa", "Closed hours", "非开放时间"),
    Party.DEVICE: Said("Thiết bị", "Device", "设备"),
    Party.SYSTEM: Said("Hệ thống", "System", "系统"),
    Party.UNATTRIBUTED: Said("Chưa rõ của ai", "Not attributed", "归属不明"),
}
