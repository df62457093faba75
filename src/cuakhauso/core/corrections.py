"""What a correction changes, who must approve it, and which confirmations open again: never all of them.

`differences` compares two versions field by field; `TABLE` is the law of each class of field. The fold
(`correction_fold.py`) applies it, `correction_decisions.py` judges by it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from .correction_facts import Difference
from .declaration import Content, GoodsGroup, GoodsItem, Plate, Vehicle
from .steps import (
    BORDER_LAW,
    CUSTOMS_LAW,
    FEE_LAW,
    HEALTH_LAW,
    PLATFORM_RULE,
    STEPS,
    TRADE_LAW,
    TRANSPORT_LAW,
    TWO_WAY_PILOT,
    StepCode,
)
from .words import Agency, Kind


class Subject(StrEnum):
    """Classes of fields: those of one class are approved by the same agencies and open the same steps."""

    GATE = "gate"
    KIND = "kind"
    REGIME = "regime"
    STAY = "stay"
    TRACTOR = "tractor"
    TRAILER = "trailer"
    CONTAINER = "container"
    SEAL = "seal"
    WEIGHT_CLASS = "weight_class"
    WEIGHT_LIMITS = "weight_limits"
    LICENCE = "licence"
    DOCUMENTS = "documents"
    DRIVER = "driver"
    GOODS = "goods"
    VALUE = "value"
    CUSTOMS_NUMBER = "customs_number"
    AMENDMENT = "amendment"
    OWNER = "owner"
    FIRST_LEG = "first_leg"
    TRANSSHIPMENT = "transshipment"
    RECEIVING = "receiving"
    PACKAGES = "packages"
    PAYER = "payer"
    YARD = "yard"
    REMARKS = "remarks"


# --- who must approve, what opens again -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """`once_in` approve too when the vehicle has entered. `assumed`: no public text decides it (A)."""

    approve: tuple[Agency, ...]
    reopens: frozenset[StepCode]
    law: str
    once_in: tuple[Agency, ...] = ()
    assumed: bool = True


S = StepCode
BG, HQ, BOARD = Agency.BORDER_GUARD, Agency.CUSTOMS, Agency.BOARD
NOTHING: frozenset[StepCode] = frozenset()
_PAPERS = frozenset({S.REGISTRATION_ACCEPTED, S.CUSTOMS_CLEARED})
_GOODS = _PAPERS | {S.PLANT_QUARANTINED, S.ANIMAL_QUARANTINED}

# From the practice of domain.md 2.8: a change of the vehicle and a change of the goods are approved by an
# officer, a change of the transshipment by border guard and customs. Which officer for which field, and what
# opens again, is (A) but for the rows that say otherwise: the agency whose own confirmation rests on it.
TABLE: dict[Subject, Row] = {
    Subject.GATE: Row((BG, HQ), NOTHING, BORDER_LAW),
    Subject.KIND: Row((BG, HQ), frozenset({S.REGISTRATION_ACCEPTED, S.TRANSSHIPMENT_SIGNED}), CUSTOMS_LAW),
    Subject.REGIME: Row((HQ,), _PAPERS | {S.FIRST_LEG_MATCHED}, TRADE_LAW),
    Subject.STAY: Row((BG, HQ), frozenset({S.TWO_WAY_REGISTERED}), TWO_WAY_PILOT, assumed=False),
    Subject.TRACTOR: Row((BG,), frozenset({S.LICENCE_CHECKED}), BORDER_LAW, once_in=(HQ,)),
    Subject.TRAILER: Row((BG,), frozenset({S.LICENCE_CHECKED}), BORDER_LAW),
    Subject.CONTAINER: Row((HQ,), NOTHING, CUSTOMS_LAW),
    Subject.SEAL: Row((HQ,), NOTHING, CUSTOMS_LAW),
    Subject.WEIGHT_CLASS: Row((BOARD,), NOTHING, FEE_LAW),
    Subject.WEIGHT_LIMITS: Row((BG,), NOTHING, TRANSPORT_LAW),
    Subject.LICENCE: Row((Agency.TRANSPORT_LICENCE,), frozenset({S.LICENCE_CHECKED}), TRANSPORT_LAW),
    Subject.DOCUMENTS: Row((Agency.TRANSPORT_LICENCE,), frozenset({S.LICENCE_CHECKED}), TRANSPORT_LAW),
    Subject.DRIVER: Row((BG,), frozenset({S.HEALTH_CHECKED, S.DRIVER_TESTED}), HEALTH_LAW),
    Subject.GOODS: Row((HQ,), _GOODS, CUSTOMS_LAW),
    Subject.VALUE: Row((HQ,), _PAPERS, CUSTOMS_LAW),
    Subject.CUSTOMS_NUMBER: Row((HQ,), _PAPERS, CUSTOMS_LAW),
    # Customs goes by the first 11 digits; the 12th only counts amendments (domain.md 7.5).
    Subject.AMENDMENT: Row((HQ,), NOTHING, CUSTOMS_LAW, assumed=False),
    Subject.OWNER: Row((HQ,), frozenset({S.REGISTRATION_ACCEPTED}), CUSTOMS_LAW),
    Subject.FIRST_LEG: Row((HQ,), frozenset({S.FIRST_LEG_MATCHED}), TRADE_LAW),
    Subject.TRANSSHIPMENT: Row((BG, HQ), frozenset({S.TRANSSHIPMENT_SIGNED}), CUSTOMS_LAW, assumed=False),
    # Who receives the goods, once the transshipment is signed; the payment stays. Customs' yes is its word on
    # the change, so that its signature stands (A).
    Subject.RECEIVING: Row((BG, HQ), NOTHING, CUSTOMS_LAW, assumed=False),
    Subject.PACKAGES: Row((HQ,), _PAPERS, CUSTOMS_LAW),
    Subject.PAYER: Row((BOARD,), NOTHING, FEE_LAW),
    Subject.YARD: Row((HQ,), frozenset({S.IN_YARD}), CUSTOMS_LAW),
    Subject.REMARKS: Row((), NOTHING, PLATFORM_RULE),
}
FEE_CHANGES = Row((BOARD,), NOTHING, FEE_LAW)  # (A) whatever changes it
MAY_APPROVE = frozenset(a for row in (*TABLE.values(), FEE_CHANGES) for a in (*row.approve, *row.once_in))


def row_of(difference: Difference) -> Row:
    return TABLE[Subject(difference.what)]


def approvers(
    found: Iterable[Difference], *, has_entered: bool, changes_fee: bool = False
) -> tuple[Agency, ...]:
    """Who must agree, each of them; nobody for what no agency has to see."""
    rows = [row_of(difference) for difference in found]
    named = {agency for row in rows for agency in row.approve}
    if has_entered:
        named |= {agency for row in rows for agency in row.once_in}
    if changes_fee:
        named |= set(FEE_CHANGES.approve)
    return tuple(agency for agency in Agency if agency in named)


def reopened(found: Iterable[Difference]) -> frozenset[StepCode]:
    """Steps whose confirmations do not stand any more, with the signatures that rest on them."""
    steps = frozenset(step for difference in found for step in row_of(difference).reopens)
    return steps | {code for code, step in STEPS.items() if steps & set(step.rests_on)}


# --- what differs ---------------------------------------------------------------------------------


def differences(before: Content, after: Content) -> tuple[Difference, ...]:
    """Every field that is not the same, in the order in which a declaration names them."""
    return tuple(_all(before, after))


def _all(before: Content, after: Content) -> Iterator[Difference]:
    for what, field in OF_THE_WHOLE:
        yield from _differs(what, field, getattr(before, field), getattr(after, field))
    yield from _of_vehicle(before.vehicle, after.vehicle)
    changes_vehicles = Kind.IMPORT_TRANSSHIPMENT in (before.kind, after.kind)
    for i, (old, new) in enumerate(zip_longest(before.groups, after.groups)):
        yield from _of_group(f"groups.{i}", old, new, changes_vehicles)


OF_THE_WHOLE = (
    (Subject.GATE, "gate"), (Subject.KIND, "kind"), (Subject.REGIME, "regime"), (Subject.STAY, "stay"),
    (Subject.YARD, "yard"), (Subject.REMARKS, "expected_at"), (Subject.DRIVER, "driver"),
    (Subject.TRANSSHIPMENT, "receives_from"), (Subject.PAYER, "payer"), (Subject.REMARKS, "note"),
)  # fmt: skip


def _differs(what: Subject, field: str, earlier: object, new: object) -> Iterator[Difference]:
    if earlier != new:
        yield Difference(what=what, field=field, earlier=shown(earlier), new=shown(new))


def shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(shown(one) for one in value)
    if isinstance(value, Plate):
        return value.shown
    return "" if value is None else str(value)


def _of_vehicle(before: Vehicle, after: Vehicle) -> Iterator[Difference]:
    yield from _differs(Subject.TRACTOR, "vehicle.plate", before.plate, after.plate)
    for what, field in OF_A_VEHICLE:
        yield from _differs(what, f"vehicle.{field}", getattr(before, field), getattr(after, field))
    old, new = documents_shown(before), documents_shown(after)
    yield from _differs(Subject.DOCUMENTS, "vehicle.documents", old, new)


OF_A_VEHICLE = (
    (Subject.TRAILER, "trailers"), (Subject.CONTAINER, "containers"), (Subject.SEAL, "seals"),
    (Subject.WEIGHT_CLASS, "weight_class"), (Subject.WEIGHT_LIMITS, "own_weight_kg"),
    (Subject.WEIGHT_LIMITS, "max_gross_kg"), (Subject.LICENCE, "transport_licence"),
)  # fmt: skip


def documents_shown(vehicle: Vehicle) -> tuple[str, ...]:
    return tuple(
        " ".join(filter(None, (d.kind, d.number, shown(d.valid_from), shown(d.valid_to))))
        for d in vehicle.documents
    )


NO_GROUP = GoodsGroup(items=())
OF_A_GROUP = (
    (Subject.CUSTOMS_NUMBER, "type_code"), (Subject.CUSTOMS_NUMBER, "office_code"),
    (Subject.OWNER, "owner_tax_code"), (Subject.OWNER, "owner_name"), (Subject.FIRST_LEG, "first_number"),
)  # fmt: skip


def _of_group(
    at: str, before: GoodsGroup | None, after: GoodsGroup | None, changes_vehicles: bool
) -> Iterator[Difference]:
    old, new = before or NO_GROUP, after or NO_GROUP
    amended = bool(old.key) and old.key == new.key
    number = Subject.AMENDMENT if amended else Subject.CUSTOMS_NUMBER
    yield from _differs(number, f"{at}.customs_number", old.customs_number, new.customs_number)
    packages = Subject.TRANSSHIPMENT if changes_vehicles else Subject.PACKAGES
    for what, field in (*OF_A_GROUP, (packages, "packages")):
        yield from _differs(what, f"{at}.{field}", getattr(old, field), getattr(new, field))
    for j, (item, other) in enumerate(zip_longest(old.items, new.items)):
        yield from _of_item(f"{at}.items.{j}", item, other)


def _of_item(at: str, before: GoodsItem | None, after: GoodsItem | None) -> Iterator[Difference]:
    for field in GoodsItem.__struct_fields__:
        what = Subject.VALUE if field == "value" else Subject.GOODS
        old, new = getattr(before, field, None), getattr(after, field, None)
        yield from _differs(what, f"{at}.{field}", old, new)
