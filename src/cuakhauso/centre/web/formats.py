"""Numbers, money, weights, durations and times as readers of each language write them.

Pure: the language is always an argument. To add a language, add a row to FORMATS.
The web page's script follows `waited` when it counts minutes on; keep both alike.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from datetime import date as date_
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BEIJING = ZoneInfo("Asia/Shanghai")

MINUTES_SHOWN_UP_TO = 99
_HOUR = 60
_DAY = 24 * _HOUR


@dataclass(frozen=True, slots=True)
class Format:
    tag: str  # for the lang attribute
    thousands: str
    decimal: str
    dong: str
    kilogram: str
    tonne: str
    day: str
    hour: str
    minute: str
    under_a_minute: str
    date: str
    day_and_month: str


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

FORMATS = {
    "vi": Format(
        tag="vi",
        thousands=".",
        decimal=",",
        dong="đ",
        kilogram="kg",
        tonne="t",
        day="ngày",
        hour="giờ",
        minute="phút",
        under_a_minute="dưới 1 phút",
        date="{d:02}/{m:02}/{y}",
        day_and_month="{d:02}/{m:02}",
    ),
    "zh-hans": Format(
        tag="zh-Hans",
        thousands=",",
        decimal=".",
        dong="越南盾",
        kilogram="公斤",
        tonne="吨",
        day="天",
        hour="小时",
        minute="分钟",
        under_a_minute="不到 1 分钟",
        date="{y}-{m:02}-{d:02}",
        day_and_month="{m}月{d}日",
    ),
    "en": Format(
        tag="en",
        thousands=",",
        decimal=".",
        dong="VND",
        kilogram="kg",
        tonne="t",
        day="d",
        hour="h",
        minute="min",
        under_a_minute="under 1 min",
        date="{d} {month} {y}",
        day_and_month="{d} {month}",
    ),
}


def format_of(language: str | None) -> Format:
    """The format of a language; an unknown one is read as Vietnamese, the source language."""
    code = (language or "vi").lower()
    return (
        FORMATS.get(code) or FORMATS.get("zh-hans" if code.startswith("zh") else code[:2]) or (FORMATS["vi"])
    )


def number(value: Decimal | float, language: str, *, places: int | None = None) -> str:
    """1.214 in Vietnamese, 1,214 in Chinese and English; `places` rounds half up and pads."""
    f = format_of(language)
    exact = Decimal(str(value))
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    swap = {",": f.thousands, ".": f.decimal, "-": "−"}
    return "".join(swap.get(sign, sign) for sign in f"{exact:,f}")


def money(amount: Decimal | float, language: str) -> str:
    """Vietnamese dong, without fractions: "800.000 đ"."""
    return f"{number(amount, language, places=0)} {format_of(language).dong}"


def weight(kg: Decimal | float, language: str, *, unit: str = "kg") -> str:
    """ "21.000 kg", or with `unit="t"` "21,0 t"."""
    f = format_of(language)
    if unit == "t":
        return f"{number(Decimal(str(kg)) / 1000, language, places=1)} {f.tonne}"
    return f"{number(kg, language, places=0)} {f.kilogram}"


def duration(seconds: float, language: str) -> str:
    """ "1 giờ 22 phút"; days from 24 hours on, and then no minutes."""
    f = format_of(language)
    minutes = int(seconds // 60)
    if minutes < 1:
        return f.under_a_minute
    days, rest = divmod(minutes, _DAY)
    hours, left = divmod(rest, _HOUR)
    parts = [(days, f.day), (hours, f.hour), (0 if days else left, f.minute)]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def waited(seconds: float, language: str) -> tuple[str, str]:
    """A waiting time as figure and unit: ("47", "phút"), ("2:05", "giờ"), ("3", "ngày")."""
    f = format_of(language)
    minutes = max(0, int(seconds // 60))
    if minutes <= MINUTES_SHOWN_UP_TO:
        return str(minutes), f.minute
    if minutes < _DAY:
        return f"{minutes // _HOUR}:{minutes % _HOUR:02}", f.hour
    return str(minutes // _DAY), f.day


def waited_between(low: float, high: float, language: str) -> str:
    """ "20–45 phút"; "45 phút–2:05 giờ" where the units differ."""
    if high < 60:
        return format_of(language).under_a_minute
    (first, unit), (last, last_unit) = waited(low, language), waited(high, language)
    if unit != last_unit:
        return f"{first} {unit}–{last} {last_unit}"
    return f"{first}–{last} {unit}" if first != last else f"{last} {unit}"


def clock(moment: datetime, *, zone: ZoneInfo = HANOI) -> str:
    """ "14:32" on that zone's clock."""
    return moment.astimezone(zone).strftime("%H:%M")


def exact_clock(moment: datetime) -> str:
    """ "14:32:05" in Hanoi."""
    return moment.astimezone(HANOI).strftime("%H:%M:%S")


def date(moment: datetime, language: str) -> str:
    """The day in Hanoi: 24/11/2026, 2026-11-24, 24 Nov 2026."""
    return _day(moment, format_of(language).date)


def day(one: date_, language: str) -> str:
    """A day without an hour, as `date` writes it."""
    return _day(datetime.combine(one, time(12), tzinfo=HANOI), format_of(language).date)


def when(moment: datetime, language: str, *, now: datetime | None = None) -> str:
    """ "14:32" today; the day before it on any other day: "23/11, 22:46"."""
    today = (now or datetime.now(UTC)).astimezone(HANOI)
    if moment.astimezone(HANOI).date() == today.date():
        return clock(moment)
    same_year = moment.astimezone(HANOI).year == today.year
    f = format_of(language)
    return f"{_day(moment, f.day_and_month if same_year else f.date)}, {clock(moment)}"


def _day(moment: datetime, pattern: str) -> str:
    there = moment.astimezone(HANOI)
    return pattern.format(d=there.day, m=there.month, y=there.year, month=_MONTHS[there.month - 1])
