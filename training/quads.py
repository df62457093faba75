"""Where the plates are in whole photos of vehicles, told by packaged engines; for training the locator only.

`python -m training.quads PHOTOS OUT.json`, in a surrounding that has rapidocr-onnxruntime 1.4.4 and rapidocr
3.10.0. Only photos that training may use. A plate is known where an engine read one by the grammar of a
country, in one line or in two that stand below each other; whatever else has digits is left out of account.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .alphabet import PROVINCES
from .photos import photos

PLATE, IGNORED = 0, 3
ONE_LINE = re.compile(
    rf"[{PROVINCES}][A-Z][A-Z0-9]{{5,6}}|[{PROVINCES}][A-Z][A-Z0-9]{{4}}[挂学警港澳]|\d\d[A-Z]{{1,2}}\d?\d{{4,5}}"
)
UPPER, LOWER = re.compile(r"\d\d[A-Z]{1,2}\d?|\d\d[A-Z]\d"), re.compile(r"\d{4,5}")


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    sure: float
    quad: np.ndarray

    @property
    def high(self) -> float:
        return float(np.linalg.norm(self.quad[3] - self.quad[0]))


def bare(text: str) -> str:
    return re.sub(r"[^0-9A-Z\u4e00-\u9fff]", "", text.upper())


def plates(lines: list[Line]) -> Iterator[tuple[int, str, np.ndarray]]:
    """Kind, text and corners of each plate; and what is to be left out of account."""
    used: set[int] = set()
    for n, line in enumerate(lines):
        if ONE_LINE.fullmatch(line.text) and line.sure > 0.8:
            used.add(n)
            yield PLATE, line.text, widened(line.quad, 0.03, 0.16)
    for n, upper in enumerate(lines):
        if n in used or not UPPER.fullmatch(upper.text):
            continue
        for m, lower in enumerate(lines):
            if m not in used and LOWER.fullmatch(lower.text) and _below(upper, lower):
                used |= {n, m}
                yield PLATE, upper.text + lower.text, widened(_both(upper.quad, lower.quad), 0.05, 0.08)
                break
    for n, line in enumerate(lines):
        if n not in used and sum(sign.isdigit() for sign in line.text) >= 2:
            yield IGNORED, line.text, widened(line.quad, 0.3, 0.8)


def _below(upper: Line, lower: Line) -> bool:
    a, b = upper.quad.mean(0), lower.quad.mean(0)
    return bool(
        abs(a[0] - b[0]) < 0.8 * upper.high * 1.5 and 0.5 * upper.high < b[1] - a[1] < 2.2 * upper.high
    )


def _both(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Around two lines: as wide as the wider of them, leaning as it does."""
    wide = max((upper, lower), key=lambda quad: np.linalg.norm(quad[1] - quad[0]))
    along = (wide[1] - wide[0]) / np.linalg.norm(wide[1] - wide[0])
    across = np.array((-along[1], along[0]))
    points = np.concatenate((upper, lower))
    u, v = points @ along, points @ across
    corners = ((u.min(), v.min()), (u.max(), v.min()), (u.max(), v.max()), (u.min(), v.max()))
    return np.array([along * x + across * y for x, y in corners])


def widened(quad: np.ndarray, along: float, down: float) -> np.ndarray:
    """A plate has a margin around its signs: that much of its length, and of its height, on each side."""
    x = np.stack((quad[1] - quad[0], quad[1] - quad[0], quad[2] - quad[3], quad[2] - quad[3]))
    y = np.stack((quad[3] - quad[0], quad[2] - quad[1], quad[2] - quad[1], quad[3] - quad[0]))
    signs = np.array(((-1, -1), (1, -1), (1, 1), (-1, 1)))
    return quad + x * along * signs[:, :1] + y * down * signs[:, 1:]


def read(picture: np.ndarray) -> list[Line]:
    """What both engines found, the surer of two that found the same."""
    found: list[Line] = []
    for boxes, texts, scores in _engines(picture[..., ::-1].copy()):
        for box, text, score in zip(boxes, texts, scores, strict=True):
            line = Line(bare(text), float(score), np.array(box, float))
            same = next(
                (o for o in found if np.linalg.norm(o.quad.mean(0) - line.quad.mean(0)) < o.high / 2), None
            )
            if same is None:
                found.append(line)
            elif _rank(line) > _rank(same):
                found[found.index(same)] = line
    return found


def _rank(line: Line) -> tuple[bool, float]:
    return bool(ONE_LINE.fullmatch(line.text)), line.sure


def _engines(picture: np.ndarray) -> Iterator[tuple[list, list, list]]:
    from rapidocr import RapidOCR as Sixth
    from rapidocr_onnxruntime import RapidOCR as Fourth

    global _fourth, _sixth
    _fourth, _sixth = _fourth or Fourth(), _sixth or Sixth()
    lines = _fourth(picture)[0] or []
    yield [one[0] for one in lines], [one[1] for one in lines], [one[2] for one in lines]
    later = _sixth(picture)
    if later.boxes is not None:
        yield list(later.boxes), list(later.txts), list(later.scores)


_fourth = _sixth = None


def main(folder: Path, out: Path) -> None:
    found = {}
    for photo in photos(folder):
        if photo.set.startswith("frame") and not photo.apart:
            lines = read(photo.load())
            name = str(photo.path.relative_to(folder))
            found[name] = [(kind, quad.tolist(), text) for kind, text, quad in plates(lines)]
    out.write_text(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
