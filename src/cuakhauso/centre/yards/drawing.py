"""The plan of a yard as a drawing: where each bay lies on it, in pixels. The template only puts it down.

Bays with a shape are drawn as they lie; the rest row by row, each large enough for a thumb in a glove.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from cuakhauso.core.bays import Bay, Look
from cuakhauso.core.words import BayKind

from ..web import formats, words

WIDE, HIGH, GAP, MARGIN, HEAD = 74, 60, 6, 8, 26
PIXELS_A_METRE = 16
LONGEST_PLATE = 11


@dataclass(frozen=True, slots=True)
class Cell:
    """One bay on the plan: its outline, the middle of it, and the words on and behind it."""

    bay: Bay
    points: str
    x: str
    y: str
    first: str
    second: str
    said: str

    @property
    def signs(self) -> str:
        """Classes: how it stands, what it is for, and whether more were seen in it than it has places."""
        return f"is-{self.bay.look} for-{self.bay.kind}{' is-over' if self.bay.is_over else ''}"


@dataclass(frozen=True, slots=True)
class Heading:
    words: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    headings: list[Heading]
    cells: list[Cell]


def drawn(bays: Sequence[Bay], now: datetime) -> Drawing:
    shaped = [_cell(bay, [_pixels(point) for point in bay.shape], now) for bay in bays if bay.shape]
    below = max((y for cell in shaped for y in _ys(cell)), default=0.0)
    headings, cells, width, height = _grid([bay for bay in bays if not bay.shape], below, now)
    widest = max((x for cell in shaped for x in _xs(cell)), default=0.0)
    return Drawing(int(max(width, widest) + MARGIN), int(height + MARGIN), headings, [*shaped, *cells])


def _grid(bays: Sequence[Bay], below: float, now: datetime) -> tuple[list[Heading], list[Cell], float, float]:
    headings: list[Heading] = []
    cells: list[Cell] = []
    y, width = below, 0.0
    for block in dict.fromkeys(bay.block for bay in bays):
        rows: dict[int, list[Bay]] = {}
        for bay in bays:
            if bay.block == block:
                rows.setdefault(bay.row, []).append(bay)
        y += HEAD
        kinds = dict.fromkeys(bay.kind for row in rows.values() for bay in row)
        headings.append(Heading(_block_words(block, list(kinds)), f"{MARGIN:g}", f"{y - 8:g}"))
        for number in sorted(rows):
            for bay in rows[number]:
                x = MARGIN + (bay.position - 1) * (WIDE + GAP)
                corners = [(x, y), (x + WIDE, y), (x + WIDE, y + HIGH), (x, y + HIGH)]
                cells.append(_cell(bay, corners, now))
                width = max(width, x + WIDE)
            y += HIGH + GAP
    return headings, cells, width, y


def _block_words(block: str, kinds: list[BayKind]) -> str:
    told = ", ".join(words.of(words.BAY_KINDS, kind) for kind in kinds)
    return _("Khu %(block)s: %(kinds)s") % {"block": block, "kinds": told} if block else told


def _pixels(point: tuple[float, float]) -> tuple[float, float]:
    return MARGIN + point[0] * PIXELS_A_METRE, MARGIN + point[1] * PIXELS_A_METRE


def _cell(bay: Bay, corners: Sequence[tuple[float, float]], now: datetime) -> Cell:
    points = " ".join(f"{x:g},{y:g}" for x, y in corners)
    x = sum(x for x, _ in corners) / len(corners)
    y = sum(y for _, y in corners) / len(corners)
    first, second = _lines(bay, now)
    return Cell(bay, points, f"{x:g}", f"{y:g}", first, second, told(bay, now))


def _xs(cell: Cell) -> list[float]:
    return [float(point.split(",")[0]) for point in cell.points.split()]


def _ys(cell: Cell) -> list[float]:
    return [float(point.split(",")[1]) for point in cell.points.split()]


def _lines(bay: Bay, now: datetime) -> tuple[str, str]:
    """What stands on a bay under its label: who, and since when; or how it stands."""
    if bay.is_over or (bay.places > 1 and not bay.closed_for):
        return f"{len(bay.standing)} / {bay.places}", ""
    if bay.standing:
        since = bay.standing[0].since
        return bay.standing[0].plate[:LONGEST_PLATE], _stood(since, now)
    if bay.kept_for:
        return bay.kept_for[0].plate[:LONGEST_PLATE], words.of(words.BAY_LOOKS, Look.KEPT)
    return words.of(words.BAY_LOOKS, bay.look), ""


def _stood(since: datetime | None, now: datetime) -> str:
    if since is None:
        return ""
    figure, unit = formats.waited((now - since).total_seconds(), words.language())
    return f"{figure} {unit}"


def told(bay: Bay, now: datetime) -> str:
    """The whole bay in one sentence, for those who do not see the plan."""
    parts = [bay.label, words.of(words.BAY_KINDS, bay.kind), words.of(words.BAY_LOOKS, bay.look)]
    parts += [bay.closed_for] if bay.closed_for else []
    parts += [f"{one.plate} {_stood(one.since, now)}".strip() for one in bay.standing]
    parts += [one.plate for one in bay.kept_for]
    return ", ".join(parts)
