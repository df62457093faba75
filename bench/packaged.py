"""The recognition that comes packaged, so that ours is measured beside the state to beat, in the same run.

PP-OCR reads lines of text and knows no plates: what it reads is put together here as well as we know how,
with the grammars of `core/` and the lessons of having tried: v4 for Chinese plates, v6 for Vietnamese ones
and containers; upper and lower line joined; a container's owner, number and check digit joined; a check
digit that was not found is looked for once more in a strip that reaches further right. Nothing is repaired
by a check digit. The engines live in an environment of their own (`var/bench/packaged`,
`packaged-requirements.txt`).
"""

import json
import os
import re
import subprocess
import venv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import permutations
from math import hypot
from pathlib import Path
from typing import Any

from cuakhauso.core import identifiers as ids
from cuakhauso.core.identifiers.text import compact
from cuakhauso.lane.vision.contracts import Corner, Found, Kind
from cuakhauso.lane.vision.evaluation.labelled import CHINESE, CONTAINER, VIETNAMESE, Labelled
from cuakhauso.lane.vision.reading import Photo
from cuakhauso.lane.vision.seeing import Sighting, What, WhyNot, code_named, plate_named

from . import place

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "packaged-requirements.txt"
PLATE_CERTAIN = 0.8
ENGINES = {CONTAINER: "v6_containers", CHINESE: "v4_plates", VIETNAMESE: "v6_plates"}

Line = dict[str, Any]
_PLATE = re.compile(
    r"[一-鿿]?(?<![A-Z0-9])(?:[A-Z][A-Z0-9]{4,6}[挂学警港澳领试超]?|[0-9]{2}[A-Z][A-Z0-9]?[0-9]{4,5})(?![A-Z0-9])"
)
_LETTERS = str.maketrans("01258", "OIZSB")
_DIGITS = str.maketrans("OQDIZSB", "0001258")


class NotInstalled(Exception):
    """The packaged engines could not be fetched."""


def environment() -> Path:
    """Its Python; installed once, by pinned versions and hashes."""
    folder = place.DATA / "packaged"
    python, done = folder / "bin" / "python", folder / "installed"
    if done.exists() and done.read_text() == REQUIREMENTS.read_text():
        return python
    venv.create(folder, with_pip=True, clear=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(REQUIREMENTS)]
    if subprocess.run(command, check=False).returncode:
        raise NotInstalled("the packaged engines could not be installed")
    done.write_text(REQUIREMENTS.read_text())
    return python


