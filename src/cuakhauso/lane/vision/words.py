"""What recognition says, in three languages: why a photo was not looked at, why a text needs a person."""

import os
from collections.abc import Mapping
from enum import StrEnum

from cuakhauso.core import identifiers as ids

from ..sentences import Language, Said, say
from .opening import Unopened
from .seeing import What, WhyNot


class Outcome(StrEnum):
    """What one photo came to, where it could be looked at."""

    READ = "read"  # at least one text would be taken without a person
    ASK = "ask"  # something is written there, and a person has to look
    NOTHING_FOUND = "nothing_found"


OUTCOMES: Mapping[Outcome, Said] = {
    Outcome.READ: Said("Đọc được", "Read", "已识读"),
    Outcome.ASK: Said("Thấy chữ nhưng cần người xem", "Seen, a person has to look", "有文字，需人工查看"),
    Outcome.NOTHING_FOUND: Said(
        "Không thấy biển số hay số container nào", "No plate and no container code found", "未发现车牌或箱号"
    ),
}

KINDS: Mapping[What, Said] = {
    What.PLATE: Said("Biển số", "Plate", "车牌"),
    What.TRAILER: Said("Biển số rơ moóc", "Trailer plate", "挂车车牌"),
    What.CONTAINER: Said("Số container", "Container code", "箱号"),
}

UNOPENED: Mapping[Unopened, Said] = {
    Unopened.NO_FILE: Said("Không mở được tệp này", "This file cannot be opened", "无法打开此文件"),
    Unopened.NOT_A_PICTURE: Said(
        "Không phải ảnh đọc được", "Not a picture that can be read", "不是可读的图片"
    ),
    Unopened.TRUNCATED: Said(
        "Ảnh bị cắt cụt hoặc hỏng", "The picture is cut off or damaged", "图片不完整或已损坏"
    ),
    Unopened.TOO_LARGE: Said("Ảnh quá lớn", "The picture is too large", "图片过大"),
    Unopened.TOO_SMALL: Said("Ảnh quá nhỏ", "The picture is too small", "图片过小"),
    Unopened.BLANK: Said(
        "Khung hình đen hoặc chỉ một màu", "The frame is black or of one colour", "画面全黑或只有一种颜色"
    ),
}

WHY_NOT: Mapping[WhyNot, Said] = {
    WhyNot.UNSURE: Said("chưa đủ chắc chắn", "not certain enough", "把握不足"),
    WhyNot.NOT_A_PLATE: Said(
        "không đúng dạng biển số Việt Nam hay Trung Quốc",
        "no plate of Viet Nam or China looks like this",
        "不符合越南或中国车牌格式",
    ),
    WhyNot.NOT_A_CODE: Said(
        "không đúng dạng số container", "no container code looks like this", "不符合箱号格式"
    ),
    WhyNot.CHECK_DIGIT: Said(
        "số kiểm tra không khớp (không tự sửa)",
        "the check digit does not agree (never repaired)",
        "校验码不符（绝不自动更正）",
    ),
    WhyNot.TOO_SMALL: Said("chữ quá nhỏ trong ảnh", "too small in the picture", "画面中字太小"),
    WhyNot.CUT_OFF: Said("bị khuất ở mép ảnh", "reaches beyond the picture", "超出画面边缘"),
    WhyNot.BROKEN_OFF: Said(
        "ảnh thiếu một phần", "a part of the picture's file is missing", "图片文件缺失一部分"
    ),
}

LIKELY = Said(
    "có lẽ là {code}: hãy nhìn ảnh", "probably {code}: look at the picture", "可能是 {code}：请看图核对"
)

NO_WEIGHTS = Said(
    "Bản cài này không có mạng nhận dạng: {path}",
    "This installation has no recognition networks: {path}",
    "此安装不含识别网络：{path}",
)


def likely_in_words(code: str, language: str) -> str:
    """ "" for none."""
    return say(LIKELY, language).format(code=ids.shown_container(code)) if code else ""


def language_of_surroundings(surroundings: Mapping[str, str] | None = None) -> Language:
    """As the terminal is set; Vietnamese where it says nothing."""
    told = os.environ if surroundings is None else surroundings
    spoken = next((told[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if told.get(name)), "")
    match spoken[:2].lower():
        case "en":
            return Language.EN
        case "zh":
            return Language.ZH
    return Language.VI
