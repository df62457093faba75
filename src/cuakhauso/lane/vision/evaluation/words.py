"""What an evaluation says, in three languages."""

from collections.abc import Mapping
from typing import Final

from ...sentences import Said, say
from .labelled import CHINESE, CONTAINER, UNKNOWN, VIETNAMESE, Wrong
from .scoring import Miss

WRONGS: Mapping[Wrong, Said] = {
    Wrong.NO_COLUMN: Said("thiếu cột “{about}”", "the column “{about}” is missing", "缺少“{about}”列"),
    Wrong.NOT_TEXT: Said(
        "không phải tệp CSV bảng mã UTF-8: {about}",
        "not a CSV file in UTF-8: {about}",
        "不是 UTF-8 编码的 CSV 文件：{about}",
    ),
    Wrong.NO_FILE: Said("không có tệp {about}", "there is no file {about}", "没有文件 {about}"),
    Wrong.TWICE: Said(
        "tệp {about} đã có ở trên", "the file {about} stands above already", "文件 {about} 重复"
    ),
    Wrong.NO_NAME: Said("thiếu tên tệp", "the file's name is missing", "缺少文件名"),
    Wrong.NO_IDENTITY: Said(
        "“{about}” không phải biển số hay số container; nếu đúng, hãy ghi cột “kind” (container, cn, vn)",
        "“{about}” is no plate and no container code; if it is right, fill in “kind” (container, cn, vn)",
        "“{about}”不是车牌或箱号；如无误，请填写“kind”列（container、cn、vn）",
    ),
    Wrong.EMPTY: Said(
        "không có ảnh nào trong {about}", "there are no photos in {about}", "{about} 中没有照片"
    ),
}

MISSES: Mapping[Miss, Said] = {
    Miss.WRONG_TAKEN: Said("Sai mà máy đã nhận", "Wrong, and taken by itself", "识错且被自动接受"),
    Miss.UNLABELLED_TAKEN: Said(
        "Máy đã nhận, ảnh chưa có nhãn", "Taken by itself, the photo has no label", "自动接受，照片无标注"
    ),
    Miss.WRONG: Said("Đọc sai, máy có hỏi người", "Read wrongly, a person is asked", "识错，会询问人工"),
    Miss.NOTHING: Said("Không thấy chữ cần đọc", "Not found", "未发现"),
    Miss.UNOPENED: Said("Không mở được ảnh", "The photo could not be opened", "照片无法打开"),
    Miss.ASKED: Said("Đọc đúng nhưng vẫn hỏi người", "Right, but a person is asked", "识对，但仍询问人工"),
}

KINDS: Mapping[str, Said] = {
    CONTAINER: Said("Số container", "Container codes", "箱号"),
    CHINESE: Said("Biển số Trung Quốc", "Chinese plates", "中国车牌"),
    VIETNAMESE: Said("Biển số Việt Nam", "Vietnamese plates", "越南车牌"),
    UNKNOWN: Said("Chưa rõ loại", "Unknown kind", "类型不明"),
}

