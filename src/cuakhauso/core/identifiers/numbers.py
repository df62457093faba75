"""Numbers of a declaration: ours, with a check digit for dictation, and the border guard's.

Ours keeps the shape people know, date and daily serial (domain.md 3.1, 7.7), and adds ISO 7064
MOD 11,10 over those 13 digits: any one wrong digit, and nearly any two swapped, is caught.
"""

import datetime as dt
from typing import Final

from stdnum.iso7064 import mod_11_10

from .errors import Invalid, InvalidCode
from .text import digits

_YEARS: Final = range(2000, 2100)
_SERIALS: Final = range(1, 100_000)


def make_number(date: dt.date, serial: int) -> str:
    """`YYYYMMDD-SSSSS-C` for the serial of that day, Hanoi time. Raises `Invalid` past 99999."""
    if serial not in _SERIALS:
        raise Invalid(InvalidCode.DECLARATION_NUMBER_SERIAL, value=str(serial))
    if date.year not in _YEARS:
        raise Invalid(InvalidCode.DECLARATION_NUMBER_DATE, value=str(date))
    body = f"{date:%Y%m%d}{serial:05}"
    return _written(body + mod_11_10.calc_check_digit(body))


def parse_number(text: str) -> str:
    """`YYYYMMDD-SSSSS-C`, typed with or without dashes and spaces.

    The check digit is judged first: a wrong digit in the date is a typing error like any other.
    """
    value = digits(text, (14,), InvalidCode.DECLARATION_NUMBER_LENGTH)
    if not mod_11_10.is_valid(value):
        raise Invalid(InvalidCode.DECLARATION_NUMBER_CHECK_DIGIT, value=value)
    if not _is_date(value[:4], value[4:6], value[6:8]):
        raise Invalid(InvalidCode.DECLARATION_NUMBER_DATE, value=value)
    if int(value[8:13]) not in _SERIALS:
        raise Invalid(InvalidCode.DECLARATION_NUMBER_SERIAL, value=value)
    return _written(value)


def make_border_guard_number(date: dt.date, serial: int) -> str:
    """DDMMYYYY and the serial of that day. Raises `Invalid` past 99999."""
    if serial not in _SERIALS:
        raise Invalid(InvalidCode.BORDER_GUARD_NUMBER_SERIAL, value=str(serial))
    return f"{date:%d%m%Y}{serial:05}"


def parse_border_guard_number(text: str) -> str:
    """13 digits, DDMMYYYY and a serial, as the border guard issues it: no check digit."""
    value = digits(text, (13,), InvalidCode.BORDER_GUARD_NUMBER_LENGTH)
    if not _is_date(value[4:8], value[2:4], value[:2]):
        raise Invalid(InvalidCode.BORDER_GUARD_NUMBER_DATE, value=value)
    if int(value[8:]) not in _SERIALS:
        raise Invalid(InvalidCode.BORDER_GUARD_NUMBER_SERIAL, value=value)
    return value


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        return dt.date(int(year), int(month), int(day)).year in _YEARS
    except ValueError:
        return False


def _written(value: str) -> str:
    return f"{value[:8]}-{value[8:13]}-{value[13:]}"
