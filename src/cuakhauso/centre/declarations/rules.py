"""From what was typed to checked content, with every error at once. No database.

Each check names the field, the reason and, by its code, the remedy; the sentences are in `web/refusals.py`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from cuakhauso.core import identifiers as ids
from cuakhauso.core.declaration import Content, Document, GoodsGroup, GoodsItem, Plate, Vehicle
from cuakhauso.core.papers import OF_THE_DRIVER, Paper
from cuakhauso.core.words import Kind, WeightClass

from ..shared.errors import FieldError
from . import form as x
from .regime_rules import check_regime

T = TypeVar("T")
MAX_VEHICLE_KG = 100_000
LATEST_ARRIVAL = timedelta(days=60)
MOST_LATE = timedelta(days=7)
WITH_GOODS = frozenset({Kind.EXPORT, Kind.IMPORT_TRANSSHIPMENT, Kind.IMPORT_INLAND})
FOREIGN = frozenset({Kind.IMPORT_TRANSSHIPMENT})


@dataclass(slots=True)
class Findings:
    """Errors as they are found, under the path of the field being looked at."""

    errors: list[FieldError] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)

    @contextmanager
    def at(self, *parts: object) -> Iterator[None]:
        self._path.extend(str(part) for part in parts)
        yield
        del self._path[-len(parts) :]

    def add(self, name: str, code: str, **params: object) -> None:
        self.errors.append(FieldError(".".join([*self._path, name]), code, params))

    def parsed(self, name: str, parse: Callable[[str], T], text: str, default: T) -> T:
        """The parsed value; where it cannot be parsed, the reason is kept and the default goes on."""
        try:
            return parse(text)
        except ids.Invalid as invalid:
            self.errors.append(FieldError(".".join([*self._path, name]), invalid.code, dict(invalid.params)))
            return default

    def required(self, name: str, text: str, limit: int = 300) -> str:
        """Cleaned text. A dot or a comma typed to get past the form is not a value."""
        value = self.parsed(name, lambda t: ids.clean(t, limit=limit), text, "")
        if ids.is_placeholder(value):
            self.add(name, "required")
        return value


@dataclass(frozen=True, slots=True)
class Known:
    """What the check needs to know of the platform: gates, yards, codes, and the moment."""

    gates: frozenset[str]
    yards: dict[str, str]
    type_codes: dict[str, str]
    now: datetime
    two_way: bool = True


@dataclass(frozen=True, slots=True)
class CheckedDriver:
    """A driver's personal data, checked. It never becomes part of a fact."""

    name: str
    paper_kind: str
    paper: str
    phone: str

    @property
    def masked(self) -> str:
        return ids.mask_name(self.name)


@dataclass(frozen=True, slots=True)
class Checked:
    content: Content
    driver: CheckedDriver | None

    @property
    def plate(self) -> str:
        return self.content.vehicle.plate.number


def check(
    form: x.DeclarationIn, known: Known, declarant: str = "", *, arrival_known: bool = False
) -> tuple[Checked | None, list[FieldError]]:
    """The checked content, or every error. Never both. An arrival that is known already may have passed."""
    found = Findings()
    if form.gate not in known.gates:
        found.add("gate", "gate_unknown" if form.gate else "required")
    if not form.kind:
        found.add("kind", "required")
    _check_times(form, known, found, arrival_known)
    _check_yard(form, known, found)
    kind = Kind(form.kind) if form.kind else Kind.EXPORT
    with found.at("vehicle"):
        vehicle = _vehicle(form.vehicle, found)
    if kind in FOREIGN and vehicle.plate.country == "VN" and vehicle.plate.number:
        found.add("vehicle.plate", "plate_must_be_foreign")
    with found.at("driver"):
        driver = _driver(form.driver, found)
    _driver_fits(form, vehicle, found)
    groups = tuple(_group(group, i, kind, known, found) for i, group in enumerate(form.groups))
    if kind in WITH_GOODS and not groups:
        found.add("groups", "goods_required")
    _check_duplicates(form, found)
    payer = found.parsed("payer_tax_code", _tax_code_if_any, form.payer_tax_code, "")
    content = Content(
        gate=form.gate, kind=kind, regime=form.regime, expected_at=form.expected_at, vehicle=vehicle,
        driver=driver.masked if driver else "", yard=form.yard, groups=groups, declarant=declarant,
        payer=payer, note=found.parsed("note", ids.clean, form.note, ""), stay=form.stay,
    )  # fmt: skip
    check_regime(form, content, known.two_way, found)
    return (None, found.errors) if found.errors else (Checked(content, driver), [])


def receiving_form(form: x.DeclarationIn, one: x.ReceivingIn) -> x.DeclarationIn:
    """The short form of a receiving vehicle of this declaration (domain.md 2.5)."""
    return x.DeclarationIn(
        id=one.id, gate=form.gate, kind=Kind.RECEIVING, regime=form.regime, expected_at=form.expected_at,
        yard=form.yard, vehicle=one.vehicle, driver=one.driver, payer_tax_code=form.payer_tax_code,
        declared_at=form.declared_at,
    )  # fmt: skip


