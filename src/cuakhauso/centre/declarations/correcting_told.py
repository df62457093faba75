"""A correction in words: earlier and new value of each field, who must approve it, what opens again."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from cuakhauso.core import facts as f
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


class Changed(NamedTuple):
    """One line: the field, what stood there, what shall stand there."""

    label: str
    earlier: str
    new: str


class Opened(NamedTuple):
    agency: str
    step: str


def changed(found: Iterable[f.Difference]) -> list[Changed]:
    return [Changed(_label(d.field), _value(d.field, d.earlier), _value(d.field, d.new)) for d in found]


def _label(field: str) -> str:
    named = IN_THE_FORM.get(field, field)
    if named == "vehicle.documents":
        return _("Giấy tờ của xe")
    return _("Nhận hàng từ") if named == "receives_from" else label_of(named)


def _value(field: str, value: str) -> str:
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
        "changed": changed(wanted.found),
        "is_free": wanted.is_free,
        "approve": agencies(wanted.approve),
        "opened": opened(wanted.opens),
        "stands": wanted.stands,
        "fee": fee(wanted.fee_before, wanted.fee_after),
    }
