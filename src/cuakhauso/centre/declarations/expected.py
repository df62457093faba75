"""What a form that is still being typed leads to: the fee, and the quarantine of its goods.

Told here only: the pages and the open API show this one answer. It says what it lacks, it never guesses, and
a fee that is not known is never zero.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cuakhauso.core import identifiers as ids
from cuakhauso.core.charges import Charge, MissingRate, dearest, dearest_class, expected_charge
from cuakhauso.core.declaration import Content, GoodsGroup, GoodsItem, Plate, Vehicle
from cuakhauso.core.reference import Reference
from cuakhauso.core.words import Agency, Kind, WeightClass

from ..shared.errors import FieldError
from ..web import refusals, words
from .form import DeclarationIn, VehicleIn
from .rules import WITH_GOODS, Findings

QUARANTINES = (Agency.PLANT_QUARANTINE, Agency.ANIMAL_QUARANTINE)
FIRST_CODE = "groups.0.items.0.hs"


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee of one vehicle: a charge; a row of the tariff that the Board has not filled in; told `later`,
    by the goods that it receives; or, with none of these, nothing to pay."""

    plate: str
    weight_class: str = ""
    goods_class: str = ""
    charge: Charge | None = None
    missing: MissingRate | None = None
    later: bool = False

    @property
    def amount(self) -> int | None:
        """In VND; None while it is not known."""
        if self.missing or self.later:
            return None
        return self.charge.amount if self.charge else 0


@dataclass(frozen=True, slots=True)
class Fees:
    """A row for each vehicle, none while the form lacks what it takes: `lacks` names those fields.
    `unsure`: some lines of goods, not the dearest as far as is typed, have no HS code yet."""

    rows: tuple[Fee, ...] = ()
    lacks: tuple[FieldError, ...] = ()
    unsure: bool = False

    @property
    def total(self) -> int | None:
        """In VND; None while any part of it is not known."""
        amounts = [row.amount for row in self.rows]
        known = [amount for amount in amounts if amount is not None]
        return None if self.lacks or len(known) < len(amounts) else sum(known)


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Which quarantines the goods need, by which chapters; `certain` once every line has its HS code."""

    needed: list[tuple[Agency, list[str]]]
    spared: list[Agency]
    certain: bool


def fees(form: DeclarationIn, ref: Reference, on: date) -> Fees:
    """The main vehicle's fee comes first, then that of each receiving vehicle, by the goods declared."""
    if lacks := tuple(_lacks(form, ref)):
        return Fees(lacks=lacks)
    if form.kind == Kind.RECEIVING:
        return Fees((Fee(_shown(form.vehicle), later=True),))
    return Fees(tuple(_rows(form, ref, on)), unsure=not all(_codes(form)))


def _vehicles(form: DeclarationIn) -> Iterator[tuple[str, Kind, VehicleIn]]:
    """Where each vehicle stands in the form, and as what it pays. Only a transshipment has receiving ones."""
    if form.kind:
        yield "", form.kind, form.vehicle
    if form.kind == Kind.IMPORT_TRANSSHIPMENT:
        for i, one in enumerate(form.receiving):
            yield f"receiving.{i}.", Kind.RECEIVING, one.vehicle


def _lacks(form: DeclarationIn, ref: Reference) -> Iterator[FieldError]:
    if not form.kind:
        yield FieldError("kind", "required")
    if not form.gate:
        yield FieldError("gate", "required")
    elif not ref.known:
        yield FieldError("gate", "gate_unknown")
    if form.kind == Kind.RECEIVING:
        return
    paying = [(prefix, vehicle) for prefix, kind, vehicle in _vehicles(form) if ref.share_of(kind)]
    for prefix, vehicle in paying:
        if not vehicle.weight_class:
            yield FieldError(f"{prefix}vehicle.weight_class", "required")
    if paying and form.kind in WITH_GOODS and (unknown := _without_code(form)):
        yield unknown


