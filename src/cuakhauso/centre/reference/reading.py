"""A draft as a person or a system gave it, checked: every field that is wrong, with the reason, at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ..shared.errors import FieldError, Invalid
from . import rows, rules
from .fields import Field, Value, Wrong
from .topic import Topic
from .topics import CLOSURES, TOPICS

MOST_ROWS = 60
LONGEST_SOURCE, LONGEST_WORDS = 200, 1000


@dataclass(frozen=True, slots=True)
class RowGiven:
    """One row as it shall be; `after` is none where it shall no longer apply."""

    key: Mapping[str, Any]
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Draft:
    topic: str
    rows: Sequence[RowGiven] = field(default_factory=tuple)
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows with what they say now on the first day of the change."""

    topic: Topic
    rows: list[dict[str, Any]]
    valid_from: date | None
    valid_to: date | None
    source: str
    words: str

    @property
    def gates(self) -> list[str]:
        return sorted({self.topic.gate_of(row["key"]) for row in self.rows})


def checked(draft: Draft, now: datetime, today: date) -> Checked:
    """Raises `Invalid` with everything that is wrong."""
    topic = TOPICS.get(draft.topic)
    if topic is None:
        raise Invalid([FieldError("topic", "not_a_choice")])
    wrong = [*_against_head(topic, draft, today)]
    found: list[dict[str, Any]] = []
    for index, given in enumerate(draft.rows):
        row, errors = _row(topic, given, draft, now)
        wrong += [FieldError(f"rows.{index}.{e.field}", e.code, e.params) for e in errors]
        if row is not None and any(other["key"] == row["key"] for other in found):
            wrong.append(FieldError(f"rows.{index}.key", "row_twice"))
        if row is not None:
            found.append(row)
    if wrong:
        raise Invalid(wrong)
    dated = topic is not CLOSURES
    return Checked(
        topic, found, draft.valid_from if dated else None, draft.valid_to if topic.dated else None,
        draft.source.strip(), draft.words.strip(),
    )  # fmt: skip


def _against_head(topic: Topic, draft: Draft, today: date) -> Iterator[FieldError]:
    if topic is not CLOSURES:
        yield from rules.against_dates(draft.valid_from, draft.valid_to, dated=topic.dated, today=today)
    if not draft.source.strip():
        yield FieldError("source", "required")
    for name, given, limit in (
        ("source", draft.source, LONGEST_SOURCE),
        ("words", draft.words, LONGEST_WORDS),
    ):
        if len(given) > limit:
            yield FieldError(name, "too_long", {"length": len(given), "limit": limit})
        if "\0" in given:
            yield FieldError(name, "control_character")
    if not draft.rows:
        yield FieldError("rows", "required")
    if len(draft.rows) > MOST_ROWS:
        yield FieldError("rows", "too_many")


def _row(
    topic: Topic, given: RowGiven, draft: Draft, now: datetime
) -> tuple[dict[str, Any] | None, list[FieldError]]:
    key, wrong = _clean(topic.key, given.key, "key")
    after: dict[str, Value] | None = None
    if given.after is not None:
        after, more = _clean(topic.values, given.after, "after")
        wrong += more
    if wrong:
        return None, wrong
    before = rows.says(topic, key, draft.valid_from or now.date())
    wrong = list(_against_row(topic, key, before, after, now))
    return ({"key": key, "before": before, "after": after}, wrong) if not wrong else (None, wrong)


def _clean(
    fields: Sequence[Field], given: Mapping[str, Any], part: str
) -> tuple[dict[str, Value], list[FieldError]]:
    found: dict[str, Value] = {}
    known = {field.name for field in fields}
    wrong = [FieldError(f"{part}.{str(name)[:40]}", "unknown_field") for name in given if name not in known]
    for one in fields:
        try:
            found[one.name] = one.clean(given.get(one.name))
        except Wrong as bad:
            wrong.append(FieldError(f"{part}.{one.name}", bad.code, bad.params))
    return found, wrong


def _against_row(
    topic: Topic, key: dict[str, Value], before: Any, after: Any, now: datetime
) -> Iterator[FieldError]:
    parts = {field.name: "key" for field in topic.key} | {field.name: "after" for field in topic.values}
    if topic.check is not None:
        given = after if after is not None else before
        for error in topic.check(key, given) if given is not None else ():
            yield FieldError(f"{parts[error.field]}.{error.field}", error.code, error.params)
    if topic is CLOSURES:
        for error in rules.against_closing(key, before, after, now):
            yield FieldError(f"{parts[error.field]}.{error.field}", error.code, error.params)
    if after is None and not topic.may_end:
        yield FieldError("after", "cannot_end")
    if after is not None and before is None and not topic.may_add:
        yield FieldError("key.code", "not_a_choice")
    if not topic.dated and before is None and after is None:
        yield FieldError("key", "no_such_row")