LABELS: Mapping[str, Said] = {
    "title": Said("Kết quả nhận dạng ảnh", "How well photos were read", "照片识别评估"),
    "measured": Said(
        "{n} ảnh, đo lúc {at}, phiên bản {version}",
        "{n} photos, measured {at}, version {version}",
        "{n} 张照片，测于 {at}，版本 {version}",
    ),
    "so_read": Said(
        "Mỗi tỷ lệ kèm số ảnh và khoảng tin cậy 95 %: với ít ảnh, khoảng này rộng.",
        "Each share stands with its photos and the 95 % interval: with few photos it is wide.",
        "每个比例附照片数与95 %置信区间：照片少则区间宽。",
    ),
    "so_opens": Said(
        "“Máy tự nhận” là một ảnh đủ chắc chắn. Thanh chắn không mở vì một ảnh: còn cần nhiều khung hình, "
        "xe đang được chờ và cảm biến vòng.",
        "“Taken by itself” means that one photo is certain enough. No barrier opens for one photo: that "
        "needs several frames, a vehicle that is expected, and the loops.",
        "“自动接受”指单张照片把握足够。单张照片不会开闸：还需多帧画面、预期车辆和地感线圈。",
    ),
    "left_out": Said(
        "{n} dòng có lỗi của tệp nhãn đã bị bỏ qua.",
        "{n} faulty lines of the labels were left out.",
        "已略过标注文件中 {n} 行错误。",
    ),
    "kind": Said("Loại", "Kind", "类型"),
    "set": Said("Bộ ảnh", "Set", "照片集"),
    "all_sets": Said("tất cả", "all", "全部"),
    "photos": Said("Số ảnh", "Photos", "照片数"),
    "exact": Said("Đúng hoàn toàn", "Exact", "完全正确"),
    "any_exact": Said("Đúng ở một trong các chữ thấy được", "Exact in any text found", "所见文字之一正确"),
    "with_likely": Said(
        "Đúng, hoặc gợi ý đúng cho người xem",
        "Exact, or supposed rightly for the person who is asked",
        "完全正确，或给人工的推测正确",
    ),
    "likely_wrong": Said("Sai trong số gợi ý", "Wrong among what is supposed", "推测中错误"),
    "but_province": Said(
        "Đúng, không kể chữ tỉnh Trung Quốc", "Exact but for the Chinese province", "不计省份简称时正确"
    ),
    "sign_errors": Said("Ký tự sai", "Wrong signs", "错误字符"),
    "accepted": Said("Máy tự nhận", "Taken by itself", "自动接受"),
    "accepted_wrong": Said("Sai trong số máy tự nhận", "Wrong among those", "其中错误"),
    "unlabelled_accepted": Said("Tự nhận, ảnh chưa có nhãn", "Taken, without a label", "自动接受（无标注）"),
    "looked": Said(
        "Đọc một ảnh, ms (giữa; 90 %)", "To look, ms (median; 90 %)", "识别用时，毫秒（中位；90 %）"
    ),
    "opened": Said("Mở ảnh, ms (giữa; 90 %)", "To open, ms (median; 90 %)", "打开用时，毫秒（中位；90 %）"),
    "misses": Said("Những ảnh cần xem", "What to look at", "需查看的照片"),
    "no_misses": Said("Không có ảnh nào.", "There is none.", "没有。"),
    "kept": Said(
        "{n} ảnh đáng xem nhất trong {all}.", "The worst {n} of {all}.", "{all} 张中最需查看的 {n} 张。"
    ),
    "read": Said("Đọc", "Read", "识读"),
    "label": Said("Nhãn", "Label", "标注"),
    "nothing": Said("(không có)", "(nothing)", "（无）"),
    "personal": Said(
        "Trang này có ảnh biển số: là dữ liệu cá nhân, chỉ gửi cho người cần xem.",
        "This page shows number plates: personal data, for those who need them.",
        "本页含车牌照片，属个人信息，仅供需要者查看。",
    ),
    "progress": Said("{n}/{all} ảnh", "{n}/{all} photos", "{n}/{all} 张"),
    "line": Said("dòng {n}: {what}", "line {n}: {what}", "第 {n} 行：{what}"),
    "more_faults": Said("… và {n} lỗi nữa", "… and {n} more", "…另有 {n} 处"),
    "nothing_measured": Said(
        "Chưa đo gì: hãy sửa danh sách, hoặc dùng --skip-faulty để bỏ các dòng đó.",
        "Nothing was measured: mend the list, or leave those lines out with --skip-faulty.",
        "未测量：请改正列表，或用 --skip-faulty 略过这些行。",
    ),
    "written": Said("Đã ghi {path}", "{path} written", "已写入 {path}"),
    "broken": Said(
        "Một tiến trình đọc ảnh đã chết giữa chừng (hết bộ nhớ?), nên không có kết quả.",
        "A process that looked at photos died (out of memory?), so there is no result.",
        "识别进程中途退出（内存不足？），没有结果。",
    ),
}
COUNTED: Final = (
    "exact", "with_likely", "likely_wrong", "any_exact", "but_province", "sign_errors", "accepted",
    "accepted_wrong",
)  # fmt: skip
OF_ONE_KIND: Mapping[str, str] = {
    "but_province": CHINESE, "with_likely": CONTAINER, "likely_wrong": CONTAINER,
}  # fmt: skip


def is_told(figure: str, kind: str) -> bool:
    """Of the other kinds it would say what another figure says."""
    return OF_ONE_KIND.get(figure, kind) == kind


def labels(language: str) -> dict[str, str]:
    return {key: say(said, language) for key, said in LABELS.items()}
