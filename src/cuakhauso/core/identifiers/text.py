"""What people paste, made plain before anything reads it. Start at `clean`."""

import unicodedata
from typing import Final

from .errors import Invalid, InvalidCode

LIMIT: Final = 40  # of one identifier as typed: the longest has 15 signs, the rest are separators

_NOTHING: Final = frozenset({"null", "none", "nil", "n/a", "#n/a", "undefined"}) | {
    "không", "không có", "chưa có", "无", "没有",
}  # fmt: skip
_SEPARATORS: Final = " .-·•・‧∙‐‑‒–—―−"
_UPPER: Final = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzđ", "ABCDEFGHIJKLMNOPQRSTUVWXYZĐ", _SEPARATORS
)  # not str.upper(): it makes "I" of a dotless ı and "SS" of an ß
_CHINESE: Final = range(0x4E00, 0xA000)


def clean(text: str, *, limit: int = 500) -> str:
    """One line of plain text: NFC, half-width, single spaces, no control or invisible signs.

    Compatibility forms other than full-width stay (NFKC would turn ² into 2). Zero-width signs
    vanish, as they do on the screen. Raises `Invalid` past `limit`, before reading the text.
    """
    if len(text) > limit:
        raise Invalid(InvalidCode.TOO_LONG, limit=str(limit), length=str(len(text)))
    composed = unicodedata.normalize("NFC", "".join(map(_plain, text)))
    result = " ".join(composed.split())
    if len(result) > limit:  # NFC takes a few rare signs apart
        raise Invalid(InvalidCode.TOO_LONG, limit=str(limit), length=str(len(result)))
    return result


def _plain(sign: str) -> str:
    if sign.isascii() and sign.isprintable():
        return sign
    if "\uff01" <= sign <= "\uff5e":
        return chr(ord(sign) - 0xFEE0)
    if "\ufe00" <= sign <= "\ufe0f":  # variation selectors
        return ""
    return {"Cf": "", "Cc": " ", "Cs": " ", "Zs": " "}.get(unicodedata.category(sign), sign)


def is_placeholder(text: str) -> bool:
    """Nothing was said: empty, only punctuation, or a word for nothing ("NULL", "không có", "无").

    "0", "x" and "na" are not placeholders: a weight, a tick and a fruit.
    """
    if len(text) > LIMIT:
        return False
    said = clean(text, limit=10 * LIMIT).casefold()
    return said in _NOTHING or not any(sign.isalnum() for sign in said)


def compact(text: str) -> str:
    """The signs that count: cleaned, Latin letters in upper case, no spaces, dots or dashes."""
    cleaned = clean(text, limit=LIMIT)
    if is_placeholder(cleaned):
        raise Invalid(InvalidCode.BLANK, value=cleaned)
    return cleaned.translate(_UPPER)


def refuse_lookalikes(value: str, code: InvalidCode = InvalidCode.LOOKALIKE_LETTER) -> None:
    """Raise on a letter neither Latin A–Z nor Chinese. Never repaired: a Cyrillic В stands for B
    by shape and for V by sound, and only the writer knows which."""
    for letter in value:
        if letter.isalpha() and not letter.isascii() and ord(letter) not in _CHINESE:
            name = unicodedata.name(letter, "")
            raise Invalid(code, value=value, letter=letter, name=name)


def digits(text: str, lengths: tuple[int, ...], code: InvalidCode) -> str:
    """ASCII digits of one of these lengths, separators dropped; raises `Invalid(code)`."""
    value = compact(text)
    found = sum("0" <= sign <= "9" for sign in value)
    if found != len(value) or found not in lengths:
        raise Invalid(code, value=value, digits=str(found))
    return value
