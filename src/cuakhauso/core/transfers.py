"""How goods change vehicles: what was planned, what has moved, what remains on the source. Pure.

A source has goods groups (each under its customs declaration); n of them go to m receiving vehicles. What
happened counts; a plan only says what shall happen.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from . import facts as f
from .declaration import GoodsGroup
from .fold import State


@dataclass(frozen=True, slots=True)
class Cell:
    """One goods group and one receiving vehicle: packages planned and moved, since when they are moving."""

    receiving: UUID
    plate: str
    planned: int
    moved: int
    weight_kg: Decimal
    underway_since: datetime | None

    @property
    def to_move(self) -> int:
        return max(0, self.planned - self.moved)


@dataclass(frozen=True, slots=True)
class Line:
    """One goods group of the source with the vehicles that take of it."""

    index: int
    group: GoodsGroup
    cells: tuple[Cell, ...]
    moved: int
    disposed: int
    remaining: int

    @property
    def unassigned(self) -> int:
        """What still lies on the source and is planned onto nobody."""
        return self.remaining - sum(cell.to_move for cell in self.cells)

    @property
    def name(self) -> str:
        return "; ".join(dict.fromkeys(item.name for item in self.group.items))

    @property
    def weight_left_kg(self) -> Decimal:
        return weight_of(self.group, self.remaining)


@dataclass(frozen=True, slots=True)
class Taker:
    """A receiving vehicle with all that it takes from this source, and under which customs declarations."""

    crossing: UUID
    plate: str
    entered: bool
    planned: int
    moved: int
    weight_kg: Decimal
    customs_numbers: tuple[str, ...]


def moved(state: State) -> Counter[tuple[UUID, int]]:
    """Packages that changed vehicles, by receiving vehicle and goods group."""
    found: Counter[tuple[UUID, int]] = Counter()
    for fact in state.transshipped:
        if isinstance(fact.data, f.Transshipped):
            found[(fact.data.receiving, fact.data.group)] += fact.data.packages
    return found


def movable(state: State, group: int) -> int:
    """Packages of a group that went or can still go to other vehicles: all but those stored or sent back."""
    return state.remaining(group) + sum(n for (_, index), n in moved(state).items() if index == group)


def weight_of(group: GoodsGroup, packages: int) -> Decimal:
    """The part of a group's declared weight that so many of its packages have."""
    whole = sum((item.weight_kg for item in group.items), Decimal(0))
    return (whole * packages / group.packages).quantize(Decimal("0.1")) if group.packages > 0 else Decimal(0)


def takers(state: State) -> list[tuple[UUID, str]]:
    """The receiving vehicles, in the order in which they were linked."""
    return [(other, link.plate) for other, link in state.links.items() if link.role == "receiving"]


def lines(state: State) -> list[Line]:
    """The whole pairing, group by group."""
    groups = state.content.groups if state.content else ()
    gone, planned = moved(state), {(s.receiving, s.group): s.packages for s in state.shares}
    return [_line(state, index, group, gone, planned) for index, group in enumerate(groups)]


def _line(
    state: State, index: int, group: GoodsGroup, gone: Counter[tuple[UUID, int]],
    planned: dict[tuple[UUID, int], int],
) -> Line:  # fmt: skip
    cells = []
    for receiving, plate in takers(state):
        key = (receiving, index)
        began = state.underway.get(key)
        packages = max(planned.get(key, 0), gone[key])
        weight = weight_of(group, packages)
        cells.append(
            Cell(receiving, plate, packages, gone[key], weight, began.occurred_at if began else None)
        )
    away = sum(cell.moved for cell in cells)
    left = state.remaining(index)
    return Line(index, group, tuple(cells), away, group.packages - away - left, left)


def totals(state: State) -> list[Taker]:
    """The same, vehicle by vehicle."""
    rows = lines(state)
    return [_taker(state, receiving, plate, rows) for receiving, plate in takers(state)]


def _taker(state: State, receiving: UUID, plate: str, rows: list[Line]) -> Taker:
    mine = [(row, cell) for row in rows for cell in row.cells if cell.receiving == receiving]
    taken = [(row, cell) for row, cell in mine if cell.planned]
    return Taker(
        receiving, plate, state.receiving_entered.get(receiving, False),
        sum(cell.planned for _, cell in taken), sum(cell.moved for _, cell in taken),
        sum((cell.weight_kg for _, cell in taken), Decimal(0)),
        tuple(dict.fromkeys(row.group.customs_number for row, _ in taken if row.group.customs_number)),
    )  # fmt: skip


def evenly(state: State) -> dict[tuple[UUID, int], int]:
    """A plan that adds to each receiving vehicle an equal part of what is planned onto nobody yet; the first
    ones take one more where it does not come out even."""
    found: dict[tuple[UUID, int], int] = {}
    for line in lines(state):
        count = len(line.cells)
        each, over = divmod(max(0, line.unassigned), count) if count else (0, 0)
        for index, cell in enumerate(line.cells):
            found[(cell.receiving, line.index)] = cell.planned + each + (1 if index < over else 0)
    return found
