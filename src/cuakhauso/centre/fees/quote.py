"""The fee to expect while a declaration is still being typed: itemised, and honest about what is unknown."""

from dataclasses import dataclass
from datetime import datetime

from cuakhauso.core.charges import Charge, MissingRate, expected_charge
from cuakhauso.core.declaration import Content, GoodsGroup, GoodsItem, Plate, Vehicle
from cuakhauso.core.reference import HANOI, Reference
from cuakhauso.core.words import Kind, WeightClass

from ..declarations.form import DeclarationIn, GoodsGroupIn, VehicleIn
from ..places.reference import reference
from ..shared.errors import FieldError, Invalid


@dataclass(frozen=True, slots=True)
class Quoted:
    """What one vehicle is to owe: a charge, a rate that the Board must fill in, or nothing."""

    vehicle: str
    charge: Charge | None
    missing: MissingRate | None


@dataclass(frozen=True, slots=True)
class Quote:
    vehicles: tuple[Quoted, ...]

    @property
    def total(self) -> int | None:
        """None while any rate is missing: an unknown amount is never counted as zero."""
        if any(one.missing for one in self.vehicles):
            return None
        return sum(one.charge.amount for one in self.vehicles if one.charge)


def quote(form: DeclarationIn) -> Quote:
    """The main vehicle and each receiving vehicle. Raises `Invalid` where gate, kind or class is not said."""
    if missing := [FieldError(name, "required") for name in _unsaid(form)]:
        raise Invalid(missing)
    ref = reference(form.gate)
    if not ref.shares or not ref.places_with_hours:
        raise Invalid([FieldError("gate", "gate_unknown")])
    main = _content(form, Kind(form.kind), form.vehicle)
    taking = [
        _content(form, Kind.RECEIVING, one.vehicle) for one in form.receiving if one.vehicle.weight_class
    ]
    return Quote(tuple(_quoted(content, ref) for content in (main, *taking)))


def _unsaid(form: DeclarationIn) -> list[str]:
    said = {"gate": form.gate, "kind": form.kind, "vehicle.weight_class": form.vehicle.weight_class}
    return [name for name, value in said.items() if not value]


def _content(form: DeclarationIn, kind: Kind, vehicle: VehicleIn) -> Content:
    """As much of the announcement as the tariff looks at; plates and goods may be half typed."""
    shown = vehicle.plate.strip()
    return Content(
        gate=form.gate,
        kind=kind,
        regime=form.regime,
        vehicle=Vehicle(
            plate=Plate(country=vehicle.country, number=shown, shown=shown),
            weight_class=WeightClass(vehicle.weight_class),
        ),
        groups=tuple(_group(group) for group in form.groups),
    )


def _group(form: GoodsGroupIn) -> GoodsGroup:
    return GoodsGroup(
        items=tuple(
            GoodsItem(
                name=item.name, hs="".join(sign for sign in item.hs if sign.isdigit()), origin=item.origin,
                quantity=item.quantity, unit=item.unit, weight_kg=item.weight_kg, value=item.value,
            )
            for item in form.items
        )
    )  # fmt: skip


def _quoted(content: Content, ref: Reference) -> Quoted:
    due = expected_charge(content, ref, datetime.now(HANOI).date())
    shown = content.vehicle.plate.shown
    if isinstance(due, MissingRate):
        return Quoted(shown, None, due)
    return Quoted(shown, due, None)
