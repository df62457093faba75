"""Builders that speak of trucks and agencies, on the real database."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import count

from cuakhauso.centre.accounts.models import Duty, Organisation, Role, User
from cuakhauso.centre.accounts.principal import Principal, by_user
from cuakhauso.centre.crossings import actions
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.declarations import actions as declarations
from cuakhauso.centre.declarations.form import (
    DeclarationIn,
    DriverIn,
    GoodsGroupIn,
    GoodsItemIn,
    ReceivingIn,
    VehicleIn,
)
from cuakhauso.centre.declarations.models import Declaration
from cuakhauso.centre.fees import actions as fees
from cuakhauso.core.reference import HANOI
from cuakhauso.core.words import Agency, Channel, Kind, Order

_serial = count(1)
PAPER = "020085000412"


def plate(country: str = "VN") -> str:
    number = next(_serial)
    serial = f"{number % 1000:03d}.{(number + number // 1000 * 7) % 100:02d}"
    return f"12C-{serial}" if country == "VN" else f"桂F·{number:05d}"


def opened_at(days_ago: int = 1, hour: int = 9, minute: int = 0) -> datetime:
    """A moment within opening hours, some days ago."""
    day = datetime.now(HANOI) - timedelta(days=days_ago)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)


def business(name: str = "Nông sản Mây Chiều", tax_code: str = "4600000016") -> Principal:
    organisation, _ = Organisation.objects.get_or_create(
        tax_code=tax_code, defaults={"name": name, "kind": Organisation.Kind.BUSINESS}
    )
    return _person(organisation, "", Duty.DECLARANT)


def officer(agency: Agency | str, gate: str = "CKHN", posts: tuple[str, ...] = ()) -> Principal:
    agency = Agency(agency)
    organisation, _ = Organisation.objects.get_or_create(
        name=f"{agency} {gate}", defaults={"kind": Organisation.Kind.AGENCY, "agency": agency}
    )
    duty = Duty.DESK if agency is Agency.BOARD else Duty.OFFICER
    return _person(organisation, gate, duty, posts)


def leader() -> Principal:
    organisation, _ = Organisation.objects.get_or_create(
        name="Ủy ban nhân dân", defaults={"kind": Organisation.Kind.AGENCY}
    )
    return _person(organisation, "", Duty.LEADER)


def _person(organisation: Organisation, gate: str, duty: Duty, posts: tuple[str, ...] = ()) -> Principal:
    name = f"{organisation.id.hex[:12]}-{gate}-{duty}-{'-'.join(posts)}"
    user, _ = User.objects.get_or_create(username=name, defaults={"full_name": "Nông Văn Mẫu"})
    Role.objects.get_or_create(
        user=user, organisation=organisation, gate=gate, duty=duty, defaults={"posts": list(posts)}
    )
    return by_user(user)


def goods(**changes: object) -> GoodsGroupIn:
    item = {
        "name": "Linh kiện nhựa", "hs": "39269099", "origin": "VN", "quantity": 100, "unit": "PCE",
        "weight_kg": 12_600, "value": 400_000_000,
    }  # fmt: skip
    item |= {name: changes.pop(name) for name in list(changes) if name in item}
    group = {
        "customs_number": f"3080000{next(_serial):05d}", "type_code": "B11", "office_code": "15BB",
        "owner_tax_code": "4600000016", "packages": 100,
    }  # fmt: skip
    return GoodsGroupIn(**(group | changes), items=[GoodsItemIn(**item)])


def form(kind: Kind = Kind.EXPORT, **changes: object) -> DeclarationIn:
    made = opened_at(days_ago=2, hour=22, minute=46)
    foreign = kind is Kind.IMPORT_TRANSSHIPMENT
    groups = [
        goods()
        if kind is Kind.EXPORT
        else goods(customs_number=f"1080000{next(_serial):05d}", type_code="A11")
    ]
    base = {
        "id": uuid.uuid4(), "gate": "CKHN", "kind": kind, "declared_at": made,
        "expected_at": made + timedelta(minutes=15), "yard": "XC",
        "vehicle": VehicleIn(
            plate=plate("CN" if foreign else "VN"), weight_class="VT6" if kind is Kind.EXPORT else "VT4",
            transport_licence="1200000001 / GPLV",
        ),
        "groups": groups if kind in (Kind.EXPORT, Kind.IMPORT_TRANSSHIPMENT, Kind.IMPORT_INLAND) else [],
    }  # fmt: skip
    base |= changes
    return DeclarationIn(**({"driver": driver_of(base["vehicle"].plate)} | base))


def driver_of(plate: str) -> DriverIn:
    """A Chinese vehicle has a Chinese driver."""
    paper = PAPER if plate[:2].isdigit() else "E12345678"
    return DriverIn(name="Nông Văn Mẫu", paper=paper, phone="0912000318")


def receiving() -> ReceivingIn:
    return ReceivingIn(
        id=uuid.uuid4(),
        vehicle=VehicleIn(plate=plate(), weight_class="VT4"),
        driver=DriverIn(name="Vi Văn Mẫu", paper=PAPER, phone="0912000318"),
    )


def declare(kind: Kind = Kind.EXPORT, by: Principal | None = None, **changes: object) -> Declaration:
    by = by or business()
    return declarations.submit(form(kind, **changes), by=by, organisation=by.businesses[0])


class Gate:
    """The people of one gate, acting on one crossing, at moments of one day."""

    def __init__(self, crossing: uuid.UUID, gate: str = "CKHN") -> None:
        self.crossing, self.gate = crossing, gate
        self.at = opened_at(hour=9)

    def later(self, minutes: int) -> "Gate":
        self.at += timedelta(minutes=minutes)
        return self

    def said(self, agency: str, note: str = "") -> Said:
        return Said(by=officer(agency, self.gate), occurred_at=self.at, note=note, id=uuid.uuid4())

    def confirm(self, step: str, by: str) -> "Gate":
        actions.confirm(self.crossing, step, self.said(by))
        return self.later(1)

    def accepted(self, number: str) -> "Gate":
        self.confirm("registration_accepted", "customs")
        actions.set_channel(self.crossing, number, Channel.GREEN, self.said("customs"))
        return self.later(1)

    def entered(self) -> "Gate":
        return self.confirm("entered", "customs").confirm("entered", "border_guard")

    def checked(self) -> "Gate":
        return self.confirm("health_checked", "health").confirm("licence_checked", "transport_licence")

    def pays(self, amount: int, order: Order = Order.INFRASTRUCTURE) -> "Gate":
        fees.pay(self.crossing, order, amount, self.said("board"), method="cash", receipt="PT-1")
        return self.later(1)

    def leaves_yard(self) -> "Gate":
        return self.confirm("left_yard", "customs").confirm("left_yard", "border_guard")
