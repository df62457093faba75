"""A change as its page shows it: rows before and after, how it stands, what it would change, who acted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from cuakhauso.core.steps import STEPS
from cuakhauso.core.where import movable

from ..accounts.models import User
from ..accounts.principal import Principal
from ..shared.models import AuditEntry, Crossing
from ..web import formats, words
from . import queries, rows
from .models import ReferenceChange, Status
from .topic import Topic
from .topics import CLOSURES, TOPICS

LOOKS = {
    "draft": "not_yet", "proposed": "waiting", "coming": "not_yet", "in_force": "done",
    "ended": "not_required", "refused": "refused", "withdrawn": "not_required",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One row: what it is, what it says before and after; `same` where nothing changes on the first day."""

    index: int
    what: str
    before: str
    after: str
    same: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A change in a list."""

    change: ReferenceChange
    topic: Topic
    what: str
    more: int
    first_day: str
    status_words: str
    look: str


def status_of(change: ReferenceChange) -> str:
    if change.status != Status.APPROVED:
        return str(change.status)
    if change.ended_at is not None:
        return "ended"
    return "coming" if change.took_effect_at is None else "in_force"


def line(change: ReferenceChange) -> Line:
    said, status = [*_rows(change)], status_of(change)
    what = f"{said[0].what}: {said[0].before} → {said[0].after}" if said else ""
    told = words.of(words.CHANGE_STATUSES, status)
    if change.urgent and change.looked_at is None:
        told = _("Đã đóng ngay, chờ xem lại")
    look = "waiting" if change.urgent and change.looked_at is None else LOOKS[status]
    first_day = day(change.valid_from)
    return Line(change, TOPICS[change.topic], what, max(0, len(said) - 1), first_day, told, look)


def _rows(change: ReferenceChange) -> Iterator[Said]:
    topic = TOPICS[change.topic]
    for index, (key, before, after) in enumerate(rows.asked(change)):
        was = topic.said(before) if before is not None else str(topic.ends_as or _("chưa có"))
        yield Said(index, topic.said_key(key), was, topic.said(after), before == after, before is None)


def whole(change: ReferenceChange) -> dict[str, Any]:
    """Everything that the page says of it, to whoever may see it."""
    topic = TOPICS[change.topic]
    return {
        "topic": topic,
        "line": line(change),
        "said": [*_rows(change)],
        "replaced": [*_replaced(change)] if change.status in (Status.DRAFT, Status.PROPOSED) else [],
        "first_day": day(change.valid_from),
        "last_day": day(change.valid_to),
        "acts": [*_acts(change)],
        "is_closure": topic is CLOSURES,
        "effects": effects(change),
    }


def by_law() -> list[tuple[str, str]]:
    """Where the law's own list has each step that a gate may have done elsewhere."""
    return [
        (
            words.of(words.STEPS, step),
            ", ".join(words.of(words.CHECKPOINTS, at) for at in STEPS[step].at or ("desk",)),
        )
        for step in movable()
    ]


def day(moment: date | None) -> str:
    return formats.date(queries.noon(moment), words.language()) if moment else ""


def _replaced(change: ReferenceChange) -> Iterator[str]:
    """What was to come and will not, if this is approved."""
    topic = TOPICS[change.topic]
    for key, span in rows.replaced(change):
        yield _("%(row)s từ %(day)s: %(says)s") % {
            "row": topic.said_key(key), "day": day(span.begins), "says": topic.said(span.says),
        }  # fmt: skip


def _acts(change: ReferenceChange) -> Iterator[tuple[Any, str, str, str]]:
    """When, who, what, and with which words, from the record."""
    entries = list(AuditEntry.objects.filter(subject=f"reference:{change.topic}:{change.pk}").order_by("id"))
    names = _names([entry.actor for entry in entries])
    for entry in entries:
        decided = entry.verb in ("reference_approved", "reference_refused")
        told = change.decided_words if decided else ""
        who = names.get(entry.actor, _("Nền tảng"))
        yield entry.at, who, words.of(words.CHANGE_ACTS, entry.verb), told


def _names(actors: list[str]) -> dict[str, str]:
    ids = {actor: actor.removeprefix("person:user:") for actor in actors if actor.startswith("person:user:")}
    known = {str(user.pk): str(user) for user in User.objects.filter(pk__in=set(ids.values()))}
    return {actor: known[pk] for actor, pk in ids.items() if pk in known}


