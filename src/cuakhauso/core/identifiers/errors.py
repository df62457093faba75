"""Why a text is not the identifier it should be: one error, a closed list of codes.

The sentences (reason and remedy, in every language) live beside the pages, keyed by the code and
filled from `params`; `PARAMS` says what each code brings.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class InvalidCode(StrEnum):
    """Stable for ever, never translated."""

    TOO_LONG = "too_long"
    BLANK = "blank"  # nothing, or a placeholder such as "." or "NULL"
    LOOKALIKE_LETTER = "lookalike_letter"  # a Cyrillic А in a code that knows Latin letters only

    PLATE_LOOKALIKE_LETTER = "plate_lookalike_letter"
    PLATE_CHARACTER = "plate_character"  # a sign no plate bears: two plates in one field, a note
    PLATE_UNUSED_LETTER = "plate_unused_letter"  # O for 0, I for 1
    PLATE_PROVINCE = "plate_province"
    PLATE_TRAILER_MARK = "plate_trailer_mark"  # Chinese, one sign short: no 挂, or a lost digit
    PLATE_UNKNOWN_FORM = "plate_unknown_form"
    PLATE_UNKNOWN_COUNTRY = "plate_unknown_country"
    PLATE_OTHER_COUNTRY = "plate_other_country"
    PLATE_NOT_TRAILER = "plate_not_trailer"

    CONTAINER_LENGTH = "container_length"
    CONTAINER_UNKNOWN_FORM = "container_unknown_form"
    CONTAINER_CATEGORY = "container_category"
    CONTAINER_CHECK_DIGIT = "container_check_digit"

    TAX_CODE_LENGTH = "tax_code_length"
    TAX_CODE_IMPOSSIBLE = "tax_code_impossible"  # no check digit exists for these nine digits
    TAX_CODE_BRANCH = "tax_code_branch"
    TAX_CODE_CHECK_DIGIT = "tax_code_check_digit"

    CUSTOMS_NUMBER_LENGTH = "customs_number_length"
    CUSTOMS_NUMBER_DIRECTION = "customs_number_direction"
    HS_CODE_LENGTH = "hs_code_length"
    HS_CODE_CHAPTER = "hs_code_chapter"
    OFFICE_CODE_FORM = "office_code_form"
    TYPE_CODE_FORM = "type_code_form"

    PERSON_ID_LENGTH = "person_id_length"
    PERSON_ID_OLD_CARD = "person_id_old_card"  # the 9-digit card, expired at the end of 2024
    PERSON_ID_PROVINCE = "person_id_province"
    PERSON_ID_CENTURY = "person_id_century"
    PERSON_ID_UNKNOWN_KIND = "person_id_unknown_kind"
    PASSPORT_FORM = "passport_form"
    BORDER_PASS_FORM = "border_pass_form"  # noqa: S105  a paper, not a password
    PHONE_UNKNOWN_FORM = "phone_unknown_form"

    TRANSPORT_LICENCE_FORM = "transport_licence_form"

    DECLARATION_NUMBER_LENGTH = "declaration_number_length"
    DECLARATION_NUMBER_DATE = "declaration_number_date"
    DECLARATION_NUMBER_SERIAL = "declaration_number_serial"
    DECLARATION_NUMBER_CHECK_DIGIT = "declaration_number_check_digit"
    BORDER_GUARD_NUMBER_LENGTH = "border_guard_number_length"
    BORDER_GUARD_NUMBER_DATE = "border_guard_number_date"
    BORDER_GUARD_NUMBER_SERIAL = "border_guard_number_serial"


_MORE: dict[InvalidCode, set[str]] = {
    InvalidCode.LOOKALIKE_LETTER: {"letter", "name"},
    InvalidCode.PLATE_LOOKALIKE_LETTER: {"letter", "name"},
    InvalidCode.PLATE_CHARACTER: {"character"},
    InvalidCode.PLATE_UNUSED_LETTER: {"letter"},
    InvalidCode.PLATE_PROVINCE: {"province"},
    InvalidCode.PLATE_OTHER_COUNTRY: {"country"},
    InvalidCode.CONTAINER_LENGTH: {"length"},
    InvalidCode.CONTAINER_CATEGORY: {"category"},
    InvalidCode.CONTAINER_CHECK_DIGIT: {"expected"},
    InvalidCode.TAX_CODE_LENGTH: {"digits"},
    InvalidCode.TAX_CODE_CHECK_DIGIT: {"expected"},
    InvalidCode.CUSTOMS_NUMBER_LENGTH: {"digits"},
    InvalidCode.HS_CODE_LENGTH: {"digits"},
    InvalidCode.HS_CODE_CHAPTER: {"chapter"},
    InvalidCode.PERSON_ID_LENGTH: {"digits"},
    InvalidCode.PERSON_ID_PROVINCE: {"province"},
    InvalidCode.DECLARATION_NUMBER_LENGTH: {"digits"},
    InvalidCode.BORDER_GUARD_NUMBER_LENGTH: {"digits"},
}

PARAMS: Final[Mapping[InvalidCode, frozenset[str]]] = MappingProxyType(
    {code: frozenset({"value"} | _MORE.get(code, set())) for code in InvalidCode}
    | {InvalidCode.TOO_LONG: frozenset({"limit", "length"})}
)
"""The names each code's sentence may use. `value` is the text as cleaned, never past its limit."""


class Invalid(ValueError):
    """The text is not such an identifier. `str()` gives the code alone: logs get no one's data."""

    def __init__(self, code: InvalidCode, /, **params: str) -> None:
        self.code: str = InvalidCode(code).value  # a copy made by pickle brings a plain text
        super().__init__(self.code)
        self.params: dict[str, str] = params
