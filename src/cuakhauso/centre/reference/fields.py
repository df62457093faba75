"""One value of reference data: how it is called, what may stand in it, how it is read and shown.

Values travel as plain JSON: a day's clock as "07:00", a moment with its time zone, places as a list. `read`
takes what a form or the API gives and raises `Wrong` with the code of a field error.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cuakhauso.core.reference import HANOI

from ..web import formats, words

Value = str | int | bool | list[str] | None
Choices = Callable[[], list[tuple[str, str]]]
FLAGS = {"on": True, "true": True, "": False, "false": False}


class Wrong(Exception):
    """This cannot stand in the field; `code` is that of a field error."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Field:
    """`shown` says a value in words where it is not simply the choice, the number or the text itself."""

    name: str
    label: str | Promise
    read: Callable[["Field", Any], Value]
    kind: str = "text"
    choices: Choices | None = None
    optional: bool = False
    low: int = 0
    high: int = 2_000_000_000
    longest: int = 120
    shown: Callable[[Value], str] | None = None
    hint: str | Promise = ""
    many: bool = False  # a form may name several at once: a row for each

    def clean(self, given: Any) -> Value:
        """Raises `Wrong`."""
        if given is None or given in ("", []):
            if not self.optional and self.kind not in ("flag", "places"):
                raise Wrong("required")
            return self.nothing
        return self.read(self, given)

    @property
    def nothing(self) -> Value:
        return {"flag": False, "places": [], "number": None}.get(self.kind, "")  # type: ignore[return-value]

    def options(self) -> list[tuple[str, str]]:
        return self.choices() if self.choices else []

    def said(self, value: Value) -> str:
        """As a person reads it."""
        if self.shown is not None:
            return self.shown(value)
        if isinstance(value, bool):
            return _("có") if value else _("không")
        if self.choices is not None:
            named = dict(self.options())
            chosen = value if isinstance(value, list) else [value]
            return ", ".join(named.get(str(one), str(one)) for one in chosen)
        return str(value) if value not in (None, "") else _("chưa điền")


# --- read ----------------------------------------------------------------------------------------


def _text(field: Field, given: Any) -> Value:
    if not isinstance(given, str):
        raise Wrong("wrong_type")
    text = " ".join(given.split())
    if len(text) > field.longest:
        raise Wrong("too_long", length=len(text), limit=field.longest)
    if "\0" in text:
        raise Wrong("control_character")
    return text


def _choice(field: Field, given: Any) -> Value:
    if given not in {code for code, _words in field.options()}:
        raise Wrong("not_a_choice")
    return str(given)


def _number(field: Field, given: Any) -> Value:
    """Digits, also with the dots or spaces by which thousands are written."""
    text = str(given).replace(".", "").replace(" ", "") if isinstance(given, str) else given
    if isinstance(text, str):
        if not (text.isascii() and text.isdigit()) or len(text) > 12:
            raise Wrong("not_a_number")
        text = int(text)
    if isinstance(text, bool) or not isinstance(text, int):
        raise Wrong("not_a_number")
    if not field.low <= text <= field.high:
        raise Wrong("out_of_range")
    return text


def _flag(field: Field, given: Any) -> Value:
    if isinstance(given, bool):
        return given
    if given not in FLAGS:
        raise Wrong("wrong_type")
    return FLAGS[given]


def _clock(field: Field, given: Any) -> Value:
    try:
        return (
            time.fromisoformat(str(given)).replace(second=0, microsecond=0, tzinfo=None).isoformat("minutes")
        )
    except ValueError as bad:
        raise Wrong("not_a_clock") from bad


def _moment(field: Field, given: Any) -> Value:
    """A form's moment has no time zone: it is Hanoi's."""
    try:
        moment = datetime.fromisoformat(str(given))
    except ValueError as bad:
        raise Wrong("not_a_date") from bad
    local = moment if moment.tzinfo else moment.replace(tzinfo=HANOI)
    if not 2020 <= local.year <= 2100:
        raise Wrong("out_of_range")
    return local.astimezone(UTC).isoformat()


def _places(field: Field, given: Any) -> Value:
    chosen = given if isinstance(given, list) else [given]
    allowed = [code for code, _words in field.options()]
    if any(one not in allowed for one in chosen):
        raise Wrong("not_a_choice")
    return [code for code in allowed if code in chosen]


# --- kinds of fields -----------------------------------------------------------------------------


def text(name: str, label: str | Promise, **more: Any) -> Field:
    return Field(name, label, _text, **more)


def number(name: str, label: str | Promise, **more: Any) -> Field:
    return Field(name, label, _number, kind="number", **more)


def money(name: str, label: str | Promise, **more: Any) -> Field:
    return number(name, label, shown=_money, **more)


def flag(name: str, label: str | Promise) -> Field:
    return Field(name, label, _flag, kind="flag")


def clock(name: str, label: str | Promise) -> Field:
    return Field(name, label, _clock, kind="time")


def moment(name: str, label: str | Promise, **more: Any) -> Field:
    return Field(name, label, _moment, kind="moment", shown=_when, **more)


def choice(name: str, label: str | Promise, choices: Choices, **more: Any) -> Field:
    return Field(name, label, _choice, kind="select", choices=choices, **more)


def places(name: str, label: str | Promise, choices: Choices, **more: Any) -> Field:
    return Field(name, label, _places, kind="places", choices=choices, **more)


def named(table: Mapping[str, Any], codes: Iterable[object], nothing: str | Promise = "") -> Choices:
    """Choices from a table of words; `nothing` is what an empty choice means, where there is one."""

    def choices() -> list[tuple[str, str]]:
        first = [("", str(nothing))] if nothing else []
        return first + [(str(code), words.of(table, code)) for code in codes]

    return choices


def _money(value: Value) -> str:
    return formats.money(value, words.language()) if isinstance(value, int) else _("chưa có mức")


def _when(value: Value) -> str:
    try:
        return formats.when(datetime.fromisoformat(str(value)), words.language())
    except ValueError:
        return str(value)
