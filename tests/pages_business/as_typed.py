"""A declaration as somebody types it into the page."""

import re
import uuid
from datetime import datetime, timedelta
from html import unescape
from itertools import count

from cuakhauso.core.reference import HANOI

_serial = count(1)


def soon(minutes: int = 60) -> str:
    return (datetime.now(HANOI) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")


def typed(**changes: str) -> dict[str, str]:
    """An export, complete. Names with dots are given with "__" for each."""
    number = next(_serial)
    fields = {
        "id": str(uuid.uuid4()),
        "kind": "export",
        "regime": "business",
        "gate": "CKHN",
        "yard": "XC",
        "expected_at": soon(),
        "vehicle.plate": f"14C-{number:03d}.{number % 100:02d}",
        "vehicle.country": "",
        "vehicle.weight_class": "VT6",
        "vehicle.trailers.0": "12R-000.88",
        "vehicle.containers.0": "TSTU 100428 8",
        "vehicle.seals.0": "",
        "driver.name": "Vi Đức Thử",
        "driver.paper": "020085000412",
        "driver.phone": "0912 000 318",
        "groups.0.customs_number": "",
        "groups.0.type_code": "",
        "groups.0.office_code": "",
        "groups.0.owner_tax_code": "",
        "groups.0.items.0.name": "Thanh long ruột đỏ",
        "groups.0.items.0.hs": "08109092",
        "groups.0.items.0.origin": "VN",
        "groups.0.items.0.quantity": "1050",
        "groups.0.items.0.unit": "CT",
        "groups.0.items.0.weight_kg": "21000",
        "groups.0.items.0.value": "620.000.000",
        "note": "",
    }
    given = {name.replace("__", "."): value for name, value in changes.items()}
    if given.get("vehicle.plate", "").startswith("桂"):  # a Chinese vehicle has a Chinese driver
        fields["driver.paper"] = "E12345678"
    return fields | given


def field(html: str, name: str) -> str:
    """The part of the page in which one field stands, with its error."""
    ident = re.escape(f'id="id_{name}"')
    found = re.search(
        rf'<(input|select|textarea)[^>]*{ident}.*?(?=<div class="ck-fld|</section|<fieldset)', html, re.S
    )
    assert found, f"no field {name}"
    return unescape(found.group(0))


def error_at(html: str, name: str) -> str:
    """The sentence at a field, bound to it for those who hear the page."""
    part = field(html, name)
    alert = re.search(rf'id="id_{re.escape(name)}-error" role="alert">.*?<span>(.*?)</span>', part, re.S)
    if alert is None:
        return ""
    assert 'aria-invalid="true"' in part
    assert re.search(rf'aria-describedby="[^"]*id_{re.escape(name)}-error', part)
    return alert.group(1)


def value_of(html: str, name: str) -> str:
    """What stands in a field."""
    part = field(html, name)
    if part.startswith("<select"):
        chosen = re.search(r'<option value="([^"]*)" selected', part)
        return chosen.group(1) if chosen else ""
    found = (
        re.search(r'value="([^"]*)"', part)
        if part.startswith("<input")
        else re.search(r">(.*?)</", part, re.S)
    )
    return found.group(1) if found else ""
