"""What a business announces about one vehicle, once it has been checked.

Only checked values come in here: plates normalised, numbers with right check digits. Nothing here
identifies a driver beyond a masked name: facts are kept for ever, personal data is not (see
`docs/decisions/0004-personal-data-outside-facts.md`).
"""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from .words import Kind, Regime, Stay, WeightClass


class Words(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all value objects that travel as JSON: frozen, typed, defaults left out."""


class Plate(Words, frozen=True, kw_only=True):
    """A number plate. `number` is the normalised form that is compared, `shown` the usual form."""

    country: str
    number: str
    shown: str
    province: str = ""

    @property
    def painted(self) -> str:
        """Every sign on the vehicle: a Chinese number with its province, where that is known."""
        return self.province + self.number if self.country == "CN" else self.number


class Document(Words, frozen=True, kw_only=True):
    """A paper of a vehicle or driver with its validity (domain.md 4.6)."""

    kind: str
    number: str = ""
    valid_to: date | None = None
    valid_from: date | None = None


class Vehicle(Words, frozen=True, kw_only=True):
    plate: Plate
    weight_class: WeightClass
    trailers: tuple[Plate, ...] = ()
    containers: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    own_weight_kg: int | None = None
    max_gross_kg: int | None = None
    transport_licence: str = ""
    documents: tuple[Document, ...] = ()


class GoodsItem(Words, frozen=True, kw_only=True):
    """One line of goods. `value` in VND, `weight_kg` net weight of the line."""

    name: str
    hs: str
    origin: str
    quantity: Decimal
    unit: str
    weight_kg: Decimal
    value: Decimal


class GoodsGroup(Words, frozen=True, kw_only=True):
    """Goods under one customs declaration, or not yet under one (`customs_number` empty).

    `packages` is what is counted when goods change vehicles: pieces, cartons, pallets. `first_number` names
    the customs declaration by which these goods came, where this one sends them back (`regimes.py`).
    """

    items: tuple[GoodsItem, ...]
    customs_number: str = ""
    type_code: str = ""
    office_code: str = ""
    owner_tax_code: str = ""
    owner_name: str = ""
    packages: int = 0
    first_number: str = ""

    @property
    def key(self) -> str:
        """What goods facts point at: the first 11 digits, since the 12th only counts amendments."""
        return self.customs_number[:11]

    @property
    def first_key(self) -> str:
        return self.first_number[:11]


class Content(Words, frozen=True, kw_only=True):
    """The whole announcement for one vehicle."""

    gate: str
    kind: Kind
    vehicle: Vehicle
    regime: Regime = Regime.BUSINESS
    expected_at: datetime | None = None
    driver: str = ""
    yard: str = ""
    groups: tuple[GoodsGroup, ...] = ()
    receives_from: str = ""
    declarant: str = ""
    payer: str = ""
    note: str = ""
    stay: Stay = Stay.ORDINARY

    @property
    def goods_weight_kg(self) -> Decimal:
        return sum((item.weight_kg for group in self.groups for item in group.items), Decimal(0))

    @property
    def items(self) -> tuple[GoodsItem, ...]:
        return tuple(item for group in self.groups for item in group.items)
