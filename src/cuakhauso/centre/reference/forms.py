"""The page's form for one row, or for several that say the same: from what was typed to a draft, and back
with every error beside its field."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, QueryDict

from cuakhauso.core.reference import HANOI

from ..shared import store
from ..shared.errors import FieldError, Invalid
from ..web import refusals
from . import rows
from .fields import Field, Value
from .models import ReferenceChange
from .reading import Draft, RowGiven
from .topic import Topic
from .topics import CLOSURES

KINDS = {"number": "text", "moment": "datetime-local"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One field of the form as the template draws it."""

    name: str
    label: object
    kind: str
    value: Any
    options: list[tuple[str, str]]
    errors: list[str]
    hint: object
    required: bool
    fixed: str


@dataclass(frozen=True, slots=True)
class Form:
    topic: Topic
    given: QueryDict
    draft_known: ReferenceChange | None
    is_new: bool

    @classmethod
    def of(cls, topic: Topic, request: HttpRequest, draft: ReferenceChange | None) -> "Form":
        """A row is edited where its whole key came with the address; else a new one is written."""
        given = request.POST if request.method == "POST" else request.GET
        whole = all(f"key.{field.name}" in given for field in topic.key)
        is_new = given.get("is_new") == "1" if request.method == "POST" else not whole
        return cls(topic, given, draft, is_new)

    @property
    def at_once(self) -> bool:
        return self.topic is CLOSURES and self.given.get("at_once") == "1" and self.draft_known is None

    @property
    def ends(self) -> bool:
        return self.given.get("ends_row") == "1"

    # --- from the form to a draft -----------------------------------------------------------------

    def draft(self) -> Draft:
        """Raises `Invalid` for dates that are none."""
        wrong: list[FieldError] = []
        first, last = (self._day(name, wrong) for name in ("valid_from", "valid_to"))
        if wrong:
            raise Invalid(wrong)
        known = self.draft_known
        if known is not None:
            first, last = known.valid_from, known.valid_to
        return Draft(
            self.topic.code, [*self._kept(), *self._rows()], first, last,
            self.given.get("source", "") if known is None else known.source,
            self.given.get("words", "") if known is None else known.words,
        )  # fmt: skip

    def _day(self, name: str, wrong: list[FieldError]) -> date | None:
        typed = self.given.get(name, "").strip()
        try:
            return date.fromisoformat(typed) if typed else None
        except ValueError:
            wrong.append(FieldError(name, "not_a_date"))
            return None

    def _rows(self) -> Iterator[RowGiven]:
        after = None if self.ends else {one.name: self._typed(one, "after") for one in self.topic.values}
        for key in self._keys():
            yield RowGiven(key, after)

    def _keys(self) -> Iterator[dict[str, Any]]:
        """One key, or one for each of several that a field with `many` names."""
        key = {one.name: self._typed(one, "key") for one in self.topic.key}
        many = next((one for one in self.topic.key if one.many), None)
        chosen = self.given.getlist(f"key.{many.name}") if many else []
        yield from ({**key, many.name: one} for one in chosen) if many and chosen else (key,)

    def _typed(self, one: Field, part: str) -> Any:
        name = f"{part}.{one.name}"
        return self.given.getlist(name) if one.kind == "places" else self.given.get(name, "").strip()

    def _kept(self) -> Iterator[RowGiven]:
        """Rows of the draft that this form does not say anew."""
        mine = [*self._keys()]
        for key, _before, after in rows.asked(self.draft_known) if self.draft_known else ():
            if not any(all(str(key[name]) == str(value) for name, value in one.items()) for one in mine):
                yield RowGiven(dict(key), dict(after) if after is not None else None)

    # --- and back ---------------------------------------------------------------------------------

    def shown(
        self, errors: Sequence[FieldError] = (), reasons: Sequence[tuple[str, str]] = ()
    ) -> dict[str, Any]:
        said = _by_field(errors)
        posted = bool(errors or reasons)
        known = self._known()
        now = store.now().astimezone(HANOI)
        return {
            "topic": self.topic,
            "draft": self.draft_known,
            "key_fields": [self._drawn(one, "key", said, None, posted) for one in self.topic.key],
            "value_fields": [self._drawn(one, "after", said, known, posted) for one in self.topic.values],
            "is_new": self.is_new,
            "may_end": self.topic.may_end and (not self.is_new or self.ends),
            "ends_row": self.ends,
            "head": {
                name: {"value": self.given.get(name, ""), "error": said.get(name, [])}
                for name in ("valid_from", "valid_to", "source", "words")
            },
            "today": now.date().isoformat(),
            "is_closure": self.topic is CLOSURES,
            "rows_error": [*said.get("rows", []), *said.get("key", []), *said.get("after", [])],
            "reasons": reasons,
            "any_error": bool(errors),
        }

    def _known(self) -> dict[str, Value] | None:
        """What the row says now, to begin with."""
        if self.is_new:
            return None
        key = {one.name: self._typed(one, "key") for one in self.topic.key}
        try:
            return rows.says(self.topic, key, store.now().astimezone(HANOI).date())
        except (ValueError, KeyError):
            return None

    def _drawn(
        self, one: Field, part: str, said: dict[str, list[str]], known: dict[str, Value] | None, posted: bool
    ) -> Drawn:
        name, errors = f"{part}.{one.name}", said.get(f"{part}.{one.name}", [])
        typed = self._typed(one, part)
        if part == "key" and not self.is_new:
            return Drawn(name, one.label, "fixed", typed, [], errors, "", False, one.said(typed))
        several = one.many and self.is_new
        kind = "places" if several else KINDS.get(one.kind, one.kind)
        value = typed if posted or part == "key" else (known or {}).get(one.name, one.nothing)
        if one.kind == "moment" and part == "key" and not value and not posted:
            value = store.now().isoformat()  # a gate is closed now, most of the time
        drawn = self.given.getlist(name) if several else _for_input(one, value)
        required = not one.optional and kind not in ("flag", "places")
        return Drawn(name, one.label, kind, drawn, one.options(), errors, one.hint, required, "")


def _for_input(one: Field, value: Any) -> Any:
    if one.kind == "flag":
        return value in (True, "on", "true")
    if one.kind == "moment" and value:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            return value
        local = moment.astimezone(HANOI) if moment.tzinfo else moment
        return local.replace(tzinfo=None, second=0, microsecond=0).isoformat("T", "minutes")
    return "" if value is None else value


def _by_field(errors: Sequence[FieldError]) -> dict[str, list[str]]:
    """By the form's own names: of several rows that say the same, an error of a field is told once."""
    found: dict[str, list[str]] = {}
    for error in errors:
        parts = error.field.split(".")
        name = ".".join(parts[2:]) if parts[0] == "rows" and len(parts) > 2 else error.field
        sentence = refusals.field_error_sentence(error)
        if sentence not in found.setdefault(name, []):
            found[name].append(sentence)
    return found
