"""What a form that is still being typed leads to: the fee, and the quarantine of its goods.

Reads the unfinished form leniently, and says what it lacks for an answer; it never guesses and never
shows zero for a fee that is not known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from cuakhauso.core import identifiers as ids
from cuakhauso.core.charges import Charge, MissingRate, expected_charge
from cuakhauso.core.declaration import Content, GoodsGroup, GoodsItem, Plate, Vehicle
from cuakhauso.core.reference import Reference
from cuakhauso.core.words import Agency, Kind, Regime, WeightClass

from ..web import refusals, words
from .rules import WITH_GOODS

QUARANTINES = (Agency.PLANT_QUARANTINE, Agency.ANIMAL_QUARANTINE)


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee of one vehicle: a charge, a row that the Board has not filled in, or not to be told yet."""

    plate: str
    weight_class: str
    goods_class: str = ""
    charge: Charge | None = None
    missing: MissingRate | None = None


@dataclass(frozen=True, slots=True)
class Fees:
    """`lacks` are the fields without which no fee can be told; `unsure`, that some goods have no HS code."""

    rows: list[Fee] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    unsure: bool = False
    later: bool = False

    @property
    def total(self) -> int | None:
        if self.lacks or not self.rows or any(row.charge is None for row in self.rows):
            return None
        return sum(row.charge.amount for row in self.rows if row.charge)


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Which quarantines the goods need, by which chapters; `certain` once every line has its HS code."""

    needed: list[tuple[Agency, list[str]]]
    spared: list[Agency]
    certain: bool


def fees(tree: Mapping[str, Any], ref: Reference, on: date) -> Fees:
    """`tree` as `nested.nest` gives it."""
    kind = _member(Kind, tree.get("kind"))
    if kind is None:
        return Fees(lacks=["kind"])
    if kind not in WITH_GOODS:
        return Fees(later=kind is Kind.RECEIVING)
    groups, lines = _groups(tree), list(_lines(tree))
    lacks = []
    vehicles = [("", _part(tree, "vehicle"), kind)]
    vehicles += [
        (f"receiving.{i}.", _part(one, "vehicle"), Kind.RECEIVING)
        for i, one in enumerate(_listed(tree, "receiving"))
    ]
    rows = []
    for prefix, vehicle, of_kind in vehicles:
        content = _content(vehicle, of_kind, tree, groups)
        if content is None:
            lacks.append(f"{prefix}vehicle.weight_class")
        else:
            rows.append(_fee(content, ref, on))
    coded = [hs for hs in lines if hs]
    if not coded:
        lacks.append("groups.0.items.0.hs")
    return Fees(rows if not lacks else [], lacks, unsure=len(coded) < len(lines))


def _fee(content: Content, ref: Reference, on: date) -> Fee:
    due = expected_charge(content, ref, on)
    plate, weight_class = content.vehicle.plate.shown, str(content.vehicle.weight_class)
    goods = max(content.items, key=lambda item: (item.value, item.weight_kg), default=None)
    goods_class = ref.goods_class(goods.hs) if goods else "ordinary"
    if isinstance(due, MissingRate):
        return Fee(plate, weight_class, goods_class, missing=due)
    return Fee(plate, weight_class, goods_class, charge=due)


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
        ],
        "total": found.total,
        "unsure": found.unsure,
        "later": found.later,
        "law": next((row.charge.lines[0].law for row in found.rows if row.charge), ""),
    }


def _row_of(missing: MissingRate) -> dict[str, str]:
    return {name: str(getattr(missing, name)) for name in ("weight_class", "regime", "goods_class", "kind")}


def quarantine(tree: Mapping[str, Any], ref: Reference) -> Quarantine | None:
    """None while no line of goods has a valid HS code."""
    lines = list(_lines(tree))
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


def _content(
    vehicle: Mapping[str, Any], kind: Kind, tree: Mapping[str, Any], groups: tuple[GoodsGroup, ...]
) -> Content | None:
    weight = _member(WeightClass, vehicle.get("weight_class"))
    if weight is None:
        return None
    shown = _plate(str(vehicle.get("plate") or ""))
    return Content(
        gate=str(tree.get("gate") or ""), kind=kind,
        regime=_member(Regime, tree.get("regime")) or Regime.BUSINESS,
        vehicle=Vehicle(plate=Plate(country="", number="", shown=shown), weight_class=weight), groups=groups,
    )  # fmt: skip


def _groups(tree: Mapping[str, Any]) -> tuple[GoodsGroup, ...]:
    """All lines with a valid HS code, as one group: enough for the fee."""
    items = tuple(
        GoodsItem(
            name="", hs=hs, origin="", quantity=Decimal(0), unit="",
            weight_kg=_decimal(item.get("weight_kg")), value=_decimal(item.get("value")),
        )
        for item in _items(tree)
        if (hs := _hs(str(item.get("hs") or "")))
    )  # fmt: skip
    return (GoodsGroup(items=items),) if items else ()


def _items(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for group in _listed(tree, "groups"):
        yield from (item for item in _listed(group, "items") if isinstance(item, Mapping))


def _lines(tree: Mapping[str, Any]) -> Iterator[str]:
    return (_hs(str(item.get("hs") or "")) for item in _items(tree))


def _part(tree: Any, name: str) -> Mapping[str, Any]:
    """A part of the form; anybody may post anything, so it may be no such part."""
    found = tree.get(name) if isinstance(tree, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _listed(tree: Any, name: str) -> list[Any]:
    found = tree.get(name) if isinstance(tree, Mapping) else None
    return found if isinstance(found, list) else []


def _hs(text: str) -> str:
    try:
        return ids.parse_hs_code(text)
    except ids.Invalid:
        return ""


def _plate(text: str) -> str:
    try:
        return ids.parse_plate(text).shown
    except ids.Invalid:
        return ""


def _decimal(value: Any) -> Decimal:
    try:
        number = Decimal(str(value or 0))
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)


def _member(kind: Any, value: Any) -> Any:
    return kind(value) if value in list(kind) else None