def check_all(
    form: x.DeclarationIn, known: Known, declarant: str = ""
) -> tuple[list[Checked], list[FieldError]]:
    """The declaration and each of its receiving vehicles, the main one first; or every error."""
    main, errors = check(form, known, declarant)
    done = [main] if main else []
    if form.receiving and form.kind != Kind.IMPORT_TRANSSHIPMENT:
        errors.append(FieldError("receiving", "receiving_only_for_transshipment"))
    shared = {error.field for error in errors}
    for index, one in enumerate(form.receiving):
        checked, wrong = check(receiving_form(form, one), known, declarant)
        own = [e for e in wrong if e.field not in shared or e.field.startswith(("vehicle", "driver"))]
        errors += [FieldError(f"receiving.{index}.{e.field}", e.code, e.params) for e in own]
        done += [checked] if checked else []
        if checked and sum(checked.plate == other.plate for other in done) > 1:
            shown = {"value": checked.content.vehicle.plate.shown}
            errors.append(FieldError(f"receiving.{index}.vehicle.plate", "plate_twice", shown))
    return (done, errors) if not errors else ([], errors)


def _check_times(form: x.DeclarationIn, known: Known, found: Findings, arrival_known: bool) -> None:
    made = form.declared_at or known.now
    if made > known.now + timedelta(minutes=2):
        found.add("declared_at", "in_the_future")
    elif known.now - made > MOST_LATE:
        found.add("declared_at", "too_long_ago", days=MOST_LATE.days)
    if form.expected_at is None:
        found.add("expected_at", "required")
    elif form.expected_at < made - timedelta(minutes=1) and not arrival_known:
        found.add("expected_at", "in_the_past")
    elif form.expected_at > made + LATEST_ARRIVAL:
        found.add("expected_at", "too_far_ahead", days=LATEST_ARRIVAL.days)


def _check_yard(form: x.DeclarationIn, known: Known, found: Findings) -> None:
    if form.yard and known.yards.get(form.yard) != form.gate:
        found.add("yard", "yard_not_of_this_gate")
    elif not form.yard and form.kind in WITH_GOODS:
        found.add("yard", "required")


NO_PLATE = Plate(country="", number="", shown="")


def _plate(
    found: Findings, name: str, text: str, parse: Callable[..., ids.Plate], country: str = ""
) -> Plate:
    def parsed(text: str) -> Plate:
        plate = parse(text, country or None)
        return Plate(
            country=plate.country, number=plate.normalised, shown=plate.shown, province=plate.province
        )

    return found.parsed(name, parsed, text, NO_PLATE)


def _vehicle(form: x.VehicleIn, found: Findings) -> Vehicle:
    plate = _plate(found, "plate", form.plate, ids.parse_plate, form.country)
    if not form.weight_class:
        found.add("weight_class", "required")
    if form.own_weight_kg and form.max_gross_kg and form.own_weight_kg > form.max_gross_kg:
        found.add("own_weight_kg", "heavier_than_gross")
    for name in ("own_weight_kg", "max_gross_kg"):
        value = getattr(form, name)
        if value is not None and not 0 < value <= MAX_VEHICLE_KG:
            found.add(name, "absurd_weight", limit=MAX_VEHICLE_KG)
    return Vehicle(
        plate=plate,
        weight_class=WeightClass(form.weight_class or WeightClass.VT1),
        trailers=tuple(
            _plate(found, f"trailers.{i}", text, ids.parse_trailer_plate)
            for i, text in enumerate(form.trailers)
            if text.strip()
        ),
        containers=tuple(
            found.parsed(f"containers.{i}", ids.parse_container, text, "")
            for i, text in enumerate(form.containers)
            if text.strip()
        ),
        seals=tuple(
            found.parsed(f"seals.{i}", ids.clean, text, "")
            for i, text in enumerate(form.seals)
            if text.strip()
        ),
        own_weight_kg=form.own_weight_kg,
        max_gross_kg=form.max_gross_kg,
        transport_licence=found.parsed("transport_licence", _licence_if_any, form.transport_licence, ""),
        documents=tuple(_document(d, i, found) for i, d in enumerate(form.documents)),
    )


def _document(form: x.DocumentIn, index: int, found: Findings) -> Document:
    """A driver's own papers become facts with their last signs alone (docs/decisions/0004)."""
    with found.at("documents", index):
        read = _licence_if_any if Paper(form.kind) is Paper.TRANSPORT_LICENCE else ids.clean
        number = found.parsed("number", read, form.number, "")
        if form.valid_from and form.valid_to and form.valid_from > form.valid_to:
            found.add("valid_to", "ends_before_beginning")
    masked = ids.mask_id(number) if number and form.kind in OF_THE_DRIVER else number
    return Document(kind=form.kind, number=masked, valid_from=form.valid_from, valid_to=form.valid_to)


