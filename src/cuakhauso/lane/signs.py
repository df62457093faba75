"""What the sign says to a driver: Vietnamese above, Chinese below, short enough for two lines."""

from collections.abc import Callable
from dataclasses import replace

from . import words as w
from .contracts import Refused, Sign
from .words import Message

LINES: dict[Message, tuple[str, str]] = {
    Message.WAIT: ("XIN CHỜ", "请稍候"),
    Message.GO: ("MỜI ĐI", "请通行"),
    Message.STOP: ("DỪNG", "停车"),
    Message.ATTEND: ("DỪNG, CHỜ CÁN BỘ", "停车，等待人员"),
    Message.TEMPORARY_YARD: ("VÀO BÃI TẠM", "请进临时停车场"),
    Message.TURN_BACK: ("QUAY ĐẦU", "请掉头"),
    Message.CLOSED: ("LÀN ĐÓNG", "车道关闭"),
}


def lines(show: w.Show) -> tuple[str, ...]:
    """With the plate first, where one is meant."""
    told = LINES[show.message]
    return (show.plate, *told) if show.plate else told


async def taken(sign: Sign, show: w.Show, say: Callable[[w.Show], tuple[str, ...]]) -> w.Show:
    """What it took: on a small sign without the plate. What to do comes before whom it is said to. Raises
    `DeviceFault`."""
    bare = replace(show, plate="")
    try:
        await sign.show(say(show))
    except Refused:
        if show == bare:
            raise
        await sign.show(say(bare))
        return bare
    return show
