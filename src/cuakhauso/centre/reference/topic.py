"""What a topic of reference data is: its table, what a row is known by, what it says, what must hold."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ..lanes import models as lanes
from ..places import models as m
from ..web import words
from .checks import Check, Values
from .fields import Field, Value


@dataclass(frozen=True, slots=True)
class Topic:
    """`dated` rows have a first and a last day; others are changed when their day comes. `may_add` and
    `may_end` say whether rows come and go, or only what they say may change."""

    code: str
    title: str | Promise
    about: str | Promise
    group: str
    icon: str
    model: type[Model]
    key: tuple[Field, ...]
    values: tuple[Field, ...]
    dated: bool = True
    may_add: bool = True
    may_end: bool = True
    check: Check | None = None
    ends_as: str | Promise = ""
    names: tuple[str, ...] = ()
    public: bool = False

    @property
    def by_gate(self) -> bool:
        return any(field.name == "gate" for field in self.key)

    @property
    def nothing(self) -> str:
        """What it means that there is no row."""
        return str(self.ends_as or _("không còn áp dụng"))

    @property
    def is_of_gates(self) -> bool:
        return self.by_gate or self.model in OF_A_GATE

    def field(self, name: str) -> Field:
        return next(one for one in (*self.key, *self.values) if one.name == name)

    def rows(self, key: Values | None = None) -> QuerySet[Any]:
        """All rows, or those of one key."""
        found = self.model._default_manager.all()
        return found.filter(**self.columns(key)) if key is not None else found

    def columns(self, given: Values) -> dict[str, Any]:
        """As the table's columns have it."""
        return {
            ("gate_id" if name == "gate" else name): _column(self, name, value)
            for name, value in given.items()
        }

    def key_of(self, row: Any) -> dict[str, Value]:
        return {field.name: _value(row, field) for field in self.key}

    def values_of(self, row: Any) -> dict[str, Value]:
        return {field.name: _value(row, field) for field in self.values}

    def gate_of(self, key: Values) -> str:
        """Whose gate a row is of; empty where it is everybody's."""
        if self.by_gate:
            return str(key["gate"] or "")
        row = self.rows(key).first() if self.model in OF_A_GATE else None
        return str(row.gate_id) if row is not None else ""

    def said_key(self, key: Values) -> str:
        name = self._name(key)
        return name or " · ".join(str(field.said(key.get(field.name))) for field in self.key)

    def _name(self, key: Values) -> str:
        """Rows with a code are called by their name."""
        if not self.names:
            return ""
        row = self.rows(key).first()
        language = {"zh-hans": "name_zh", "en": "name_en"}.get(words.language(), "name")
        told = (getattr(row, language, "") or getattr(row, "name", "")) if row is not None else ""
        return f"{told} ({key['code']})" if told else str(key["code"])

    def said(self, values: Values | None) -> str:
        """What a row says, in one line."""
        if values is None:
            return self.nothing
        told = [(field, values.get(field.name)) for field in self.values]
        if len(told) == 1:
            return told[0][0].said(told[0][1])
        return " · ".join(f"{field.label}: {field.said(value)}" for field, value in told) or _("áp dụng")


OF_A_GATE = (m.Checkpoint, m.Yard, lanes.Lane)


def _column(topic: Topic, name: str, value: Value) -> Any:
    field = topic.field(name)
    if field.kind == "moment":
        return datetime.fromisoformat(str(value))
    if field.kind == "time":
        return time.fromisoformat(str(value))
    if name == "gate":
        return value or None
    return int(str(value)) if name == "weekday" else value


def _value(row: Any, field: Field) -> Value:
    value = row.gate_id or "" if field.name == "gate" else getattr(row, field.name)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value) if field.kind == "select" else value