def _driver_fits(form: x.DeclarationIn, vehicle: Vehicle, found: Findings) -> None:
    """A Chinese vehicle is driven by a Chinese citizen (domain.md 4.6)."""
    driver = form.driver.paper.strip()
    if vehicle.plate.country == "CN" and _is_citizen_id(driver):
        found.add("driver.paper", "driver_must_be_chinese")


def _is_citizen_id(text: str) -> bool:
    try:
        return ids.parse_person_id(text).kind is ids.PersonKind.CITIZEN_ID
    except ids.Invalid:
        return False


def _driver(form: x.DriverIn, found: Findings) -> CheckedDriver | None:
    name = found.required("name", form.name, 120)
    if any(sign.isdigit() for sign in name):
        found.add("name", "name_has_digits")
    paper = found.parsed("paper", ids.parse_person_id, form.paper, None)
    phone = found.parsed("phone", ids.parse_phone, form.phone, "")
    return CheckedDriver(name, paper.kind, paper.value, phone) if paper else None


def _group(form: x.GoodsGroupIn, index: int, kind: Kind, known: Known, found: Findings) -> GoodsGroup:
    with found.at("groups", index):
        number = _customs_number(form, kind, found)
        if kind is Kind.IMPORT_TRANSSHIPMENT and form.packages <= 0:
            found.add("packages", "packages_required")
        if not form.items:
            found.add("items", "goods_required")
        type_code = found.parsed("type_code", _if_any(ids.parse_type_code), form.type_code, "")
        if type_code and type_code not in known.type_codes:
            found.add("type_code", "type_code_unknown", value=type_code)
        return GoodsGroup(
            items=tuple(_item(item, i, found) for i, item in enumerate(form.items)),
            customs_number=number,
            type_code=type_code,
            office_code=found.parsed("office_code", _if_any(ids.parse_office_code), form.office_code, ""),
            owner_tax_code=_owner(form, number, found),
            owner_name=found.parsed("owner_name", ids.clean, form.owner_name, ""),
            packages=form.packages,
            first_number=found.parsed("first_number", _customs_number_if_any, form.first_number, ""),
        )


def _customs_number(form: x.GoodsGroupIn, kind: Kind, found: Findings) -> str:
    if not form.customs_number.strip():
        return ""
    number = found.parsed("customs_number", ids.parse_customs_number, form.customs_number, None)
    if number is None:
        return ""
    expected = "export" if kind is Kind.EXPORT else "import"
    if number.direction != expected:
        found.add("customs_number", "customs_number_other_direction", value=number.digits)
    for name, value in (("type_code", form.type_code), ("office_code", form.office_code)):
        if not value.strip():
            found.add(name, "required_with_customs_number")
    return number.digits


def _owner(form: x.GoodsGroupIn, number: str, found: Findings) -> str:
    if number and not form.owner_tax_code.strip():
        found.add("owner_tax_code", "required_with_customs_number")
    return found.parsed("owner_tax_code", _tax_code_if_any, form.owner_tax_code, "")


def _item(form: x.GoodsItemIn, index: int, found: Findings) -> GoodsItem:
    with found.at("items", index):
        origin = found.required("origin", form.origin, 60).upper()
        if origin and not (len(origin) == 2 and origin.isascii() and origin.isalpha()):
            found.add("origin", "origin_form")
        for name in ("quantity", "weight_kg"):
            if getattr(form, name) <= 0:
                found.add(name, "must_be_positive")
        if form.weight_kg > MAX_VEHICLE_KG:
            found.add("weight_kg", "absurd_weight", limit=MAX_VEHICLE_KG)
        return GoodsItem(
            name=found.required("name", form.name, 2000),
            hs=found.parsed("hs", ids.parse_hs_code, form.hs, ""),
            origin=origin,
            quantity=form.quantity,
            unit=found.required("unit", form.unit, 60),
            weight_kg=form.weight_kg,
            value=form.value,
        )


def _check_duplicates(form: x.DeclarationIn, found: Findings) -> None:
    """One customs declaration stands in one group; one plate is one vehicle."""
    seen: set[str] = set()
    for index, group in enumerate(form.groups):
        key = "".join(sign for sign in group.customs_number if sign.isdigit())[:11]
        if key and key in seen:
            found.add(f"groups.{index}.customs_number", "customs_number_twice")
        seen.add(key)


def _if_any(parse: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: parse(text) if text.strip() else ""


_customs_number_if_any = _if_any(lambda text: ids.parse_customs_number(text).digits)
_tax_code_if_any = _if_any(ids.parse_tax_code)
_licence_if_any = _if_any(ids.parse_transport_licence)