# --- what it would change ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """Living or past crossings: how many were looked at, what would be different, some to look at."""

    title: str
    lines: list[str]
    examples: list[tuple[UUID, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    finished: bool
    percent: int
    parts: list[Part]


def effects(change: ReferenceChange) -> Shown | None:
    told = change.effects
    if told is None:
        return None
    percent = 100 * told["done"] // told["of"] if told["of"] else 100
    parts = [_part(name, told) for name in ("living", "past") if name in told]
    if told.get("expected") is not None:
        parts.insert(0, _expected(told["expected"]))
    return Shown(bool(told.get("finished")), percent, [part for part in parts if part is not None])


def _expected(count: int) -> Part:
    said = ngettext(
        "%(count)s xe chưa tới đã khai sẽ đến trong lúc đóng.",
        "%(count)s xe chưa tới đã khai sẽ đến trong lúc đóng.", count,
    ) % {"count": count}  # fmt: skip
    return Part(_("Xe đã khai giờ đến"), [said], [])


def _part(name: str, told: dict[str, Any]) -> Part | None:
    found = told[name]
    if name == "past" and not found["looked_at"]:
        return None
    title = _("Xe đang ở cửa khẩu hoặc sắp tới")
    if name == "past":
        title = _("Lượt xe trong %(days)s ngày qua, xét lại theo quy định mới") % {"days": told["days"]}
    head = _("Đã xem %(looked)s, %(touched)s có khác.") % {
        "looked": _number(found["looked_at"]), "touched": _number(found["touched"]),
    }  # fmt: skip
    lines = [head, *_fees(found["fees"]), *_steps(found), *_weights(found), *_permits(found, name)]
    return Part(title, lines, _examples(found))


def _number(count: int) -> str:
    return formats.number(count, words.language())


def _fees(fees: dict[str, int]) -> Iterator[str]:
    if fees["changed"]:
        change = fees["after"] - fees["before"]
        money = {name: formats.money(fees[name], words.language()) for name in ("before", "after")}
        sign = "+" if change >= 0 else "−"
        money |= {"count": _number(fees["changed"])}
        money |= {"change": f"{sign}{formats.money(abs(change), words.language())}"}
        yield _("%(count)s xe nộp phí khác: tổng %(before)s thành %(after)s (%(change)s).") % money
    if fees["unknown_before"]:
        count = _number(fees["unknown_before"])
        yield _("Trong đó %(count)s xe trước đây chưa có mức để tính.") % {"count": count}
    if fees["unknown_after"]:
        yield _("%(count)s xe sẽ không có mức để tính phí.") % {"count": _number(fees["unknown_after"])}


def _steps(found: dict[str, Any]) -> Iterator[str]:
    for step, count in found["newly_required"].items():
        told = {"count": _number(count), "step": words.of(words.STEPS, step)}
        yield _("%(count)s xe phải làm thêm: %(step)s.") % told
    for step, count in found["no_longer"].items():
        told = {"count": _number(count), "step": words.of(words.STEPS, step)}
        yield _("%(count)s xe không còn phải làm: %(step)s.") % told
    for step, count in found["elsewhere"].items():
        told = {"count": _number(count), "step": words.of(words.STEPS, step)}
        yield _("%(count)s xe làm ở chỗ khác: %(step)s.") % told


WEIGHTS = {
    "wider": gettext_lazy("%(count)s xe được lệch nhiều hơn so với khối lượng khai."),
    "narrower": gettext_lazy("%(count)s xe được lệch ít hơn so với khối lượng khai."),
    "off": gettext_lazy("%(count)s xe đã cân sẽ thành lệch quá mức."),
    "right": gettext_lazy("%(count)s xe đã cân sẽ không còn lệch quá mức."),
}


def _weights(found: dict[str, Any]) -> Iterator[str]:
    """A preview made before weights were compared says nothing of them."""
    for name, count in found.get("weights", {}).items():
        if count:
            yield str(WEIGHTS[name]) % {"count": _number(count)}


def _permits(found: dict[str, Any], name: str) -> Iterator[str]:
    refused, permitted = ({"count": _number(found[one])} for one in ("refused", "permitted"))
    if found["refused"]:
        living = _("%(count)s xe đang được đi tiếp sẽ bị dừng.") % refused
        yield living if name == "living" else _("%(count)s lượt lẽ ra không được qua lúc đó.") % refused
    if found["permitted"]:
        living = _("%(count)s xe đang phải dừng sẽ được đi tiếp.") % permitted
        past = _("%(count)s lượt đã qua dù chưa đủ điều kiện, nay lẽ ra được qua.") % permitted
        yield living if name == "living" else past


def _examples(found: dict[str, Any]) -> list[tuple[UUID, str]]:
    ids = list(dict.fromkeys(one for ones in found["examples"].values() for one in ones))[:8]
    plates = dict(Crossing.objects.filter(pk__in=ids).values_list("pk", "plate_shown"))
    return [(UUID(one), plates[UUID(one)]) for one in ids if UUID(one) in plates]


# --- what waits for me ---------------------------------------------------------------------------


def waiting(reader: Principal, language: str) -> str:
    """The live part of the first page: how many wait for this person, and which."""
    with override(language):
        shown = {"waiting": [line(change) for change in queries.to_decide(reader)]}
        return render_to_string("reference/_waiting.html", shown)
