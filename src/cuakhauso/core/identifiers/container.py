"""Container numbers by ISO 6346 (domain.md 7.6): owner, category, six digits, check digit.

The check digit misses about one wrong reading in eleven, and 0 stands for both 0 and 10: a passed
check is not proof, and a failed one is never repaired (recognition.md).
"""

import re
from typing import Final

from stdnum import iso6346

from .errors import Invalid, InvalidCode
from .text import compact, refuse_lookalikes

_FORM: Final = re.compile(r"[A-Z]{4}[0-9]{7}")


def parse_container(text: str) -> str:
    """The 11 signs without spaces, as stored. Owner category U, J or Z.

    Raises `Invalid` with a `container_…` code; a wrong check digit comes with the `expected` one.
    """
    value = compact(text)
    refuse_lookalikes(value)
    if len(value) != 11:
        raise Invalid(InvalidCode.CONTAINER_LENGTH, value=value, length=str(len(value)))
    if not _FORM.fullmatch(value):
        raise Invalid(InvalidCode.CONTAINER_UNKNOWN_FORM, value=value)
    if value[3] not in "UJZ":
        raise Invalid(InvalidCode.CONTAINER_CATEGORY, value=value, category=value[3])
    expected = iso6346.calc_check_digit(value[:-1])
    if value[-1] != expected:
        raise Invalid(InvalidCode.CONTAINER_CHECK_DIGIT, value=value, expected=expected)
    return value


def shown_container(number: str) -> str:
    """`TSTU1004288` as painted on the door: `TSTU 100428 8`."""
    return iso6346.format(number)
