"""What a camera read wrongly or not at all, and a person or a paper knew: kept as a picture with its answer,
for training and for `cuakhauso evaluate`. Personal data: for a time and up to a size only (docs/lane.md).

A picture is named by its content; beside it lies a JSON file with what stands on it. Without that one it
counts for nothing, so it is written first.
"""

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import msgspec

from cuakhauso.core import identifiers as ids

from .contracts import Read, Subject
from .pictures import Limits, PictureError, Pictures, name_of
from .reckoning import Judgement, Outcome

MOST_EACH = 4  # pictures of one text of one vehicle
ALIKE = 0.5  # what is less like the answer was read of something else
SET = "corrected"
COLUMNS = ("file", "kind", "set", "label", "read", "source", "at")
KINDS = ("plate", "vehicle", "scene")  # a camera's own pictures: the nearest look first


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a picture. `kind` is vn, cn or container; `read` is what the camera made of it."""

    kind: str
    label: str
    read: str
    source: str
    at: datetime
    set: str = SET


@dataclass(frozen=True, slots=True)
class Wrong:
    """One text that was not read right: its answer, and its pictures, by content or by the name of one that
    the node has."""

    label: Label
    crops: tuple[bytes, ...]
    pictures: tuple[str, ...]


Crops = Mapping[tuple[str, Subject, str], tuple[bytes, ...]]


# --- which are worth it, pure ----------------------------------------------------------------------


def wrongs(found: Iterable[Judgement], crops: Crops, at: datetime) -> Iterator[Wrong]:
    """Where several texts are possible, what was read is like none of them, or one camera saw several that
    nobody could read, nobody knows what a picture shows: it is not kept."""
    for one in found:
        if one.outcome not in (Outcome.WRONG, Outcome.UNREAD):
            continue
        several = sum(not read.text for read in one.reads) > 1
        for read in one.reads:
            if several and not read.text:
                continue
            if (text := answer_to(read.text, one.truth)) and (label := label_of(text, read, at)):
                cut = crops.get((read.source, read.subject, read.session), ())[:MOST_EACH]
                yield Wrong(label, cut, () if cut else _nearest(read))


def answer_to(text: str, truth: tuple[str, ...]) -> str:
    if not text:
        return truth[0] if len(truth) == 1 else ""
    alike = sorted(((_alike(text, known), known) for known in truth), reverse=True)
    if not alike or alike[0][0] < ALIKE or (len(alike) > 1 and alike[0][0] == alike[1][0]):
        return ""
    return alike[0][1]


def _alike(text: str, known: str) -> float:
    return SequenceMatcher(None, _plain(text), _plain(known), autojunk=False).ratio()


def _plain(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())


def label_of(text: str, read: Read, at: datetime) -> Label | None:
    """In the form that is compared; none for what is no identity, be it that a person typed it."""
    try:
        if read.subject is Subject.CONTAINER:
            kind, label = "container", ids.parse_container(text)
        else:
            plate = ids.parse_plate(text)
            province = plate.province if plate.country is ids.Country.CN else ""
            kind, label = plate.country.lower(), province + plate.normalised
    except ids.Invalid:
        return None
    return Label(kind=kind, label=label, read=read.text, source=read.source, at=at)


def _nearest(read: Read) -> tuple[str, ...]:
    by_kind = {image.kind: image.name for image in read.images}
    return tuple(by_kind[kind] for kind in KINDS if kind in by_kind)[:1]


# --- on the disk -----------------------------------------------------------------------------------


class Corrections:
    """Blocking: call it from a thread."""

    def __init__(self, folder: Path, limits: Limits, *, durable: bool = True) -> None:
        self.folder = folder
        self._pictures = Pictures(folder, limits=limits, durable=durable)

    def keep(self, found: Iterable[Wrong], picture: Callable[[str], bytes | None]) -> int:
        """How many pictures are new here. What the disk does not take is not kept: no lane waits for it."""
        kept = 0
        for one in found:
            named = (content for name in one.pictures if (content := picture(name)) is not None)
            for content in (*one.crops, *named):
                with suppress(PictureError, OSError):
                    self._put(content, one.label)
                    kept += 1
        return kept

    def _put(self, content: bytes, label: Label) -> None:
        beside = self._beside(name_of(content))
        beside.parent.mkdir(parents=True, exist_ok=True)
        half = beside.with_suffix(".half")
        half.write_bytes(msgspec.json.encode(label))
        os.replace(half, beside)
        self._pictures.put(content)

    def _beside(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name}.json"

    def all(self) -> Iterator[tuple[str, Label]]:
        """Each picture's name with its label, the oldest first; without one that is damaged."""
        found = []
        for one in self._pictures.all():
            with suppress(OSError, msgspec.MsgspecError):
                found.append((one.name, msgspec.json.decode(self._beside(one.name).read_bytes(), type=Label)))
        yield from sorted(found, key=lambda one: (one[1].at, one[0]))

    def tidy(self, now: datetime) -> int:
        """How many went: what is too old, and the oldest of what is too much."""
        removed = self._pictures.tidy((), now).removed
        for beside in self.folder.glob("??/*.json"):
            if beside.stem not in self._pictures and now.timestamp() - beside.stat().st_mtime > 3600:
                beside.unlink(missing_ok=True)
        return len(removed)

    def export(self, into: Path) -> int:
        """Pictures with a `labels.csv` as `cuakhauso evaluate` reads it. Raises `OSError`."""
        into.mkdir(parents=True, exist_ok=True)
        rows = []
        for name, label in self.all():
            with suppress(PictureError):
                (into / f"{name}.jpg").write_bytes(self._pictures.get(name))
                rows.append(row_of(name, label))
        with (into / "labels.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        return len(rows)


def row_of(name: str, label: Label) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(msgspec.json.encode(label))
    return {"file": f"{name}.jpg", **told}
