"""Which photos are judged, and what is known to stand on them.

A list has a line per photo, `file` and `label`, with `kind` (container, cn, vn) and `set` where they are
told; an empty label is a photo of which nobody can say what it shows. Without a list the labels come from
the files' names (`…_LABEL.jpg`). A list with faults is told with all of them, by line: figures over a wrong
list are wrong.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from cuakhauso.core import identifiers as ids
from cuakhauso.core.identifiers.text import compact

from ..contracts import Kind

NAME: Final = "labels.csv"
PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".ppm"})
CONTAINER, CHINESE, VIETNAMESE, UNKNOWN = "container", "cn", "vn", ""
KINDS: Final = (CONTAINER, CHINESE, VIETNAMESE)
CROPS: Final = "crop"  # sets that are named so hold pictures of nothing but a plate or a code


class Wrong(StrEnum):
    """What is wrong with a list of labels."""

    NO_COLUMN = "no_column"
    NOT_TEXT = "not_text"
    NO_FILE = "no_file"
    TWICE = "twice"
    NO_NAME = "no_name"
    NO_IDENTITY = "no_identity"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Fault:
    line: int
    wrong: Wrong
    about: str


class FaultyList(Exception):
    """Nothing can be measured by this list."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """`label` as the signs that count, "" where nothing is known. `file` as the list names it."""

    path: Path
    file: str
    kind: str
    set: str
    label: str

    @property
    def is_crop(self) -> bool:
        return self.set.startswith(CROPS)

    @property
    def sought(self) -> Kind:
        return Kind.CODE if self.kind == CONTAINER else Kind.PLATE


def photos_of(
    folder: Path, labels: Path | None = None, *, skip_faulty: bool = False
) -> tuple[list[Labelled], list[Fault]]:
    """By the list that is named, by `labels.csv` in the folder, or by the files' names; with the lines
    that were left out. Raises `FaultyList`."""
    listed = labels or folder / NAME
    if labels is None and not listed.is_file():
        found, faults = list(_by_name(folder)), list[Fault]()
    else:
        found, faults = _listed(folder, listed)
    if faults and not skip_faulty:
        raise FaultyList(faults)
    if not found:
        raise FaultyList([*faults, Fault(0, Wrong.EMPTY, str(folder))])
    return found, faults


def spread(photos: list[Labelled], limit: int | None) -> list[Labelled]:
    """That many, evenly out of all: lists are sorted by kind."""
    if limit is None or limit >= len(photos):
        return photos
    return [photos[n * len(photos) // limit] for n in range(limit)]


# --- by the list ----------------------------------------------------------------------------------


def _listed(folder: Path, listed: Path) -> tuple[list[Labelled], list[Fault]]:
    try:
        text = listed.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        wrong = Wrong.NO_FILE if isinstance(error, OSError) else Wrong.NOT_TEXT
        raise FaultyList([Fault(0, wrong, str(listed))]) from error
    lines = text.splitlines()
    first = lines[0] if lines else ""
    rows = csv.DictReader(lines, delimiter=";" if ";" in first and "," not in first else ",")
    rows.fieldnames = [name.strip().lower() for name in rows.fieldnames or ()]
    if missing := [name for name in ("file", "label") if name not in rows.fieldnames]:
        raise FaultyList([Fault(1, Wrong.NO_COLUMN, name) for name in missing])
    return _judged_rows(folder, rows)


def _judged_rows(folder: Path, rows: "csv.DictReader[str]") -> tuple[list[Labelled], list[Fault]]:
    found, faults, known = list[Labelled](), list[Fault](), set[str]()
    try:
        for row in rows:
            one = _row(folder, row, rows.line_num, known)
            (faults if isinstance(one, Fault) else found).append(one)  # type: ignore[arg-type]
    except csv.Error as error:
        faults.append(Fault(rows.line_num, Wrong.NOT_TEXT, str(error)))
    return found, faults


def _row(folder: Path, row: dict[str, str], line: int, known: set[str]) -> Labelled | Fault:
    file, label, kind, set_ = ((row.get(name) or "").strip() for name in ("file", "label", "kind", "set"))
    if not file:
        return Fault(line, Wrong.NO_NAME, label)
    if file in known:
        return Fault(line, Wrong.TWICE, file)
    known.add(file)
    path = folder / file
    if "\0" in file or not path.is_file():
        return Fault(line, Wrong.NO_FILE, file)
    kind = kind.lower()
    if kind not in KINDS:
        kind = kind_of(label)
        if label and not kind:
            return Fault(line, Wrong.NO_IDENTITY, label)
    return Labelled(path=path, file=file, kind=kind, set=set_, label=signs_of(label))


# --- by the names of files ------------------------------------------------------------------------


def _by_name(folder: Path) -> Iterator[Labelled]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in PICTURES or not path.is_file():
            continue
        label = path.stem.rpartition("_")[2]
        kind = kind_of(label)
        within = path.relative_to(folder)
        set_ = within.parent.as_posix() if within.parent != Path() else ""
        yield Labelled(
            path=path, file=within.as_posix(), kind=kind, set=set_, label=signs_of(label) if kind else ""
        )


def kind_of(label: str) -> str:
    """What kind of identity this is; "" for none."""
    try:
        ids.parse_container(label)
    except ids.Invalid:
        pass
    else:
        return CONTAINER
    try:
        return CHINESE if ids.parse_plate(label).country is ids.Country.CN else VIETNAMESE
    except ids.Invalid:
        return UNKNOWN


def signs_of(label: str) -> str:
    """Those that are compared: no separators, and D for the stroked one, as plates are kept everywhere."""
    try:
        return compact(label).replace("Đ", "D")
    except ids.Invalid:
        return ""
