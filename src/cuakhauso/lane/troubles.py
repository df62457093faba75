"""What can be wrong with a device, and with what it sends: coded, and in words of three languages.

Each is written down (`notices.py`) and told live beside the device. Faults that every driver may have
(`device_…`) are called by `labels.py`.
"""

from collections.abc import Mapping

from .cameras import Outcome
from .sentences import Said
from .weighing import NotYet

DOOR = "push"
"""Where cameras push to, as a device: what came there and is no camera's."""


def of_push(outcome: Outcome) -> str:
    return f"push_{outcome}"


def of_scale(why: NotYet) -> str:
    return f"scale_{why}"


# What our own recognition says of a camera's pictures, and takes back with the next good one.
SHOWS_NOTHING = frozenset(
    f"picture_{why}" for why in ("not_a_picture", "truncated", "too_large", "too_small", "blank", "unlooked")
)
LATE, NEVER_ENDED = "push_late", "push_never_ended"
CLOCK_OFF = "camera_clock_off"

TROUBLES: Mapping[str, Said] = {
    of_push(Outcome.GARBLED): Said(
        "Tin gửi đến không đọc được, đã để riêng.",
        "What it sent cannot be understood; it was set apart.",
        "发来的内容无法解读，已另存。",
    ),
    of_push(Outcome.TOO_LARGE): Said(
        "Tin gửi đến quá lớn, không nhận.", "What it sent is too large; not taken.", "发来内容过大，未接收。"
    ),
    of_push(Outcome.TOO_SLOW): Said(
        "Gửi quá lâu không xong, đã ngắt.", "Its sending never ended; cut off.", "发送过慢未完成，已中断。"
    ),
    of_push(Outcome.BROKEN_OFF): Said(
        "Tin gửi dở rồi đứt.", "Its sending broke off half way.", "发送中途断开。"
    ),
    of_push(Outcome.SPOOL_FULL): Said(
        "Tin chờ xử lý quá nhiều, tạm không nhận.",
        "Too much waits already; nothing is taken for now.",
        "待处理内容过多，暂不接收。",
    ),
    of_push(Outcome.DISK_FULL): Said(
        "Ổ đĩa của nút làn đầy, không nhận được tin.",
        "The node's disk is full; nothing can be taken.",
        "节点磁盘已满，无法接收。",
    ),
    of_push(Outcome.DISK_FAILS): Said(
        "Ổ đĩa của nút làn không ghi được, không nhận được tin.",
        "The node's disk cannot be written; nothing can be taken.",
        "节点磁盘无法写入，无法接收。",
    ),
    of_push(Outcome.NOT_TAKEN): Said(
        "Tin đã nhận nhưng làn chưa dùng được, đang thử lại.",
        "It was received, but the lane could not use it yet; tried again.",
        "已收到但通道暂无法使用，正在重试。",
    ),
    of_push(Outcome.TOO_OLD): Said(
        "Tin nằm chờ quá lâu, đã để riêng.", "It waited for too long; set apart.", "等待过久，已另存。"
    ),
    of_push(Outcome.DAMAGED): Said(
        "Tin đã lưu bị hỏng trên đĩa, đã để riêng.",
        "What was kept is damaged on the disk; set apart.",
        "已存内容在磁盘上损坏，已另存。",
    ),
    of_push(Outcome.UNKNOWN_SOURCE): Said(
        "Tin của camera không còn trong cấu hình, đã để riêng.",
        "From a camera that is not configured any more; set apart.",
        "来自已不在配置中的摄像机，已另存。",
    ),
    of_push(Outcome.REPEATED): Said(
        "Gửi lại tin đã nhận, bỏ qua.", "It sent again what was taken already; ignored.", "重复发送，已忽略。"
    ),
    LATE: Said(
        "Tin đến muộn, không dùng để mở làn.",
        "It came late; it opens nothing.",
        "消息迟到，不用于开闸。",
    ),
    of_push(Outcome.STRANGER): Said(
        "Có máy gửi tin với mã bí mật sai, không nhận.",
        "Somebody pushed with a wrong secret; not taken.",
        "有设备用错误密钥推送，未接收。",
    ),
    of_push(Outcome.ANONYMOUS): Said(
        "Có máy gửi tin không có mã bí mật, không nhận.",
        "Somebody pushed without a secret; not taken.",
        "有设备无密钥推送，未接收。",
    ),
    NEVER_ENDED: Said(
        "Có máy nối vào mà không gửi gì trọn vẹn, đã ngắt.",
        "Somebody connected and never finished asking; cut off.",
        "有设备连接后始终未发完请求，已断开。",
    ),
    CLOCK_OFF: Said(
        "Đồng hồ camera lệch trên 5 phút; làn dùng giờ của nút.",
        "The camera's clock is off by more than 5 minutes; the node's own counts.",
        "摄像机时钟偏差超过5分钟，以节点时间为准。",
    ),
    "picture_not_kept": Said(
        "Ảnh không ghi được xuống đĩa.", "A picture could not be kept on the disk.", "照片无法写入磁盘。"
    ),
    "picture_not_jpeg": Said(
        "Ảnh gửi kèm không phải JPEG hoặc quá lớn.",
        "A picture that came is no JPEG, or too large.",
        "附带照片不是JPEG或过大。",
    ),
    "picture_not_a_picture": Said(
        "Ảnh gửi kèm không phải ảnh đọc được.",
        "What came as a picture is none that can be read.",
        "附带内容不是可读的照片。",
    ),
    "picture_truncated": Said(
        "Ảnh gửi kèm bị cắt cụt hoặc hỏng.", "A picture came cut off or damaged.", "附带照片不完整或已损坏。"
    ),
    "picture_too_large": Said(
        "Ảnh gửi kèm có quá nhiều điểm ảnh, không đọc.",
        "A picture that came has too many pixels to be read.",
        "附带照片像素过多，未识读。",
    ),
    "picture_too_small": Said(
        "Ảnh gửi kèm quá nhỏ để đọc.",
        "A picture that came is too small to be read.",
        "附带照片过小，无法识读。",
    ),
    "picture_blank": Said(
        "Ảnh gửi kèm đen hoặc chỉ một màu: ống kính bị che?",
        "A picture came black or of one colour: is the lens covered?",
        "附带照片全黑或只有一种颜色：镜头被遮挡？",
    ),
    "picture_unlooked": Said(
        "Phần nhận dạng không xem được một ảnh gửi kèm.",
        "The recognition could not look at a picture that came.",
        "识别程序无法处理附带的一张照片。",
    ),
    "vision_no_weights": Said(
        "Thiếu tệp mô hình nhận dạng. Làn vẫn dùng camera và người.",
        "The recognition's weights are missing. The lane goes on with cameras and persons.",
        "缺少识别模型文件。通道继续依靠摄像机和人员。",
    ),
    "vision_cannot_start": Said(
        "Không khởi động được phần nhận dạng. Làn vẫn dùng camera và người.",
        "The recognition cannot start. The lane goes on with cameras and persons.",
        "识别程序无法启动。通道继续依靠摄像机和人员。",
    ),
    "vision_ended": Said(
        "Phần nhận dạng bị tắt ngang, đang khởi động lại.",
        "The recognition ended by itself; it is started anew.",
        "识别程序意外退出，正在重启。",
    ),
    "vision_hangs": Said(
        "Phần nhận dạng bị treo, đã tắt và khởi động lại.",
        "The recognition hung; it was ended and is started anew.",
        "识别程序无响应，已结束并重启。",
    ),
    "vision_memory": Said(
        "Phần nhận dạng dùng quá nhiều bộ nhớ, đang khởi động lại.",
        "The recognition took too much memory; it is started anew.",
        "识别程序占用内存过多，正在重启。",
    ),
    "vision_behind": Said(
        "Nhận dạng không kịp, một số hình bị bỏ.",
        "The recognition cannot keep up; some pictures are left out.",
        "识别来不及处理，部分画面被跳过。",
    ),
    of_scale(NotYet.MOTION): Said(
        "Số cân không đứng yên.", "The weight does not come to rest.", "示值不稳定。"
    ),
    of_scale(NotYet.OVERLOAD): Said("Cân báo quá tải.", "The scale says overload.", "地磅显示超载。"),
    of_scale(NotYet.UNDERLOAD): Said("Cân báo dưới mức.", "The scale says underload.", "地磅显示欠载。"),
    of_scale(NotYet.NEGATIVE): Said("Cân chỉ số âm.", "The scale shows a negative weight.", "地磅示值为负。"),
    of_scale(NotYet.NOT_ZEROED): Said(
        "Cân mới bật, chưa về 0. Hãy để cân trống rồi đặt về 0.",
        "The scale was switched on and not zeroed. Empty it and set it to zero.",
        "地磅开机后未置零，请清空后置零。",
    ),
    of_scale(NotYet.UNIT): Said(
        "Cân không hiện kg.", "The scale does not show kilograms.", "地磅单位不是公斤。"
    ),
    of_scale(NotYet.ERROR): Said(
        "Cân báo lỗi, không có số.", "The scale reports an error and no figure.", "地磅报错，无示值。"
    ),
    of_scale(NotYet.SHOWS_NET): Said(
        "Cân đang trừ bì. Hãy bỏ trừ bì.", "The scale shows net. Clear its tare.", "地磅显示净重，请清皮。"
    ),
    of_scale(NotYet.NO_ZERO_SEEN): Said(
        "Chưa thấy cân về 0 trước xe này: cho xe lùi khỏi cân rồi lên lại.",
        "The scale was not seen at zero before this vehicle: let it back off and come again.",
        "此车之前未见地磅归零：请退出后重新上磅。",
    ),
    of_scale(NotYet.TOO_LIGHT): Said(
        "Số cân quá nhỏ, không phải cả xe.", "Too light to be a vehicle.", "示值过小，不是整车。"
    ),
    of_scale(NotYet.TOO_HEAVY): Said(
        "Số cân vượt mức cân đo được.", "Heavier than this scale can weigh.", "超出地磅称量范围。"
    ),
}  # fmt: skip
