"""The photographs with known answers (`shared/photos`, given as a folder), and which of them are held apart.

Held apart: of a set that says so itself its part ("ccby_valid"); of all others one in four, by the hash of
the label. Two photos of one vehicle are never on both sides: photos of "ccby_train" that show a container of
"ccby_valid" (116 of 1,435) are not used at all.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np

from .render.plates import Picture
from .render.scenes import Quad

CLASSES = "0123456789ABCDEFGHIJKLMNOPRSTUVWXYZ"  # of the boxes: no Q


@dataclass(frozen=True, slots=True)
class Photo:
    path: Path
    set: str
    label: str
    apart: bool

    def load(self) -> Picture:
        """Raises `OSError` for what is no picture."""
        read = cv2.imdecode(np.frombuffer(self.path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        if read is None:
            raise OSError(f"{self.path} is no picture")
        return read[..., ::-1]


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of a container's code: middle and size in parts of the picture."""

    sign: str
    x: float
    y: float
    w: float
    h: float


def photos(folder: Path) -> Iterator[Photo]:
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    judged = {row["label"] for row in rows if row["set"] == "ccby_valid"} - {""}
    for row in rows:
        if row["set"] == "ccby_train" and row["label"] in judged:
            continue
        yield Photo(folder / row["file"], row["set"], row["label"], _apart(row["set"], row["label"]))


def _apart(set_: str, label: str) -> bool:
    if set_ in ("ccby_train", "ccby_valid"):
        return set_ == "ccby_valid"
    return sha256(label.encode()).digest()[0] < 64


def signs(photo: Photo, folder: Path) -> list[Sign]:
    """Boxes of a container photo, in no order; empty where there are none."""
    path = folder / "container" / "boxes" / f"{photo.path.stem}.txt"
    if not path.exists():
        return []
    rows = (line.split() for line in path.read_text().splitlines() if line.strip())
    return [Sign(CLASSES[int(c)], *map(float, rest)) for c, *rest in rows]


def code_quad(found: list[Sign], label: str, size: tuple[int, int]) -> Quad | None:
    """Around all signs of the code, as it is read. None where the boxes are not those of the label."""
    if sorted(s.sign for s in found) != sorted(label) or len(found) != 11:
        return None
    wide, high = size
    boxes = np.array([(s.x * wide, s.y * high, s.w * wide, s.h * high) for s in found])
    along, down = _directions(boxes)
    back = np.linalg.inv(np.stack((along, down), 1))
    corners = np.array(
        [(x + a * w / 2, y + b * h / 2) for x, y, w, h in boxes for a in (-1, 1) for b in (-1, 1)]
    )
    u, v = back @ corners.T
    edges = ((u.min(), v.min()), (u.max(), v.min()), (u.max(), v.max()), (u.min(), v.max()))
    if _line(boxes) is None:
        edges = _narrowing(u.reshape(-1, 4), v.reshape(-1, 4))
    return np.array([along * x + down * y for x, y in edges], np.float32)


def _narrowing(u: np.ndarray, v: np.ndarray) -> tuple[tuple[float, float], ...]:
    """Around a standing code, whose far end a camera above it sees smaller. `u`, `v`: signs by their four
    corners."""
    level, (top, foot) = v.mean(1), (v.min(), v.max())
    sides = []
    for sign, edge in ((-1, u.min(1)), (1, u.max(1))):
        slope, at = np.polyfit(level, edge, 1)
        at += sign * (sign * (edge - slope * level - at)).max()
        sides.append((slope * top + at, slope * foot + at))
    (a, d), (b, c) = sides
    return (a, top), (b, top), (c, foot), (d, foot)


def in_order(found: list[Sign], label: str, size: tuple[int, int]) -> np.ndarray | None:
    """The signs as they are read, 11 by 4 in pixels: middle, width, height. None where no order spells the
    label."""
    wide, high = size
    boxes = np.array([(s.x * wide, s.y * high, s.w * wide, s.h * high) for s in found])
    back = np.linalg.inv(np.stack(_directions(boxes), 1))
    along, down = back @ boxes[:, :2].T
    line = np.round((down - down.min()) / (1.2 * np.median(boxes[:, 3])))
    for order in (np.argsort(along), np.lexsort((along, line)), np.argsort(down)):
        if "".join(found[n].sign for n in order) == label:
            return boxes[order].astype(np.float32)
    return None


def _directions(boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which way a line runs, and which way lines follow each other. Of a standing code the one is straight
    right, the other along its middles: a camera above sees it lean."""
    middles = boxes[:, :2]
    line = _line(boxes)
    if line is not None:
        return line, np.array((-line[1], line[0]))
    lean = np.polyfit(middles[:, 1], middles[:, 0], 1)[0]
    return np.array((1.0, 0.0)), np.array((lean, 1.0))


def _line(boxes: np.ndarray) -> np.ndarray | None:
    """Along the longest line of signs that stand on one level; none where fewer than four do."""
    middles, tall = boxes[:, :2], np.median(boxes[:, 3])
    best: np.ndarray | None = None
    for n in range(len(middles)):
        for m in range(len(middles)):
            run = middles[m] - middles[n]
            if run[0] <= tall:
                continue
            unit = run / np.linalg.norm(run)
            off = np.abs((middles - middles[n]) @ np.array((-unit[1], unit[0])))
            level = off < 0.35 * tall
            if best is None or level.sum() > best[0] or (level.sum() == best[0] and run[0] > best[1]):
                best = np.array((level.sum(), run[0], *unit))
    return None if best is None or best[0] < 4 else best[2:]
