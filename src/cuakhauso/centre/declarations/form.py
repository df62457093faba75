"""The form of a declaration, as the open API and the page both take it.

Texts come in as typed; `rules.check` makes the checked content of them, with every error at once. Limits
here only keep out what no honest form contains.
"""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from cuakhauso.core.words import Kind, Regime, Stay, WeightClass

from ..shared.api import Day, In, Moment

Short = Annotated[str, Field(max_length=60)]
Line = Annotated[str, Field(max_length=300)]
Text = Annotated[str, Field(max_length=2000)]
Amount = Annotated[Decimal, Field(ge=0, le=Decimal(10) ** 13, max_digits=16, decimal_places=3)]


class DocumentIn(In):
    """A paper of the vehicle or its driver, with the first and the last day on which it is valid."""

    kind: Literal[
        "registration", "inspection", "transport_licence", "badge", "insurance", "vehicle_entry",
        "driving_licence", "border_pass",
    ]  # fmt: skip
    number: Short = ""
    valid_from: Day | None = Field(default=None, description="The first day, where the paper names one.")
    valid_to: Day | None = Field(default=None, description="The last day on which it is valid.")


class VehicleIn(In):
    plate: Short = Field(default="", description="As on the plate: 12C-345.67, 桂F·12345, F12345.")
    country: Literal["VN", "CN", ""] = Field(default="", description="Empty where the plate tells it.")
    weight_class: WeightClass | Literal[""] = ""
    trailers: Annotated[list[Short], Field(max_length=3)] = []
    containers: Annotated[list[Short], Field(max_length=4)] = []
    seals: Annotated[list[Short], Field(max_length=8)] = []
    own_weight_kg: Annotated[int, Field(ge=0, le=200_000)] | None = None
    max_gross_kg: Annotated[int, Field(ge=0, le=200_000)] | None = None
    transport_licence: Short = ""
    documents: Annotated[list[DocumentIn], Field(max_length=12)] = []


class DriverIn(In):
    name: Line = ""
    paper: Short = Field(default="", description="Citizen id (12 digits), passport or border pass.")
    phone: Short = ""


class GoodsItemIn(In):
    name: Text = ""
    hs: Short = Field(default="", description="8 digits (AHTN).")
    origin: Short = Field(default="", description="ISO 3166 two letters: VN, CN …")
    quantity: Amount = Decimal(0)
    unit: Short = ""
    weight_kg: Amount = Decimal(0)
    value: Amount = Field(default=Decimal(0), description="VND.")


class GoodsGroupIn(In):
    """Goods of one customs declaration; leave the number empty where there is none yet."""

    customs_number: Short = ""
    type_code: Short = ""
    office_code: Short = ""
    owner_tax_code: Short = ""
    owner_name: Line = ""
    first_number: Short = Field(
        default="",
        description="Where these goods go back under a regime: the customs declaration by which they came.",
    )
    packages: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    items: Annotated[list[GoodsItemIn], Field(max_length=60)] = []


class ReceivingIn(In):
    """A vehicle that enters empty to take goods in a transshipment."""

    id: UUID | None = Field(default=None, description="The caller's own id of this vehicle's crossing.")
    vehicle: VehicleIn = Field(default_factory=lambda: VehicleIn())
    driver: DriverIn = Field(default_factory=lambda: DriverIn())


class DeclarationIn(In):
    """One vehicle, announced before it arrives."""

    id: UUID | None = Field(
        default=None, description="Made by the caller (UUIDv7); sending it again changes nothing."
    )
    gate: Short = ""
    kind: Kind | Literal[""] = ""
    regime: Regime = Regime.BUSINESS
    stay: Stay = Field(default=Stay.ORDINARY, description="`two_way`: by the two-way transport pilot.")
    expected_at: Moment | None = None
    yard: Short = ""
    vehicle: VehicleIn = Field(default_factory=lambda: VehicleIn())
    driver: DriverIn = Field(default_factory=lambda: DriverIn())
    groups: Annotated[list[GoodsGroupIn], Field(max_length=20)] = []
    receiving: Annotated[list[ReceivingIn], Field(max_length=20)] = []
    payer_tax_code: Short = ""
    officer_name: Line = Field(default="", description="Who handles the procedure for the business.")
    officer_phone: Short = ""
    note: Text = ""
    declared_at: Moment | None = Field(
        default=None, description="When it was made, where the caller's system could not reach us then."
    )
