"""What stands on the booth's page beside the codes: labels, short sentences; `{}` is filled in."""

from collections.abc import Mapping

from cuakhauso.core.evidence import Doubt

from .sentences import Said, say

DOUBTS: Mapping[Doubt, Said] = {
    Doubt.UNLIKELY: Said(
        "Khả năng là xe này mới {likely}, cần {needed}.",
        "It is this vehicle with {likely}; {needed} is needed.",
        "为此车的可能性为 {likely}，需要 {needed}。",
    ),
    Doubt.SEVERAL: Said(
        "Có thể là hơn một xe đang chờ.",
        "More than one expected vehicle may be it.",
        "可能是多辆等待车辆之一。",
    ),
    Doubt.PLATE_UNREAD: Said(
        "Chưa đọc được biển của đầu kéo.",
        "The tractor's own plate was not read.",
        "未识别牵引车车牌。",
    ),
    Doubt.TEXT_DIFFERS: Said(
        "Đọc được khác điều đã khai.",
        "What was read is not what was declared.",
        "识别内容与申报不同。",
    ),
    Doubt.CHECK_DIGIT: Said(
        "Số kiểm tra của container không khớp.",
        "The container's check digit does not fit.",
        "箱号校验位不符。",
    ),
    Doubt.SIGN_UNSURE: Said("Có ký tự chưa chắc.", "Some sign is not certain enough.", "有字符不够确定。"),
    Doubt.FEW_FRAMES: Said(
        "Chưa đủ khung hình đọc giống nhau.",
        "Too few frames read the same.",
        "识别一致的帧数不足。",
    ),
}
LABELS: Mapping[str, Said] = {
    # page
    "product": Said("Cửa khẩu số", "Digital border gate", "数字口岸"),
    "lane": Said("Làn {code}", "Lane {code}", "{code} 通道"),
    "lanes": Said("Các làn của nút này", "Lanes of this node", "本节点通道"),
    "hanoi": Said("Hà Nội", "Hanoi", "河内"),
    "beijing": Said("Bắc Kinh", "Beijing", "北京"),
    "language": Said("Ngôn ngữ", "Language", "语言"),
    "back": Said("Quay lại", "Back", "返回"),
    "live_picture": Said("Hình trực tiếp của làn", "Live picture of the lane", "通道实时画面"),
    "live": Said("Trực tiếp", "Live", "实时"),
    "no_picture": Said("Chưa có hình trực tiếp", "No live picture", "暂无实时画面"),
    "no_picture_since": Said("Không có hình từ {at}", "No picture since {at}", "自 {at} 起无画面"),
    "no_view": Said("Làn này không có hình trực tiếp", "This lane has no live picture", "本通道无实时画面"),
    "taken_at": Said("Ảnh chụp {at}", "Taken at {at}", "拍摄于 {at}"),
    "camera_picture": Said("Ảnh của camera", "The camera's picture", "摄像机照片"),
    "pictures": Said("Ảnh của xe này", "Pictures of this vehicle", "本车照片"),
    "look_closer": Said("Xem ảnh lớn", "Look closer", "查看大图"),
    "picture_gone": Said("Không còn ảnh", "The picture is gone", "照片已不存在"),
    "picture_plate": Said("Biển số", "Plate", "车牌"),
    "picture_vehicle": Said("Xe", "Vehicle", "车辆"),
    "picture_scene": Said("Toàn cảnh", "Scene", "全景"),
    "page_offline": Said("Mất nối với nút làn", "The lane node is lost", "与通道节点断开"),
    "page_offline_more": Said(
        "Từ {at}. Những gì bên dưới là cũ, nút bấm đã khóa. Hãy nhìn làn thật.",
        "Since {at}. What is below is old, buttons are locked. Look at the lane itself.",
        "自 {at} 起。以下内容已过时，按钮已锁定。请查看实际通道。",
    ),
    "not_sent": Said(
        "Trang đang mất nối với nút làn nên không gửi gì. Chưa có gì thay đổi.",
        "The page has lost the lane node and sent nothing. Nothing has changed.",
        "页面与通道节点断开，未发送任何内容，未作任何更改。",
    ),
    "sending": Said("Đang gửi: {act}…", "Sending: {act}…", "正在发送：{act}…"),
    "sent_unheard": Said(
        "Chưa rõ nút làn đã nhận “{act}” chưa. Trang đang hỏi lại. Hãy nhìn thanh chắn.",
        "It is not known whether the lane node took “{act}”. The page keeps asking. Watch the barrier.",
        "尚不清楚通道节点是否收到“{act}”。页面正在询问。请看道闸。",
    ),
    "done": Said("Đã ghi: {act}.", "Written down: {act}.", "已记录：{act}。"),
    # signing in
    "sign_in": Said("Đăng nhập", "Sign in", "登录"),
    "sign_in_why": Said(
        "Dùng mã người và PIN của nút làn này. Dùng được cả khi mất nối trung tâm.",
        "With your id and PIN of this lane node. Works with the centre away, too.",
        "使用本通道节点的人员代码和PIN，与中心断开时也可用。",
    ),
    "sign_out": Said("Đăng xuất", "Sign out", "退出"),
    "id": Said("Mã người", "Id", "人员代码"),
    "pin": Said("PIN", "PIN", "PIN"),
    # centre
    "connected": Said("Nối trung tâm", "Centre connected", "已连接中心"),
    "alone": Said("Làm việc độc lập", "Working alone", "独立运行"),
    "away_since": Said(
        "Mất nối trung tâm từ {since}.", "Centre away since {since}.", "自 {since}与中心断开。"
    ),
    "never_heard": Said(
        "Chưa nghe được trung tâm lần nào.", "The centre has not been heard yet.", "尚未收到中心消息。"
    ),
    "alone_until": Said(
        "Làn vẫn chạy bằng giấy phép đã ký, đến {until}.",
        "The lane goes on with signed permits until {until}.",
        "凭已签许可继续运行至 {until}。",
    ),
    "too_old": Said(
        "Giấy phép đã ký không còn tính: chỉ người mở, có lý do.",
        "Signed permits no longer count: only persons open, with a reason.",
        "已签许可失效：仅限人员凭原因开闸。",
    ),
    "waiting": Said(
        "{n} việc chờ gửi, không mất.", "{n} items wait to be sent; none is lost.", "{n} 项待发送，不会丢失。"
    ),
    "journal_fault": Said("Không ghi được nhật ký.", "The journal cannot be written.", "日志无法写入。"),
    "journal_fault_so": Said(
        "Làn không quyết định gì cho đến khi ghi lại được ({fault}).",
        "The lane decides nothing until it can be written again ({fault}).",
        "在恢复写入前通道不作任何决定（{fault}）。",
    ),
    # vehicle
    "read_here": Said("Đã đọc được", "What was read", "识别内容"),
    "no_plate": Said("Chưa đọc được biển", "Plate not read", "车牌未识别"),
    "no_vehicle": Said("Không có xe", "No vehicle", "无车辆"),
    "nothing_read": Said("Chưa đọc được gì.", "Nothing was read.", "尚无识别内容。"),
    "agrees": Said("Khớp", "Agrees", "一致"),
    "differs": Said("Khác", "Differs", "不符"),
    "unsure": Said("Chưa chắc", "Not sure", "不确定"),
    "unread": Said("Chưa đọc được", "Unread", "未识别"),
    "missing": Said("Chưa đọc", "Not read yet", "尚未识别"),
    "illegible": Said("Không phải số hợp lệ", "Not a valid number", "不是有效号码"),
    "unexpected": Said("Không chờ ở đây", "Not expected", "无等待记录"),
    "unknown": Said("Chưa rõ", "Unknown", "不明"),
    "declared": Said("khai {declared}", "declared {declared}", "申报 {declared}"),
    "read_by_person": Said("{name} nhìn thấy", "seen by {name}", "{name} 所见"),
    "weight": Said("Cân", "Weight", "称重"),
    "not_weighed": Said("Chưa cân", "Not weighed", "未称重"),
    "limit": Said("giới hạn {kg}", "limit {kg}", "限重 {kg}"),
    "within": Said("Trong mức", "Within", "在限内"),
    "overweight": Said("Quá tải", "Overweight", "超载"),
    "not_compared": Said("Không có số để so", "Nothing to compare", "无可比数据"),
    "near_read": Said("Camera đọc", "Camera read", "摄像机识别"),
    "near_declared": Said("Đang chờ", "Expected", "等待中"),
    "near_one": Said("Ghi theo biển thật: {plate}", "As on the plate: {plate}", "按实际车牌：{plate}"),
    "likely_code": Said("Có lẽ là {code}", "Probably {code}", "可能是 {code}"),
    "likely_short": Said("Có lẽ là", "Probably", "可能是"),
    "likely_look": Said(
        "Số kiểm tra không khớp với số camera đọc. Hãy nhìn ảnh rồi mới ghi.",
        "The check digit contradicts what the camera read. Look at the picture before you put it down.",
        "校验码与摄像机识读不符。请先看图再记录。",
    ),
    # what the frames prove
    "likely": Said("khả năng {likely}", "{likely} likely", "可能性 {likely}"),
    "proved": Said(
        "Khung hình đủ chắc: {likely}, cần {needed}",
        "The frames are sure enough: {likely}, {needed} needed",
        "画面足够确定：{likely}，需要 {needed}",
    ),
    "text_unproved": Said(
        "Chưa khung hình nào tự nó đọc được cả dòng này · ký tự kém chắc nhất {least} %",
        "No frame by itself read all of this · least sure sign {least} %",
        "尚无任何一帧单独读出全部字符 · 最不确定的字符 {least}%",
    ),
    "own_reading": Said("{camera} (tự nhận dạng)", "{camera} (own recognition)", "{camera}（自有识别）"),
    "not_read_surely": Said(
        "Camera chưa đọc chắc. Hãy nhìn biển thật.",
        "The cameras are not sure of what they read. Look at the plate itself.",
        "摄像机识别还不够确定。请查看实际车牌。",
    ),
    "text_proved": Said(
        "Khung hình đọc giống nhau: {frames} · camera: {cameras} · ký tự kém chắc nhất {least} %",
        "Frames that agree: {frames} · cameras: {cameras} · least sure sign {least} %",
        "识别一致的帧：{frames} · 摄像机：{cameras} · 最不确定的字符 {least}%",
    ),
    "not_sure": Said("Chưa đủ chắc", "Not sure enough", "不够确定"),
    # verdict
    "may_pass": Said("Được qua", "May pass", "可以放行"),
    "may_not_pass": Said("Chưa được qua", "May not pass", "暂不放行"),
    "part_read": Said("Chưa đọc đủ", "Not everything read", "识别未全"),
    "who_unknown": Said("Chưa rõ xe nào", "Which vehicle is unknown", "车辆身份不明"),
    "reasons": Said("{n} lý do", "{n} reasons", "{n} 个原因"),
    "reason": Said("1 lý do", "1 reason", "1 个原因"),
    "permit_until": Said(
        "Giấy phép đã ký, đến {until}", "Signed permit, until {until}", "已签许可，至 {until}"
    ),
    "opened_by": Said("Mở ngoại lệ", "Opened by persons", "特批开闸"),
    "opened_on_permit": Said("Người mở, có giấy phép", "Opened by a person, on a permit", "人员凭许可开闸"),
    "all_agree": Said("Nhận dạng khớp: {what}", "Identity agrees: {what}", "识别一致：{what}"),
    "weight_agrees": Said("Số cân trong mức: {kg}", "Weight within limits: {kg}", "重量在限内：{kg}"),
    "word_of": Said(
        "Theo tin trung tâm lúc {as_of}", "By the centre's word of {as_of}", "据中心 {as_of} 消息"
    ),
    "goods": Said("Hàng: {goods}", "Goods: {goods}", "货物：{goods}"),
    "leads_to": Said("Sau chốt: {place}", "Then: {place}", "通过后：{place}"),
    "subject_differs": Said(
        "{subject} khác khai báo.", "{subject} differs from the declaration.", "{subject}与申报不符。"
    ),
    "both_values": Said(
        "Đọc {read} · khai {declared}", "Read {read} · declared {declared}", "识别 {read} · 申报 {declared}"
    ),
    "both_values_by": Said(
        "{who} đọc {read} · khai {declared}",
        "{who} read {read} · declared {declared}",
        "{who} 识别 {read} · 申报 {declared}",
    ),
    "subject_missing": Said("Chưa đọc được: {subject}.", "Not read yet: {subject}.", "尚未识别：{subject}。"),
    "go_to": Said("Gặp {party}", "See {party}", "找{party}"),
    "weighed_limit": Said(
        "Cân {kg}, giới hạn {limit}, dung sai {share} %",
        "Weighed {kg}, limit {limit}, tolerance {share} %",
        "称重 {kg}，限重 {limit}，容差 {share}%",
    ),
    "weighed_declared": Said(
        "Cân {kg}, khai {declared}, được lệch {allowed}",
        "Weighed {kg}, declared {declared}, may differ by {allowed}",
        "称重 {kg}，申报 {declared}，允差 {allowed}",
    ),
    "weighed_tare": Said(
        "Cân {kg}, những lần cân rỗng trước {tare}, được lệch {allowed}",
        "Weighed {kg}, empty before {tare}, may differ by {allowed}",
        "称重 {kg}，历次空车 {tare}，允差 {allowed}",
    ),
    "weighed_tare_goods": Said(
        "Cân {kg}; rỗng những lần trước {tare}, thêm hàng khai là {expected}, được lệch {allowed}",
        "Weighed {kg}; empty before {tare}, with the declared goods {expected}, may differ by {allowed}",
        "称重 {kg}；历次空车 {tare}，加申报货物为 {expected}，允差 {allowed}",
    ),
    "weighed_lighter": Said(
        "Cân {kg}, nhẹ hơn cả khi rỗng ({least})",
        "Weighed {kg}, lighter than when empty ({least})",
        "称重 {kg}，轻于空车（{least}）",
    ),
    "usual_tare": Said("rỗng thường {kg}", "empty, usually {kg}", "通常空车 {kg}"),
    "ended_at": Said("Giấy phép hết lúc {ends}", "The permit ended at {ends}", "许可于 {ends} 到期"),
    "last_word": Said(
        "Tin cuối của trung tâm: {as_of}", "The centre's last word: {as_of}", "中心最后消息：{as_of}"
    ),
    "since": Said("từ {since}, {long}", "since {since}, {long}", "自 {since}起，{long}"),
    "sign_shows": Said("Bảng điện tử đang hiện", "The sign shows", "电子屏显示"),
    "sign_unknown": Said("Chưa rõ bảng đang hiện gì", "What the sign shows is unknown", "电子屏内容不明"),
    # acts
    "exception": Said("Mở ngoại lệ", "Open anyway", "特批开闸"),
    "needs_reason": Said("lý do", "a reason", "须填原因"),
    "needs_two": Said("lý do, hai người", "a reason, two persons", "原因、两人"),
    "only_in_trouble": Said("khi làn có sự cố", "when the lane is in trouble", "仅限通道异常时"),
    "no_permit": Said("chưa có giấy phép", "no permit", "无许可"),
    "has_permit": Said("đã có giấy phép", "there is a permit", "已有许可"),
    "with_permit": Said("có giấy phép", "on the permit", "凭许可"),
    "written_down": Said(
        "Việc mở được ghi lại cùng tên người, lý do và những điều chưa cho qua.",
        "The opening is written down with names, reason and objections.",
        "开闸将连同姓名、原因和未放行理由一并记录。",
    ),
    "choose_reason": Said("Lý do", "Reason", "原因"),
    "words": Said("Ghi thêm", "In words", "说明"),
    "second_person": Said("Người thứ hai", "Second person", "第二人"),
    "confirm_open": Said("Mở, tôi chịu trách nhiệm", "Open, on my responsibility", "开闸，由我负责"),
    "what_to_correct": Said("Sửa gì", "Which one", "更正哪项"),
    "seen_text": Said("Điều nhìn thấy trên xe", "What is on the vehicle", "车上所见"),
    "confirm_correct": Said("Ghi điều tôi thấy", "Put down what I see", "记录我所见"),
    "correct_why": Said(
        "Thay cho camera đọc, đứng tên bạn. Không tự mở nếu chưa khớp giấy phép.",
        "It replaces what cameras read, under your name. It opens only what a permit agrees with.",
        "以您的名义替代摄像机识别；与许可不符不会开闸。",
    ),
    # history and devices
    "history": Said("Vừa qua ở làn", "Lately at the lane", "通道近况"),
    "no_history": Said("Chưa có gì ở làn này.", "Nothing yet at this lane.", "本通道尚无记录。"),
    "passed": Said("Qua: {who}", "Passed: {who}", "通过：{who}"),
    "somebody": Said("chưa rõ xe nào", "vehicle unknown", "车辆不明"),
    "by": Said("mở bởi {names}", "opened by {names}", "开闸人：{names}"),
    "irregular": Said("trái quy định: {why}", "irregular: {why}", "违规：{why}"),
    "refused": Said("không được: {why}", "refused: {why}", "未准：{why}"),
    "devices": Said("Thiết bị", "Devices", "设备"),
    "boom": Said("Thanh chắn", "Barrier", "道闸"),
    "loops": Said("Vòng từ", "Loops", "地感线圈"),
    "lights": Said("Đèn", "Lights", "信号灯"),
    "boom_down": Said("Đóng", "Down", "落下"),
    "boom_up": Said("Mở", "Up", "抬起"),
    "boom_moving": Said("Đang chuyển", "Moving", "动作中"),
    "loop_free": Said("Trống", "Free", "无车"),
    "loop_before": Said("Xe ở trước", "Vehicle before", "闸前有车"),
    "loop_under": Said("Xe ở dưới", "Vehicle under", "闸下有车"),
    "green": Said("Xanh", "Green", "绿"),
    "red": Said("Đỏ", "Red", "红"),
    "contacts": Said("Tiếp điểm", "Contacts", "触点模块"),
    "scale": Said("Bàn cân", "Scale", "地磅"),
    "sign": Said("Bảng điện tử", "Sign", "电子屏"),
    "view": Said("Hình trực tiếp", "Live picture", "实时画面"),
    "vision": Said("Tự nhận dạng", "Own recognition", "自有识别"),
    "push": Said("Cổng nhận tin camera", "Where cameras push to", "摄像机接收口"),
    "accuracy": Said("Camera đọc đúng bao nhiêu", "How well cameras read", "摄像机识别情况"),
    "accuracy_row": Said(
        "{n} xe: đúng {right} %, chưa đọc được {unread} %",
        "{n} vehicles: right {right} %, unread {unread} %",
        "{n} 辆：正确 {right}%，未识别 {unread}%",
    ),
    "accuracy_unjudged": Said(
        "{n} xe: chưa biết đúng hay sai", "{n} vehicles: right or wrong is not known", "{n} 辆：对错不明"
    ),
    "accuracy_none": Said("chưa có xe", "no vehicle yet", "尚无车辆"),
    "last_day": Said("24 giờ", "24 hours", "24小时"),
    "last_week": Said("7 ngày", "7 days", "7天"),
    "mean_confidence": Said("chắc {sure} %", "sure {sure} %", "置信度 {sure}%"),
    "drift": Said(
        "Trước đọc đúng {before} %, từ {day} còn {since} %: ống kính bẩn?",
        "Read {before} % right before, {since} % since {day}: lens dirty?",
        "此前正确率 {before}%，{day}起为 {since}%：镜头脏了？",
    ),
    "reads_worse": Said("Đọc kém đi", "Reads worse", "识别变差"),
    "well": Said("Tốt", "Good", "正常"),
    "device_unreachable": Said("Không trả lời", "No answer", "无应答"),
    "device_refused": Said("Từ chối", "Refuses", "拒绝"),
    "device_garbled": Said("Tín hiệu lạ", "Garbled", "信号异常"),
    "device_fault": Said("Có lỗi", "Faulty", "故障"),
}


def labels(language: str) -> dict[str, str]:
    """All in one language, for a page."""
    return {key: say(said, language) for key, said in LABELS.items()}
