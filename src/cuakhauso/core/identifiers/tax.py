"""Vietnamese tax codes (MST, domain.md 7.4). Its check digit is 10 − r: much public code says
11 − r and is wrong, so the sum stays with python-stdnum."""

from typing import Final

from stdnum.exceptions import InvalidChecksum, InvalidComponent
from stdnum.vn import mst

from .errors import Invalid, InvalidCode
from .people import PersonKind, parse_person_id
from .text import digits

_PERSON: Final = 12


def parse_tax_code(text: str) -> str:
    """Normal form: `0100233488`, with a branch `0100233488-001`, or a household's 12-digit person
    number (in use since 01/07/2025).

    Raises `Invalid` with a `tax_code_…` code, or a `person_id_…` code for the 12-digit form.
    """
    value = digits(text, (10, _PERSON, 13), InvalidCode.TAX_CODE_LENGTH)
    if len(value) == _PERSON:
        return parse_person_id(value, PersonKind.CITIZEN_ID).value
    if value[10:] == "000":
        raise Invalid(InvalidCode.TAX_CODE_BRANCH, value=value)
    _check(value)
    return mst.format(value)


def _check(value: str) -> None:
    expected = mst.calc_check_digit(value)
    if len(expected) > 1:  # remainder 0: such a number is never issued
        raise Invalid(InvalidCode.TAX_CODE_IMPOSSIBLE, value=value)
    try:
        mst.validate(value)
    except InvalidComponent as error:
        raise Invalid(InvalidCode.TAX_CODE_IMPOSSIBLE, value=value) from error
    except InvalidChecksum as error:
        raise Invalid(InvalidCode.TAX_CODE_CHECK_DIGIT, value=value, expected=expected) from error
