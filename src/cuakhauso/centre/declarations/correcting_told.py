"""A correction in words: what officers asked for, earlier and new value of each field, who must approve it,
what opens again."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cuakhauso.core import asked
from cuakhauso.core import facts as f
from cuakhauso.core.facts import Fact, in_order
from cuakhauso.core.fold import State
from cuakhauso.core.words import Agency

from ..places.models import Gate, Yard
from ..web import formats, words
from .correcting import Proposal
from .page import label_of

# Where a field of the declaration has another name in the form.
IN_THE_FORM = {"driver": "driver.name", "payer": "payer_tax_code"}
CODES = {
    "kind": words.KINDS,
    "regime": words.REGIMES,
    "stay": words.STAYS,
    "vehicle.weight_class": words.WEIGHT_CLASSES,
}


# Where a list of the declaration begins in the form.
FIRST_OF = {
    "vehicle.trailers": "vehicle.trailers.0", "vehicle.containers": "vehicle.containers.0",
    "vehicle.seals": "vehicle.seals.0", "vehicle.documents": "vehicle.documents.0.kind",
}  # fmt: skip
PARTS: dict[str, Promise] = {
    "vehicle": gettext_lazy("Xe, rơ moóc, container"),
    "goods": gettext_lazy("Hàng hóa"),
    "customs_number": gettext_lazy("Tờ khai hải quan"),
    "documents": gettext_lazy("Giấy tờ, hạn"),
}


class Changed(NamedTuple):
    """One line: the field, what stood there, what shall stand there; what an officer read, and whether the
    new value is that."""

    label: str
    earlier: str
    new: str
    read: str = ""
    agrees: bool = False


class AskedField(NamedTuple):
    """One field of a request: where it stands in the form, its value now, what the officer read, and whether
    it has been changed since."""

    field: str
    page: str
    label: str
    now: str
    read: str
    is_followed: bool


class Asked(NamedTuple):
    """What one officer asked for. `waits`: a proposed correction follows it; `may_fill`: values were read of
    fields that are still open."""

    id: UUID
    by: str
    since: datetime
    words: str
    fields: list[AskedField]
    waits: bool
    may_fill: bool

    @property
    def left(self) -> list[AskedField]:
        return [one for one in self.fields if not one.is_followed]

    @property
    def is_partly_followed(self) -> bool:
        return 0 < len(self.left) < len(self.fields)


class Opened(NamedTuple):
    agency: str
    step: str


def changed(found: Iterable[f.Difference], read: Mapping[str, str] = MappingProxyType({})) -> list[Changed]:
    return [_changed(one, read.get(one.field, "")) for one in found]


def _changed(one: f.Difference, read: str) -> Changed:
    label, new = label_of_field(one.field), value_of(one.field, one.new)
    seen = value_of(one.field, read) if read else ""
    return Changed(label, value_of(one.field, one.earlier), new, seen, bool(read) and _same(seen, new))


def _same(one: str, other: str) -> bool:
    """Plates and numbers are written with dots and dashes, or without."""
    left, right = ("".join(sign for sign in text.upper() if sign.isalnum()) for text in (one, other))
    return left == right


def requests(state: State) -> list[Asked]:
    """What officers asked for and is still open, in their order; also what a waiting proposal follows."""
    by_id = {fact.id: fact for fact in (*state.answered, *state.corrections)}
    content = state.announced
    now = asked.values(content) if content else {}
    return [_asked(fact, state, now) for fact in in_order(by_id.values())]


def _asked(fact: Fact, state: State, now: Mapping[str, str]) -> Asked:
    left, read = asked.left_of(fact, state.followed), asked.read_of([fact])
    fields = [
        AskedField(
            field, page_of(field), label_of_field(field), value_of(field, now.get(field, "")),
            value_of(field, read[field]) if field in read else "", field not in left,
        )
        for field in asked.fields_of(fact)
    ]  # fmt: skip
    by = words.of(words.AGENCIES, fact.actor.agency) if fact.actor.agency else fact.actor.name
    may_fill = any(field in read for field in left)
    return Asked(fact.id, by, fact.occurred_at, fact.note, fields, fact in state.answered, may_fill)


def left_after(state: State, found: Iterable[f.Difference]) -> list[str]:
    """What officers asked for and these changes would not follow."""
    found = tuple(found)
    left = (asked.left_of(fact, state.followed, found) for fact in (*state.answered, *state.corrections))
    return list(dict.fromkeys(label_of_field(field) for fields in left for field in fields))


def detail(data: object, *, most: int = 4) -> str:
    """What was asked, or changed, field by field: for a line of the timeline."""
    lines: list[str] = []
    if isinstance(data, f.CorrectionAsked):
        read = {one.field: one.value for one in data.read}
        for field in filter(asked.is_known, data.fields):
            seen = f" → {value_of(field, read[field])}" if field in read else ""
            lines.append(label_of_field(field) + seen)
    elif isinstance(data, f.CorrectionProposed):
        lines = [f"{one.label}: {one.earlier} → {one.new}" for one in changed(data.differences)]
    more = [_("và %(count)s ô nữa") % {"count": len(lines) - most}] if len(lines) > most else []
    return "; ".join([*lines[:most], *more])


def page_of(field: str) -> str:
    """The field's name in the form."""
    return FIRST_OF.get(field) or IN_THE_FORM.get(field, field)


def label_of_field(field: str) -> str:
    if field in PARTS:
        return str(PARTS[field])
    named = IN_THE_FORM.get(field, field)
    if named == "vehicle.documents":
        return _("Giấy tờ của xe")
    if named == "receiving":
        return _("Xe nhận hàng")
    return _("Nhận hàng từ") if named == "receives_from" else label_of(named)


def value_of(field: str, value: str) -> str:
    if not value:
        return "—"
    if field in CODES:
        return words.of(CODES[field], value)
    if field == "expected_at":
        return formats.when(datetime.fromisoformat(value), words.language())
    if field in ("gate", "yard"):
        return _place(field, value)
    return value


def _place(field: str, code: str) -> str:
    if field == "gate":
        return words.gate_words(code) if Gate.objects.filter(pk=code).exists() else code
    yard = Yard.objects.filter(pk=code).first()
    return yard.name if yard else code


def agencies(given: Iterable[Agency]) -> str:
    return ", ".join(words.of(words.AGENCIES, agency) for agency in given)


def opened(found: Iterable[tuple[str, Agency]]) -> list[Opened]:
    """Confirmations that open again, by whom and which."""
    return [
        Opened(words.of(words.SHORT_AGENCIES, agency), words.of(words.STEPS, step)) for step, agency in found
    ]


def fee(before: int | None, after: int | None) -> str:
    """What becomes of the fee, where anything does."""
    if before == after:
        return ""
    unknown = _("chưa rõ")
    told = [unknown if n is None else formats.money(n, words.language()) for n in (before, after)]
    return _("Phí: %(before)s → %(after)s") % {"before": told[0], "after": told[1]}


def told(wanted: Proposal) -> dict[str, object]:
    """What the form says before it is sent."""
    return {
        "changed": changed(wanted.found, wanted.read),
        "left": [label_of_field(field) for field in wanted.left],
        "is_free": wanted.is_free,
        "approve": agencies(wanted.approve),
        "opened": opened(wanted.opens),
        "stands": wanted.stands,
        "fee": fee(wanted.fee_before, wanted.fee_after),
    }