class Packaged:
    """Asks the process with the engines, photo by photo."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def look(self, labelled: Labelled) -> Photo:
        asked = {"engine": ENGINES.get(labelled.kind, "v6_plates"), "path": str(labelled.path)}
        one_line = labelled.is_crop and labelled.kind == CHINESE and "yellow2" not in labelled.set
        answer = self.ask(op="crop" if one_line else "lines", **asked)
        lines, ms = answer["lines"], float(answer["ms"])
        if labelled.kind == CONTAINER:
            found, more = self._codes(lines, asked)
            ms += more
        else:
            found = list(plates(lines))
        return Photo(name=labelled.file, sightings=tuple(found), looked_ms=ms)

    def ask(self, **asked: Any) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked, ensure_ascii=False) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def _codes(self, lines: list[Line], asked: dict[str, str]) -> tuple[list[Sighting], float]:
        found, ms = list(codes(lines)), 0.0
        if any(not one.why_not for one in found):
            return found, ms
        for line in lines:
            if not line["corners"] or not re.search(r"[0-9]{5}", _plain(line["text"])):
                continue
            again = self.ask(op="strip", corners=further_right(line["corners"]), **asked)
            ms += float(again["ms"])
            reread = [{**one, "corners": line["corners"]} for one in again["lines"]]
            found += codes([one for one in lines if one is not line] + reread)
        return found, ms


@contextmanager
def running() -> Iterator[Packaged]:
    surroundings = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [str(environment()), str(HERE / "packaged_worker.py")]
    process = subprocess.Popen(
        command, env=surroundings, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield Packaged(process)
    finally:
        process.kill()
        process.wait()


# --- lines put together ---------------------------------------------------------------------------


def plates(lines: list[Line]) -> Iterator[Sighting]:
    """Each line that is a plate, and each line with the one below it."""
    for line in lines:
        yield from _plate([line])
    for upper, lower in permutations(lines, 2):
        if _stands_below(upper, lower):
            yield from _plate([upper, lower])


def _plate(parts: list[Line]) -> Iterator[Sighting]:
    text = "".join(_plain(part["text"]) for part in parts)
    for match in _PLATE.finditer(text):
        what, country, wrong = plate_named(match.group())
        if not wrong:
            yield _sighting(Kind.PLATE, what, match.group(), country, parts, ())


def codes(lines: list[Line]) -> Iterator[Sighting]:
    """A line that holds a whole code, or an owner's line and a number's, and the check digit's where it
    stands alone. Size and type codes (45G1) stand near and are none of it."""
    texts = [(line, _plain(line["text"])) for line in lines]
    owners = [one for one in texts if is_owner(one[1])]
    numbers = [one for one in texts if re.fullmatch(r"[0-9OQDIZSB]{6,7}", one[1]) and _digits(one[1]) > 4]
    alone = [one for one in texts if len(one[1]) == 1]
    begun = [one for one in texts if 10 <= len(one[1]) <= 15 and is_owner(one[1][:4])]
    pairs = [(owner, number) for owner in owners for number in numbers]
    seen: set[str] = set()
    for parts in [*((one,) for one in begun), *pairs, *((*pair, one) for pair in pairs for one in alone)]:
        text = as_code("".join(text for _, text in parts))
        if text and text not in seen:
            seen.add(text)
            what, _, wrong = code_named(text)
            yield _sighting(Kind.CODE, what, text, "", [line for line, _ in parts], wrong)


def is_owner(text: str) -> bool:
    letters = sum(sign.isalpha() for sign in text)
    return len(text) == 4 and letters > 2 and bool(re.fullmatch("[A-Z]{3}[UJZ]", text.translate(_LETTERS)))


def _digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)


def as_code(text: str) -> str:
    """Eleven signs, letters where letters stand and digits where digits stand; "" for no code. A size and
    type code may follow."""
    owner, number = text[:4].translate(_LETTERS), text[4:11].translate(_DIGITS)
    return owner + number if re.fullmatch(r"[A-Z]{4}[0-9]{7}", owner + number) else ""


def further_right(corners: list[list[float]], by: float = 2.6) -> list[list[float]]:
    """By so many heights of the line: room for a gap and a boxed digit."""
    (ax, ay), (bx, by_), (cx, cy), (dx, dy) = corners
    part = by * hypot(dx - ax, dy - ay) / max(1.0, hypot(bx - ax, by_ - ay))
    return [
        [ax, ay], [bx + (bx - ax) * part, by_ + (by_ - ay) * part],
        [cx + (cx - dx) * part, cy + (cy - dy) * part], [dx, dy],
    ]  # fmt: skip


def _stands_below(upper: Line, lower: Line) -> bool:
    if not upper["corners"] or not lower["corners"]:
        return False
    (l1, t1, r1, f1), (l2, t2, r2, f2) = _box(upper), _box(lower)
    high = max(f1 - t1, f2 - t2)
    share = (min(r1, r2) - max(l1, l2)) / max(1.0, min(r1 - l1, r2 - l2))
    return share > 0.5 and -0.5 * high < t2 - f1 < high


def _box(line: Line) -> tuple[float, float, float, float]:
    xs, ys = zip(*line["corners"], strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _plain(text: str) -> str:
    with suppress(ids.Invalid):
        return compact(text[:40]).replace("Đ", "D")
    return ""


def _sighting(
    kind: Kind, what: What, text: str, country: str, parts: list[Line], wrong: tuple[WhyNot, ...]
) -> Sighting:
    score = min(float(part["score"]) for part in parts)
    unsure = kind is Kind.PLATE and score < PLATE_CERTAIN
    return Sighting(
        what=what, text=text, country=country, confidence=score, chances=(),
        found=Found(kind, _corners(parts), score), why_not=(*wrong, *((WhyNot.UNSURE,) if unsure else ())),
    )  # fmt: skip


def _corners(parts: list[Line]) -> tuple[Corner, Corner, Corner, Corner]:
    boxes = [_box(part) for part in parts if part["corners"]] or [(0.0, 0.0, 1.0, 1.0)]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, foot = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return (left, top), (right, top), (right, foot), (left, foot)
