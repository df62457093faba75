"""Papers and phones of drivers and declarants (domain.md 7.3), and how lists may show them.

Start at `parse_person_id` and `parse_phone`. Lists and logs show the `mask_…` forms only.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

import msgspec

from .errors import Invalid, InvalidCode
from .text import clean, compact, digits, is_placeholder, refuse_lookalikes


class PersonKind(StrEnum):
    CITIZEN_ID = "citizen_id"
    PASSPORT = "passport"
    BORDER_PASS = "border_pass"  # noqa: S105  a paper, not a password


class PersonId(msgspec.Struct, frozen=True, kw_only=True):
    """A paper's kind and number. Its `repr` is masked, so that no traceback names a driver."""

    kind: PersonKind
    value: str

    def __repr__(self) -> str:
        return f"PersonId(kind={self.kind.value!r}, value={mask_id(self.value)!r})"


_OLD_CARD: Final = 9
_PASSPORT: Final = re.compile(r"[A-Z]{1,2}[0-9]{7,8}")
_BORDER_PASS: Final = re.compile(r"(?=(?:.*[0-9]){4})[A-Z0-9]{5,15}")


def parse_person_id(text: str, kind: str | None = None) -> PersonId:
    """Read a paper's number; without `kind`, digits are a citizen's card and the rest a passport.

    Citizen id (CCCD): 12 digits: province 001–096, a digit of century and sex, year, serial
    (Decree 137/2015). Passport: 1–2 letters and 7–8 digits. Border pass: 5–15 letters and digits,
    at least four of them digits, "/" dropped; its form is published nowhere (A), so say the kind.
    """
    read = _READERS.get(kind or _guess(text))
    if read is None:
        raise Invalid(InvalidCode.PERSON_ID_UNKNOWN_KIND, value=str(kind)[:20])
    return read(text)


def _guess(text: str) -> PersonKind:
    value = compact(text)
    return PersonKind.CITIZEN_ID if value[0].isdigit() else PersonKind.PASSPORT


def _citizen_id(text: str) -> PersonId:
    value = digits(text, (_OLD_CARD, 12), InvalidCode.PERSON_ID_LENGTH)
    if len(value) == _OLD_CARD:
        raise Invalid(InvalidCode.PERSON_ID_OLD_CARD, value=value)
    if not 1 <= int(value[:3]) <= 96:
        raise Invalid(InvalidCode.PERSON_ID_PROVINCE, value=value, province=value[:3])
    if value[3] not in "0123":  # men and women born in 19xx and 20xx
        raise Invalid(InvalidCode.PERSON_ID_CENTURY, value=value)
    return PersonId(kind=PersonKind.CITIZEN_ID, value=value)


def _passport(text: str) -> PersonId:
    value = compact(text)
    refuse_lookalikes(value)
    if not _PASSPORT.fullmatch(value):
        raise Invalid(InvalidCode.PASSPORT_FORM, value=value)
    return PersonId(kind=PersonKind.PASSPORT, value=value)


def _border_pass(text: str) -> PersonId:
    value = compact(text).replace("/", "")
    refuse_lookalikes(value)
    if not _BORDER_PASS.fullmatch(value):
        raise Invalid(InvalidCode.BORDER_PASS_FORM, value=value)
    return PersonId(kind=PersonKind.BORDER_PASS, value=value)


_READERS: Final[dict[str, Callable[[str], PersonId]]] = {
    PersonKind.CITIZEN_ID: _citizen_id,
    PersonKind.PASSPORT: _passport,
    PersonKind.BORDER_PASS: _border_pass,
}

# Vietnam: mobile 03, 05, 07, 08, 09 and eight digits; fixed 02 and nine. China: mobile only.
# "+84 (0)912…" is common on cards. No form of one country is a form of the other.
_VN_PHONE: Final = re.compile(r"(?:(?:\+|00)?840?|0)([35789][0-9]{8}|2[0-9]{9})")
_CN_PHONE: Final = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})")
_PHONES: Final = (("+84", _VN_PHONE), ("+86", _CN_PHONE))


def parse_phone(text: str) -> str:
    """E.164: `0912 345 642` is `+84912345642`, `138 1234 5678` is `+8613812345678`.

    Exactly one number and nothing else: a name glued to it is `phone_unknown_form`.
    """
    value = compact(text).replace("(", "").replace(")", "")
    for prefix, form in _PHONES:
        if match := form.fullmatch(value):
            return prefix + match[1]
    raise Invalid(InvalidCode.PHONE_UNKNOWN_FORM, value=value)


def mask_name(name: str) -> str:
    """`Nguyễn Văn An` as `N. V. An`: enough to call a driver by. One word keeps its first sign.

    Words with digits in them are hidden: phones are found glued to names (domain.md 3.6).
    """
    words = ["•••" if any(map(str.isdigit, word)) else word for word in _words(name)]
    if len(words) < 2:
        return "".join(word[0] + "••" for word in words)
    return " ".join([*(_initial(word) for word in words[:-1]), words[-1]])


def _words(name: str) -> list[str]:
    return [] if is_placeholder(name) else clean(name[:200], limit=1000).split()


def _initial(word: str) -> str:
    return word if word == "•••" else f"{word[0]}."


def mask_id(value: str) -> str:
    """The last four signs: `••• ••• 0412`. Under eight signs nothing is shown."""
    return f"••• ••• {value[-4:]}" if len(value) >= 8 else "••• •••"


def mask_phone(text: str) -> str:
    """`09•• ••• 642`, Chinese `+86 13•• ••• 642`; of what is no phone, nothing."""
    try:
        number = parse_phone(text)
    except Invalid:
        return "••• •••"
    start = f"0{number[3]}" if number.startswith("+84") else f"+86 {number[3:5]}"
    return f"{start}•• ••• {number[-3:]}"
