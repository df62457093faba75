"""Customs' own numbers and codes (domain.md 7.5): the declaration number, HS, office and type.

Only forms are checked here: which offices and types exist is reference data.
"""

import re
from enum import StrEnum
from typing import Final

import msgspec

from .errors import Invalid, InvalidCode
from .text import compact, digits, refuse_lookalikes


class CustomsDirection(StrEnum):
    IMPORT = "import"
    EXPORT = "export"


class CustomsNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A VNACCS declaration number. Match on `base` (or `same_declaration`): the last digit counts
    amendments and changes during the declaration's life [S83]."""

    digits: str
    base: str
    amendment: int
    direction: CustomsDirection


_DIRECTIONS: Final = {"1": CustomsDirection.IMPORT, "3": CustomsDirection.EXPORT}
_OFFICE: Final = re.compile(r"[0-9A-Z]{4}")
_TYPE: Final = re.compile(r"[A-Z][0-9]{2}")
_NO_CHAPTERS: Final = ("00", "77", "99")  # 77 is reserved; 98 is Vietnam's own (A)


def parse_customs_number(text: str) -> CustomsNumber:
    """12 digits. First digit 1 = import, 3 = export: seen in every record, written nowhere (A)."""
    value = digits(text, (12,), InvalidCode.CUSTOMS_NUMBER_LENGTH)
    direction = _DIRECTIONS.get(value[0])
    if direction is None:
        raise Invalid(InvalidCode.CUSTOMS_NUMBER_DIRECTION, value=value)
    return CustomsNumber(digits=value, base=value[:11], amendment=int(value[11]), direction=direction)


def same_declaration(a: CustomsNumber, b: CustomsNumber) -> bool:
    """One declaration, whatever number of amendments each side has seen."""
    return a.base == b.base


def parse_hs_code(text: str) -> str:
    """8 digits of the AHTN, dots and spaces dropped: `0810.60.00` is `08106000`.

    7 digits are refused, not padded: a spreadsheet that ate the first 0 may have eaten more.
    """
    value = digits(text, (8,), InvalidCode.HS_CODE_LENGTH)
    if chapter(value) in _NO_CHAPTERS:
        raise Invalid(InvalidCode.HS_CODE_CHAPTER, value=value, chapter=chapter(value))
    return value


def chapter(hs_code: str) -> str:
    """The two digits of the chapter, of a parsed HS code: `08` is fruit."""
    return hs_code[:2]


def parse_office_code(text: str) -> str:
    """Four letters or digits, such as `15BB` or `28NJ`. Any office: enterprises declare at home."""
    return _coded(text, _OFFICE, InvalidCode.OFFICE_CODE_FORM)


def parse_type_code(text: str) -> str:
    """A letter and two digits, such as `A11` or `B11`."""
    return _coded(text, _TYPE, InvalidCode.TYPE_CODE_FORM)


def _coded(text: str, form: re.Pattern[str], code: InvalidCode) -> str:
    value = compact(text)
    refuse_lookalikes(value)
    if not form.fullmatch(value):
        raise Invalid(code, value=value)
    return value
