"""Declarations as a business's own system sends them."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from cuakhauso.core.reference import HANOI

from .callers import Caller, Said, agency, business, new_id

_serial = count(1)


def yesterday(hour: int, minute: int = 0) -> str:
    """A moment of yesterday, Hanoi time, within opening hours for most hours."""
    day = datetime.now(HANOI) - timedelta(days=1)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC).isoformat()


def plate() -> str:
    number = next(_serial)
    return f"15C-{number:03d}.{number % 100:02d}"


def goods(**changes: Any) -> dict[str, Any]:
    item = {
        "name": "Ghế gỗ", "hs": "94016900", "origin": "VN", "quantity": "400", "unit": "PCE",
        "weight_kg": "12600", "value": "400000000",
    }  # fmt: skip
    item |= {name: changes.pop(name) for name in list(changes) if name in item}
    return {
        "customs_number": f"308000{next(_serial):05d}0", "type_code": "B11", "office_code": "15BB",
        "owner_tax_code": "4600000016", "packages": 40, "items": [item],
    } | changes  # fmt: skip


def form(**changes: Any) -> dict[str, Any]:
    """An export that is as it should be; `vehicle` and `driver` changes go into their parts."""
    vehicle = {"plate": plate(), "weight_class": "VT6"} | changes.pop("vehicle", {})
    paper = "020085000412" if vehicle["plate"][:2].isdigit() else "E12345678"  # a Chinese one's is Chinese
    driver = {"name": "Nông Văn Mẫu", "paper": paper, "phone": "0912000318"}
    driver |= changes.pop("driver", {})
    return {
        "id": new_id(), "gate": "CKHN", "kind": "export", "declared_at": yesterday(7, 30),
        "expected_at": yesterday(8), "yard": "VTP", "vehicle": vehicle, "driver": driver, "groups": [goods()],
    } | changes  # fmt: skip


def declare(by: Caller | None = None, **changes: Any) -> dict[str, Any]:
    said = (by or business()).post("/declarations", form(**changes))
    assert said.status == 201, said.body
    return said.body


def accept(declaration: dict[str, Any]) -> Said:
    """Customs takes the registration in, green."""
    customs, crossing = agency("customs"), declaration["crossing"]
    number = declaration["form"]["groups"][0]["customs_number"]
    customs.act(crossing, "channel", customs_number=number, channel="green", occurred_at=yesterday(8))
    said = customs.act(crossing, "confirm", step="registration_accepted", occurred_at=yesterday(8, 1))
    assert said.status == 200, said.body
    return said
