"""What is read of reference data and its changes: in force, coming, past; gaps; what waits for whom."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from cuakhauso.core.reference import HANOI
from cuakhauso.core.words import Kind, Regime, WeightClass

from ..accounts.principal import Principal
from ..places.models import Gate, GateClosure, OpeningHours, Setting, Tariff, TariffShare
from ..shared import store
from ..shared.errors import NotFound
from ..web import formats, words
from . import who
from .checks import MAY_BE_MISSING, SETTINGS, WEEKDAYS
from .models import ReferenceChange, Status
from .topic import Topic
from .topics import CLOSURES, TOPICS

IN_FORCE, COMING, PAST = "in_force", "coming", "past"
PAYS_NOTHING = (Kind.EMPTY_RETURN,)  # procedures.md 7: no share is set for it, and none is missing
PAGE = 50


# --- rows ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a topic as it stands: `when` is in force, coming or past."""

    topic: Topic
    key: dict[str, Any]
    values: dict[str, Any]
    when: str
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


def listed(topic: Topic, on: date, gate: str = "", *, past: bool = False) -> list[Row]:
    """A topic's rows, of one gate or of all; past ones only where asked for."""
    rows = [_row(topic, row, on) for row in _ordered(topic, gate)]
    return [row for row in rows if past or row.when != PAST]


def _ordered(topic: Topic, gate: str) -> QuerySet[Any]:
    found = topic.rows()
    has = {column.name for column in topic.model._meta.get_fields()}
    if gate and "gate" in has:
        mine = Q(gate=gate)
        everybodys = topic.by_gate and topic.field("gate").optional
        found = found.filter(mine | Q(gate=None) if everybodys else mine)
    keys = [field.name for field in topic.key]
    if topic is CLOSURES:
        return found.order_by("-begins")
    order = ["position", *keys] if "position" in has and not topic.dated else keys
    return found.order_by(*order, *(["valid_from"] if topic.dated else []))


def _row(topic: Topic, row: Any, on: date) -> Row:
    key, values = topic.key_of(row), topic.values_of(row)
    source = getattr(row, "source", "") or getattr(row, "law", "")
    if topic is CLOSURES:
        return Row(topic, key, values, _when_closed(row), source="")
    if not topic.dated:
        return Row(topic, key, values, IN_FORCE, source=source)
    return Row(topic, key, values, _when(row, on), row.valid_from, row.valid_to, source)


def _when(row: Any, on: date) -> str:
    if row.valid_from > on and row.valid_to != row.valid_from:
        return COMING
    return IN_FORCE if row.valid_to is None or row.valid_to > on else PAST


def _when_closed(row: GateClosure) -> str:
    now = store.now()
    if row.begins > now:
        return COMING
    return IN_FORCE if now < row.ends else PAST


def public(reader: Principal, code: str) -> Topic:
    """Raises `NotFound` for what this reader may not read."""
    topic = TOPICS.get(code)
    if topic is None or not (topic.public or who.sees(reader)):
        raise NotFound
    return topic


# --- gaps ----------------------------------------------------------------------------------------


def gaps(topic: Topic, on: date) -> list[str]:
    """What is missing, in words: a rate that nobody has filled in, a weekday without hours, a row that ends
    and has nothing after it."""
    found = [*GAPS[topic.code](on)] if topic.code in GAPS else []
    return [*found, *_ending(topic, on)]


def _ending(topic: Topic, on: date) -> Iterator[str]:
    if not topic.dated:
        return
    rows = [row for row in listed(topic, on) if row.when != PAST]
    begins = {(_frozen(row.key), row.valid_from) for row in rows}
    for row in rows:
        if row.valid_to is not None and (_frozen(row.key), row.valid_to) not in begins:
            day = formats.date(noon(row.valid_to), words.language())
            yield _("%(row)s: hết hạn ngày %(day)s, chưa có mức tiếp theo") % {
                "row": topic.said_key(row.key), "day": day,
            }  # fmt: skip


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=HANOI)


