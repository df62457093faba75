"""The rows of a topic as they stand, and how a change is written into them."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import F, Max

from . import rules
from .models import ReferenceChange
from .rules import Said, Span
from .topic import Topic
from .topics import TOPICS


def spans(topic: Topic, key: Said) -> list[Span]:
    """The dated rows of one key, oldest first."""
    rows = topic.rows(key).exclude(valid_to=F("valid_from")).order_by("valid_from")
    return [span_of(topic, row) for row in rows]


def span_of(topic: Topic, row: Any) -> Span:
    return Span(row.valid_from, row.valid_to, topic.values_of(row), row.source, row.pk)


def says(topic: Topic, key: Said, on: date | None) -> dict[str, Any] | None:
    """What the key says on a day; none where there is no row. Rows without dates say it every day."""
    if topic.dated and on is not None:
        found = next((span for span in spans(topic, key) if span.covers(on)), None)
        return dict(found.says) if found else None
    row = topic.rows(key).first()
    return topic.values_of(row) if row is not None else None


def asked(change: ReferenceChange) -> Iterator[tuple[Said, Said | None, Said | None]]:
    """Key, before and after of each row that the change names."""
    for row in change.rows:
        yield row["key"], row["before"], row["after"]


def replaced(change: ReferenceChange) -> list[tuple[Said, Span]]:
    """Rows that were to come, and never will if this change is approved."""
    topic = TOPICS[change.topic]
    if not topic.dated or change.valid_from is None:
        return []
    new = Span(change.valid_from, change.valid_to, {}, change.source)
    return [
        (key, span)
        for key, _before, _after in asked(change)
        for span in spans(topic, key)
        if span.begins > new.begins and (new.ends is None or span.begins < new.ends)
    ]


def changes_something(change: ReferenceChange) -> bool:
    topic = TOPICS[change.topic]
    if not topic.dated or change.valid_from is None:
        return any(before != after for _key, before, after in asked(change))
    new = Span(change.valid_from, change.valid_to, {}, change.source)
    return any(not rules.says_already(spans(topic, key), new, after) for key, _before, after in asked(change))


def overtaken(change: ReferenceChange) -> bool:
    """Whether a row no longer says what it said when the change was drafted."""
    topic = TOPICS[change.topic]
    return any(says(topic, key, change.valid_from) != before for key, before, _after in asked(change))


# --- write ---------------------------------------------------------------------------------------


def write(change: ReferenceChange, today: date, leave_out: Sequence[Said] = ()) -> None:
    """Into the rows, inside the caller's transaction. Keys in `leave_out` keep what they say."""
    topic = TOPICS[change.topic]
    for key, _before, after in asked(change):
        if key in leave_out:
            continue
        if topic.dated:
            _carve(topic, key, after, change, today)
        else:
            _set(topic, key, after, change)


def _carve(topic: Topic, key: Said, after: Said | None, change: ReferenceChange, today: date) -> None:
    assert change.valid_from is not None
    new = Span(change.valid_from, change.valid_to, {}, change.source)
    cut = rules.carved(spans(topic, key), new, after, today)
    topic.rows(key).filter(pk__in=[span.row for span in cut.gone]).delete()
    for span in cut.ended:
        topic.rows(key).filter(pk=span.row).update(valid_to=span.ends)
    for span in cut.new:
        topic.model._default_manager.create(
            **topic.columns(key), **topic.columns(span.says),
            valid_from=span.begins, valid_to=span.ends, source=span.source,
        )  # fmt: skip


def _set(topic: Topic, key: Said, after: Said | None, change: ReferenceChange) -> None:
    """A row without dates: it says this from now on."""
    if after is None:
        topic.rows(key).delete()
        return
    given = topic.columns(after)
    has = {column.name for column in topic.model._meta.get_fields()}
    if "source" in has:
        given["source"] = change.source
    if topic.rows(key).update(**given):
        return
    if "position" in has:
        last = topic.rows().aggregate(last=Max("position"))["last"]
        given["position"] = (last or 0) + 1
    topic.model._default_manager.create(**topic.columns(key), **given)
