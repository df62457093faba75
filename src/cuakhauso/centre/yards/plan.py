"""A yard's plan of bays: read from JSON, closed and opened bay by bay.

(A) The plan is the yard's own: its staff or the Board give it alone, from today. It moves no money, and a bay
in which a vehicle stands is never taken off it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from cuakhauso.core.reference import HANOI
from cuakhauso.core.words import Agency, BayKind

from ..accounts.principal import Principal
from ..places.models import Bay, Yard
from ..places.reference import bays_of
from ..shared import audit
from ..shared.errors import FieldError, Invalid, NotAllowed, NotFound
from ..shared.locks import lock_work
from ..shared.models import Crossing, OutboxEvent
from .bays import yard_of

PLANNERS = (Agency.YARD, Agency.BOARD)
EVENT = "yard.changed"
MOST_BAYS = 2000
MOST_PLACES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One bay as it shall be. `label` is painted on the ground; `shape` are points in metres."""

    label: str
    block: str = ""
    row: int = 1
    position: int = 1
    kind: BayKind = BayKind.TRUCK
    places: int = 1
    shape: list[tuple[float, float]] = field(default_factory=list)


def may_plan(by: Principal, gate: str) -> bool:
    return bool(set(by.agencies_at(gate)) & set(PLANNERS))


@transaction.atomic
def give_plan(yard: str, bays: Sequence[Planned], source: str, by: Principal) -> list[Bay]:
    """From today the yard has exactly these bays. Raises `Invalid` with everything that is wrong."""
    found = _mine(yard, by)
    lock_work(f"plan:{yard}")
    today = datetime.now(HANOI).date()
    wanted = {f"{yard}-{one.label.strip().upper()}": one for one in bays}
    if wrong := [*_wrong(bays, wanted, source), *_occupied(found, wanted)]:
        raise Invalid(wrong)
    before = {row.code: row for row in bays_of(yard)}
    for code, row in before.items():
        if code not in wanted or _says(row) != _says_planned(wanted[code]):
            _end(row, today)
    kept = {
        code for code, row in before.items() if code in wanted and _says(row) == _says_planned(wanted[code])
    }
    Bay.objects.bulk_create(
        Bay(
            code=code, yard=found, block=one.block, row=one.row, position=one.position, kind=one.kind,
            places=one.places, shape=[list(point) for point in one.shape],
            closed_for=before[code].closed_for if code in before else "",
            valid_from=today, source=source.strip(),
        )
        for code, one in wanted.items()
        if code not in kept
    )  # fmt: skip
    _record(by, found, "yard_plan", bays=len(wanted), source=source.strip())
    return bays_of(yard)


def set_closed(code: str, reason: str, by: Principal) -> Bay:
    """A bay that cannot be used, with the reason; without one it is open again. Who stands there stays."""
    yard = _mine(code.partition("-")[0], by)
    row = next((bay for bay in bays_of(yard.code) if bay.code == code), None)
    if row is None:
        raise NotFound
    row.closed_for = " ".join(reason.split())[:120]
    with transaction.atomic():
        row.save(update_fields=["closed_for"])
        _record(by, yard, "bay_closed" if row.closed_for else "bay_opened", bay=code, reason=row.closed_for)
    return row


def _mine(yard: str, by: Principal) -> Yard:
    found = yard_of(yard)
    if not by.roles_at(found.gate_id):
        raise NotFound
    if not may_plan(by, found.gate_id):
        raise NotAllowed
    return found


def _record(by: Principal, yard: Yard, verb: str, **said: Any) -> None:
    audit.record(verb, f"yard:{yard.code}", actor=by.actor(yard.gate_id, PLANNERS), **said)
    OutboxEvent.objects.create(name=EVENT, payload={"gate": yard.gate_id, "yard": yard.code, "what": verb})


def _says(row: Bay) -> tuple[Any, ...]:
    """What a row says, to leave it as it is where nothing changes; an assumed one is always said anew."""
    shape = [tuple(point) for point in row.shape]
    return (row.block, row.row, row.position, row.kind, row.places, shape, row.assumed)


def _says_planned(one: Planned) -> tuple[Any, ...]:
    said = asdict(one)
    values = [said[name] for name in ("block", "row", "position", "kind", "places")]
    return (*values, [tuple(point) for point in one.shape], False)


def _end(row: Bay, today: date) -> None:
    """What was in force on an earlier day stays on record."""
    if row.valid_from >= today:
        row.delete()
        return
    row.valid_to = today
    row.save(update_fields=["valid_to"])


def _wrong(bays: Sequence[Planned], wanted: dict[str, Planned], source: str) -> list[FieldError]:
    found = [] if source.strip() else [FieldError("source", "required")]
    if not bays:
        found.append(FieldError("bays", "required"))
    if len(bays) > MOST_BAYS:
        found.append(FieldError("bays", "too_many"))
    if len(wanted) < len(bays):
        found.append(FieldError("bays", "bay_twice"))
    for index, one in enumerate(bays[:MOST_BAYS]):
        label = one.label.strip()
        if not (label and label.isascii() and label.isalnum()) or len(label) > 10:
            found.append(FieldError(f"bays.{index}.label", "bay_label"))
        if not 1 <= one.places <= MOST_PLACES:
            found.append(FieldError(f"bays.{index}.places", "out_of_range"))
        if not (1 <= one.row <= 500 and 1 <= one.position <= 500) or len(one.block) > 16:
            found.append(FieldError(f"bays.{index}.position", "out_of_range"))
        if one.shape and not (3 <= len(one.shape) <= 40 and all(_drawn(point) for point in one.shape)):
            found.append(FieldError(f"bays.{index}.shape", "out_of_range"))
    return found


def _drawn(point: tuple[float, float]) -> bool:
    return all(0 <= metres <= 5000 for metres in point)


def _occupied(yard: Yard, wanted: dict[str, Planned]) -> list[FieldError]:
    """A vehicle stands there, or it is kept for one."""
    gone = [row.code for row in bays_of(yard.code) if row.code not in wanted]
    rows = Crossing.objects.filter(ended_at=None)
    taken = {*rows.filter(bay__in=gone).values_list("bay", flat=True)}
    taken |= {*rows.filter(bay_kept__in=gone).values_list("bay_kept", flat=True)}
    return [FieldError("bays", "bay_occupied", {"value": code}) for code in sorted(taken)]
