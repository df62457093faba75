"""How a page of the node says moments, durations, weights and codes in one language. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from cuakhauso.core.reference import HANOI

from .labels import LABELS
from .sentences import Language, Said, say

BEIJING = ZoneInfo("Asia/Shanghai")
KILOGRAM = Said("kg", "kg", "公斤")
WEEKDAYS = (
    Said("thứ Hai", "Monday", "星期一"), Said("thứ Ba", "Tuesday", "星期二"),
    Said("thứ Tư", "Wednesday", "星期三"), Said("thứ Năm", "Thursday", "星期四"),
    Said("thứ Sáu", "Friday", "星期五"), Said("thứ Bảy", "Saturday", "星期六"),
    Said("Chủ nhật", "Sunday", "星期日"),
)  # fmt: skip
UNDER_A_MINUTE = Said("dưới 1 phút", "under 1 minute", "不到1分钟")
MINUTES = Said("{m} phút", "{m} min", "{m}分钟")
HOURS = Said("{h} giờ {m} phút", "{h} h {m} min", "{h}小时{m}分钟")
DAYS = Said("{d} ngày {h} giờ", "{d} d {h} h", "{d}天{h}小时")
HEARD_IN_BEIJING = Said("{hanoi}", "{hanoi}", "{hanoi}（北京 {beijing}）")


def language_of(text: str) -> Language:
    """The page's language by any spelling that a browser or the centre uses; Vietnamese otherwise."""
    told = text.strip().lower().replace("_", "-")
    return next((known for known in Language if known.lower() == told), Language.VI)


@dataclass(frozen=True, slots=True)
class Teller:
    language: Language
    at: datetime

    def say(self, said: Said, **filled: Any) -> str:
        text = say(said, self.language)
        return text.format(**filled) if filled else text

    def label(self, key: str, **filled: Any) -> str:
        return self.say(LABELS[key], **filled)

    def of(self, words: Mapping[str, str]) -> str:
        """The centre's own sentence: in this language, or else in the source's."""
        by_language = {key.lower(): text for key, text in words.items()}
        return by_language.get(self.language.lower()) or by_language.get(Language.VI, "")

    def clock(self, moment: datetime) -> str:
        """`14:32`; with the day where it is another one, with Beijing beside it for a Chinese reader."""
        hanoi = self._in(moment, HANOI)
        return self.say(HEARD_IN_BEIJING, hanoi=hanoi, beijing=self._in(moment, BEIJING))

    def second(self, moment: datetime) -> str:
        """`14:32:07`, for what is looked at beside what was seen just now."""
        return f"{moment.astimezone(HANOI):%H:%M:%S}"

    def _in(self, moment: datetime, zone: Any) -> str:
        there, now = moment.astimezone(zone), self.at.astimezone(zone)
        return f"{there:%H:%M}" if there.date() == now.date() else f"{there:%H:%M %d/%m}"

    def day(self, day: date) -> str:
        """`thứ Ba 24/11`, for what began on a day."""
        return f"{self.say(WEEKDAYS[day.weekday()])} {day:%d/%m}"

    def share(self, share: float | None) -> str:
        return "–" if share is None else f"{share * 100:.0f}"

    def hanoi(self) -> str:
        return self._in(self.at, HANOI)

    def beijing(self) -> str:
        return self._in(self.at, BEIJING)

    def for_long(self, since: datetime) -> str:
        minutes = max(self.at - since, timedelta(0)) // timedelta(minutes=1)
        if minutes < 1:
            return self.say(UNDER_A_MINUTE)
        if minutes < 60:
            return self.say(MINUTES, m=minutes)
        if minutes < 24 * 60:
            return self.say(HOURS, h=minutes // 60, m=minutes % 60)
        return self.say(DAYS, d=minutes // 1440, h=minutes % 1440 // 60)

    def likelihood(self, millionths: int) -> str:
        """In percent, rounded down; near certainty with more figures, since they are what differs there."""
        whole, rest = divmod(millionths, 10_000)
        figures = f"{rest:04}" if whole >= 99 else f"{rest // 1000}"
        point = "," if self.language is Language.VI else "."
        text = f"{whole}{point}{figures}".rstrip("0").rstrip(point)
        return f"{text}%" if self.language is Language.ZH else f"{text} %"

    def kg(self, kg: Decimal | int) -> str:
        whole = Decimal(kg).quantize(Decimal(1), ROUND_HALF_UP)
        figure = f"{whole:,}"
        if self.language is Language.VI:
            figure = figure.replace(",", ".")
        return f"{figure} {self.say(KILOGRAM)}"
