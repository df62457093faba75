"""Number plates of both sides: what was typed or read becomes one form to compare and one to show.

Start at `parse_plate`. Both grammars are tables below; what they refuse, they refuse with a reason,
and nothing is ever repaired or matched nearly: a barrier opens on the answer.

Vietnam (domain.md 7.1): province, series, 4 or 5 digits. Vietnamese military plates (two letters
first) and the two-letter series of motorcycles are not covered. China (7.2): province character,
office letter, serial; border staff type it without the character, so it may be missing.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final, Never

import msgspec

from .errors import Invalid, InvalidCode
from .text import compact, refuse_lookalikes


class Country(StrEnum):
    VN = "VN"
    CN = "CN"


class Plate(msgspec.Struct, frozen=True, kw_only=True):
    """A well-formed plate. Compare with `same_plate`, not `==`: a province may be unknown."""

    country: Country
    normalised: str
    """Upper case without separators; Chinese without the province character, 挂 kept."""
    province: str
    """Vietnam: two digits. China: one character, "" when nobody wrote it."""
    shown: str
    """`12C-345.67`, `12C-1234`, `29RM-000.12`; `桂F·12345`, `F·1234挂`."""
    is_trailer: bool


# I, J, O, Q, W are not used and R is a trailer's [S87a]. LD to MD: domain.md 7.1; the rest, as
# Circular 79/2024/TT-BCA has them: tractors, trials, restricted areas, international bodies (A).
# The digit of a series is lazy: five digits after one letter are all serial.
_VN_SERIES: Final = "R|RM|LD|DA|NG|NN|CD|KT|MD|MK|TD|HC|QT|CV|[A-HK-NPS-VX-Z][0-9]??"
_VN: Final = re.compile(rf"(1[1-9]|[2-9][0-9])({_VN_SERIES})([0-9]{{4,5}})")
_VN_STROKED: Final = re.compile(r"([0-9]{2}[MT])Đ")  # plates print MĐ and TĐ, keyboards often D

PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
ENDS: Final = "挂学警港澳领试超"  # domain.md 7.2 has 挂; the others by common knowledge (A)
_CN_SERIAL: Final = "|".join(
    (
        "(?=.*[0-9].*[0-9])[A-HJ-NP-Z0-9]{5}",  # at most a few letters (A): no word is a plate
        f"[A-HJ-NP-Z0-9]{{4}}[{ENDS}]",
        "[A-HJK][A-HJ-NP-Z0-9][0-9]{4}",  # new energy, small: D and F [S89], later A to K (A)
        "[0-9]{5}[A-HJK]",  # new energy, large
    )
)
_CN: Final = re.compile(rf"([{PROVINCES}]?)([A-Z])({_CN_SERIAL})")

# Why a text outside the grammar is outside: the first that fits, the group its parameter.
_VN_REASONS: Final = (
    (re.compile(r"(?P<province>0[0-9]|10).*"), InvalidCode.PLATE_PROVINCE),
    (re.compile(r"[0-9].*?(?P<letter>[IJOQW]).*"), InvalidCode.PLATE_UNUSED_LETTER),
)
_CN_REASONS: Final = (
    (re.compile(rf"(?P<province>[^{PROVINCES}A-Z0-9]).*"), InvalidCode.PLATE_PROVINCE),
    (
        re.compile(rf"[{PROVINCES}]?[A-Z](?=.*[0-9].*[0-9])[A-HJ-NP-Z0-9]{{4}}"),
        InvalidCode.PLATE_TRAILER_MARK,
    ),
    (re.compile(r".?[A-Z].*?(?P<letter>[IO]).*"), InvalidCode.PLATE_UNUSED_LETTER),
)
_REASONS: Final = {Country.VN: _VN_REASONS, Country.CN: _CN_REASONS}


def parse_plate(text: str, country: str | None = None) -> Plate:
    """Read a plate of `country`, or of whichever country its first sign says.

    The grammars cannot overlap: Vietnamese plates begin with a digit, Chinese never do.
    A Vietnamese series of letter and digit with only four digits after it is written like one
    letter and five digits: `12C12345` is always shown `12C-123.45`.
    Raises `Invalid` with a `plate_…` code, `blank` or `too_long`.
    """
    wanted = None if country is None else _country(country)
    value = _VN_STROKED.sub(r"\1D", compact(text))
    refuse_lookalikes(value, InvalidCode.PLATE_LOOKALIKE_LETTER)
    _refuse_signs(value)
    plates = [plate for read in _READERS if (plate := read(value))]
    for plate in plates:
        if wanted in (None, plate.country):
            return plate
    if plates:
        raise Invalid(InvalidCode.PLATE_OTHER_COUNTRY, value=value, country=plates[0].country.value)
    _explain(value, wanted or (Country.VN if value[0].isdigit() else Country.CN))


def parse_trailer_plate(text: str, country: str | None = None) -> Plate:
    """`parse_plate`, and a trailer: Vietnamese series R or RM, Chinese ending in 挂."""
    plate = parse_plate(text, country)
    if not plate.is_trailer:
        raise Invalid(InvalidCode.PLATE_NOT_TRAILER, value=plate.shown)
    return plate


def same_plate(a: Plate, b: Plate) -> bool:
    """The same plate: equal to the last sign, and in the province where both say one.

    Symmetric but not transitive (F12345 is 桂F12345 or 粤F12345, which differ): never group by it.
    """
    provinces = {a.province, b.province} - {""}
    return a.normalised == b.normalised and len(provinces) <= 1


def _country(code: str) -> Country:
    try:
        return Country(code)
    except ValueError:
        raise Invalid(InvalidCode.PLATE_UNKNOWN_COUNTRY, value=code[:10]) from None


def _refuse_signs(value: str) -> None:
    for sign in value:
        if not (sign.isalpha() or "0" <= sign <= "9"):
            raise Invalid(InvalidCode.PLATE_CHARACTER, value=value, character=sign)


def _vietnamese(value: str) -> Plate | None:
    match = _VN.fullmatch(value)
    if not match:
        return None
    province, series, serial = match.groups()
    pretty = f"{serial[:3]}.{serial[3:]}" if len(serial) == 5 else serial
    return Plate(
        country=Country.VN,
        normalised=value,
        province=province,
        shown=f"{province}{series}-{pretty}",
        is_trailer=series in ("R", "RM"),
    )


def _chinese(value: str) -> Plate | None:
    match = _CN.fullmatch(value)
    if not match:
        return None
    province, office, serial = match.groups()
    return Plate(
        country=Country.CN,
        normalised=office + serial,
        province=province,
        shown=f"{province}{office}·{serial}",
        is_trailer=serial.endswith("挂"),
    )


_READERS: Final[tuple[Callable[[str], Plate | None], ...]] = (_vietnamese, _chinese)


def _explain(value: str, country: Country) -> Never:
    for pattern, code in _REASONS[country]:
        if match := pattern.fullmatch(value):
            raise Invalid(code, value=value, **match.groupdict())
    raise Invalid(InvalidCode.PLATE_UNKNOWN_FORM, value=value)