def _without_code(form: DeclarationIn) -> FieldError | None:
    """The HS code that decides the fee, that of the dearest goods, where it is none; and why."""
    found = Findings()
    lines = _lines(form, found)
    decides = dearest(lines.values())
    if decides is None:
        return FieldError(FIRST_CODE, ids.InvalidCode.BLANK)
    return next((error for error in found.errors if lines[error.field] is decides), None)


def _rows(form: DeclarationIn, ref: Reference, on: date) -> Iterator[Fee]:
    for _, kind, vehicle in _vehicles(form):
        if vehicle.weight_class:
            yield _fee(_content(form, kind, vehicle), ref, on)
        else:  # it was not asked for: this one pays nothing
            yield Fee(_shown(vehicle))


def _fee(content: Content, ref: Reference, on: date) -> Fee:
    plate, weight_class = content.vehicle.plate.shown, content.vehicle.weight_class
    due, goods_class = expected_charge(content, ref, on), dearest_class(content, ref)
    if isinstance(due, MissingRate):
        return Fee(plate, weight_class, goods_class, missing=due)
    return Fee(plate, weight_class, goods_class, charge=due)


def _content(form: DeclarationIn, kind: Kind, vehicle: VehicleIn) -> Content:
    """As much of the announcement as the tariff looks at."""
    plate = Plate(country="", number="", shown=_shown(vehicle))
    return Content(
        gate=form.gate, kind=kind, regime=form.regime,
        vehicle=Vehicle(plate=plate, weight_class=WeightClass(vehicle.weight_class)),
        groups=(GoodsGroup(items=tuple(_lines(form, Findings()).values())),),
    )  # fmt: skip


def told(found: Fees) -> dict[str, Any]:
    """The fees in words, as pages draw them."""
    return {
        "rows": [
            {
                "fee": row,
                "class_words": words.of(words.WEIGHT_CLASSES, row.weight_class),
                "goods_words": words.of(words.GOODS_CLASSES, row.goods_class),
                "missing": refusals.problem_title("tariff_missing", _row_of(row.missing))
                if row.missing
                else "",
                "order": words.of(words.ORDERS, row.charge.order) if row.charge else "",
                "line": row.charge.lines[0] if row.charge else None,
            }
            for row in found.rows
            if row.charge or row.missing
        ],
        "total": found.total,
        "unsure": found.unsure,
        "later": any(row.later for row in found.rows),
        "law": next((row.charge.lines[0].law for row in found.rows if row.charge), ""),
    }


def _row_of(missing: MissingRate) -> dict[str, str]:
    return {name: str(getattr(missing, name)) for name in ("weight_class", "regime", "goods_class", "kind")}


def quarantine(form: DeclarationIn, ref: Reference) -> Quarantine | None:
    """None while no line of goods has a valid HS code."""
    lines = _codes(form)
    chapters = sorted({hs[:2] for hs in lines if hs})
    if not chapters:
        return None
    needed = [
        (agency, found)
        for agency in QUARANTINES
        if (found := [c for c in chapters if agency in ref.quarantined_by([c])])
    ]
    named = {agency for agency, _ in needed}
    return Quarantine(needed, [a for a in QUARANTINES if a not in named], all(lines))


def _codes(form: DeclarationIn) -> list[str]:
    """The HS code of each line of goods, "" where it is none yet."""
    return [item.hs for item in _lines(form, Findings()).values()]


def _lines(form: DeclarationIn, found: Findings) -> dict[str, GoodsItem]:
    """Each line of goods by the field of its HS code; `found` takes up why a code is none."""
    typed = {
        f"groups.{i}.items.{j}.hs": item
        for i, group in enumerate(form.groups)
        for j, item in enumerate(group.items)
    }
    return {
        field: GoodsItem(
            name="", hs=found.parsed(field, ids.parse_hs_code, item.hs, ""), origin="", quantity=Decimal(0),
            unit="", weight_kg=item.weight_kg, value=item.value,
        )
        for field, item in typed.items()
    }  # fmt: skip


def _shown(vehicle: VehicleIn) -> str:
    """The plate as it is usually written, or as far as it is typed."""
    try:
        return ids.parse_plate(vehicle.plate, vehicle.country or None).shown
    except ids.Invalid:
        return vehicle.plate.strip()