def _frozen(key: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(value)) for name, value in key.items()))


def _now(model: type[Model], on: date) -> QuerySet[Any]:
    in_force = Q(valid_to=None) | Q(valid_to__gt=on)
    return model._default_manager.filter(in_force, valid_from__lte=on)


def _no_rate(on: date) -> Iterator[str]:
    rates = _now(Tariff, on).filter(goods_class="ordinary", kind="").exclude(amount=None)
    known = set(rates.values_list("weight_class", "regime"))
    for regime in Regime:
        missing = [str(weight) for weight in WeightClass if (weight, regime) not in known]
        if missing:
            yield _("%(regime)s: chưa có mức cho %(classes)s") % {
                "regime": words.of(words.REGIMES, regime), "classes": ", ".join(missing),
            }  # fmt: skip


def _no_hours(on: date) -> Iterator[str]:
    known = set(_now(OpeningHours, on).values_list("gate_id", "weekday"))
    for gate, name in Gate.objects.values_list("pk", "name"):
        missing = [str(day) for number, day in enumerate(WEEKDAYS) if (gate, number) not in known]
        if missing:
            yield _("%(gate)s: không có giờ mở cửa %(days)s") % {"gate": name, "days": ", ".join(missing)}


def _no_share(on: date) -> Iterator[str]:
    known = set(_now(TariffShare, on).values_list("kind", flat=True))
    for kind in Kind:
        if kind not in known and kind not in PAYS_NOTHING:
            yield _("%(kind)s: chưa có phần phải nộp") % {"kind": words.of(words.KINDS, kind)}


def _no_setting(on: date) -> Iterator[str]:
    known = set(_now(Setting, on).filter(gate=None).values_list("name", flat=True))
    for name, title in SETTINGS.items():
        if name not in known and name not in MAY_BE_MISSING:
            yield _("%(name)s: chưa có mức cho mọi cửa khẩu") % {"name": title}


GAPS = {"tariff": _no_rate, "hours": _no_hours, "tariff_shares": _no_share, "settings": _no_setting}


# --- changes -------------------------------------------------------------------------------------


def changes(reader: Principal) -> QuerySet[ReferenceChange]:
    """Those that a reader may see, newest first; somebody else's drafts are nobody's business."""
    if not who.sees(reader):
        return ReferenceChange.objects.none()
    return ReferenceChange.objects.exclude(~Q(made_by=reader.id), status=Status.DRAFT).order_by("-made_at")


def change(reader: Principal, own: Any) -> ReferenceChange:
    found = changes(reader).filter(pk=own).first()
    if found is None:
        raise NotFound
    return found


def to_decide(reader: Principal) -> list[ReferenceChange]:
    """Proposals of others that this person may approve, and what was done at once and not yet looked at."""
    waits = Q(status=Status.PROPOSED) | Q(urgent=True, looked_at=None, status=Status.APPROVED)
    return _mine_to_edit(reader, changes(reader).filter(waits).exclude(made_by=reader.id).order_by("made_at"))


def own_open(reader: Principal) -> list[ReferenceChange]:
    return list(changes(reader).filter(made_by=reader.id, status__in=(Status.DRAFT, Status.PROPOSED)))


def coming(reader: Principal) -> list[ReferenceChange]:
    """Approved, and their day has not come."""
    return list(changes(reader).filter(status=Status.APPROVED, took_effect_at=None).order_by("valid_from"))


def _mine_to_edit(reader: Principal, found: Iterable[ReferenceChange]) -> list[ReferenceChange]:
    return [row for row in found if who.may_edit(reader, row.gates)]


def history(reader: Principal, topic: str = "") -> QuerySet[ReferenceChange]:
    found = changes(reader).exclude(status=Status.DRAFT)
    return found.filter(topic=topic) if topic in TOPICS else found
