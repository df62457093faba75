"""The nine statuses: colour, icon and word, always the three together.

Codes are stable; the words are defaults, a caller may say more ("Chờ Biên phòng", "Xong 13:40").
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Status:
    code: str
    icon: str
    look: str  # the end of the class ck-st-…
    tone: str  # the end of the class c-…, where only icon and text are drawn
    words: str | Promise
    meaning: str | Promise
    drawing: str | Promise


_ALL = (
    Status(
        code="mine",
        icon="hand-click",
        look="mine",
        tone="act",
        words=_("Việc của tôi"),
        meaning=_("Bước này chờ đúng cơ quan và chốt của người xem"),
        drawing=_("đặc xanh, ngón tay"),
    ),
    Status(
        code="waiting",
        icon="clock-hour-4",
        look="wait",
        tone="wait",
        words=_("Đang chờ"),
        meaning=_("Chờ một bên khác, luôn nêu tên"),
        drawing=_("viền hổ phách, đồng hồ"),
    ),
    Status(
        code="not_yet",
        icon="circle-dashed",
        look="later",
        tone="none",
        words=_("Chưa đến lượt"),
        meaning=_("Cần, nhưng xe chưa tới nơi làm"),
        drawing=_("vòng đứt, không nền"),
    ),
    Status(
        code="done",
        icon="circle-check",
        look="done",
        tone="done",
        words=_("Xong"),
        meaning=_("Đã làm: ai, lúc nào, nguồn"),
        drawing=_("nền xanh lá, dấu tích"),
    ),
    Status(
        code="not_required",
        icon="circle-minus",
        look="none",
        tone="none",
        words=_("Không cần"),
        meaning=_("Luật không đòi bước này"),
        drawing=_("viền chấm, dấu trừ"),
    ),
    Status(
        code="held",
        icon="hand-stop",
        look="held",
        tone="held",
        words=_("Đang giữ"),
        meaning=_("Một cơ quan dừng xe, có lý do"),
        drawing=_("đặc đỏ, bàn tay"),
    ),
    Status(
        code="refused",
        icon="ban",
        look="refused",
        tone="held",
        words=_("Chưa được qua"),
        meaning=_("Có lý do chặn, nêu đủ"),
        drawing=_("viền đỏ, vòng gạch"),
    ),
    Status(
        code="unknown",
        icon="help-hexagon",
        look="unknown",
        tone="unk",
        words=_("Chưa rõ"),
        meaning=_("Không biết; không bao giờ tính là được"),
        drawing=_("gạch chéo xám, dấu hỏi"),
    ),
    Status(
        code="irregular",
        icon="alert-triangle",
        look="irr",
        tone="irr",
        words=_("Trái quy định"),
        meaning=_("Đã xảy ra dù còn lý do chặn"),
        drawing=_("viền tím, tam giác"),
    ),
)
STATUSES = {status.code: status for status in _ALL}


def status_of(code: str) -> Status:
    """A code nobody knows is drawn as unknown, never hidden."""
    return STATUSES.get(str(code), STATUSES["unknown"])
