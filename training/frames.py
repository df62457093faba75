"""Frames for the locator, with the corners of every plate and code in them.

`python -m training.frames PHOTOS OUT [--count 12000] [--size 12000] [--quads QUADS.json]`, into a ring that
training takes from; without a count it goes on until it is ended.

Three kinds of ground: container photos, whose code is known by its boxes; photos of vehicles, whose plates
`quads.py` found; and surfaces that are drawn. On each, further plates and codes are put, and writing that is
neither: telephone numbers, sizes and weights, names.
"""

import argparse
import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from .photos import Photo, code_quad, photos, signs
from .render import codes, plates, scenes, weather
from .render.glyphs import CODE_FACES, HAN_FACES, Canvas
from .render.plates import Drawn, Picture
from .render.scenes import Quad
from .ring import Maker, fill

SIDE, MOST, BATCH = 384, 6, 25
UPSIDE_DOWN = 0.08  # of the codes that are drawn
STANDING_DRAWN, STANDING_GROUNDS, BENT = 0.45, 0.15, 0.25
PLATE, LYING, STANDING, IGNORED = 0, 1, 2, 3
WORDS = (
    "MAX GROSS 30480 KG", "TARE 3750 KG", "NET 26730", "CU CAP 76.4 CUM", "45G1", "22G1", "VN TRANSPORT",
    "0912345678", "DT 0203888777", "CSC SAFETY", "HYUNDAI", "DONGFENG", "CAUTION 9'6 HIGH", "67200 LBS",
    "THONG TIN", "XE CHO HANG", "SUPER HEAVY", "LOGISTICS", "CMA CGM", "COSCO", "EVERGREEN",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ground:
    picture: Picture
    texts: tuple[tuple[int, Quad], ...] = ()


@dataclass(slots=True)
class Grounds:
    containers: list[tuple[Path, Quad]]
    vehicles: list[tuple[Path, tuple[tuple[int, Quad], ...]]]
    crops: list[Path]


def kind_of(quad: Quad) -> int:
    return STANDING if scenes.stands(quad) else LYING


def grounds(folder: Path, quads: Path | None) -> Grounds:
    """Of the part that is trained on alone."""
    used = [photo for photo in photos(folder) if not photo.apart]
    known = json.loads(quads.read_text()) if quads else {}
    return Grounds(
        containers=list(_containers(used, folder)),
        vehicles=[
            (folder / name, tuple((kind, np.array(quad, np.float32)) for kind, quad, _ in found))
            for name, found in known.items()
        ],
        crops=[photo.path for photo in used if photo.set.startswith("crop")],
    )


def _containers(used: list[Photo], folder: Path) -> Iterator[tuple[Path, Quad]]:
    for photo in used:
        if photo.set == "ccby_train" and photo.label:
            quad = code_quad(signs(photo, folder), photo.label, (640, 640))
            if quad is not None:
                yield photo.path, quad


def _load(path: Path) -> Picture:
    return cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)[..., ::-1].copy()


def ground(rng: random.Random, known: Grounds) -> Ground:
    draw = rng.random()
    if draw < 0.45:
        standing = [one for one in known.containers if scenes.stands(one[1])]
        path, quad = rng.choice((rng.random() < STANDING_GROUNDS and standing) or known.containers)
        picture = _load(path)
        return Ground(picture, ((kind_of(quad), quad),))
    if draw < 0.7 and known.vehicles:
        path, texts = rng.choice(known.vehicles)
        return Ground(_load(path), texts)
    return Ground(surface(rng))


def surface(rng: random.Random) -> Picture:
    """Planes of colour with edges and waves, as of a truck's rear, doors and a road."""
    side = 640
    picture = np.full((side, side, 3), [rng.randint(20, 230) for _ in range(3)], np.uint8)
    for _ in range(rng.randint(2, 14)):
        x, y = rng.randrange(-80, side), rng.randrange(-80, side)
        w, h = rng.randint(20, 500), rng.randint(20, 400)
        colour = [rng.randint(5, 245) for _ in range(3)]
        cv2.rectangle(
            picture, (x, y), (x + w, y + h), colour, -1 if rng.random() < 0.7 else rng.randint(1, 9)
        )
    for _ in range(rng.randint(0, 6)):
        middle, axes = (rng.randrange(side), rng.randrange(side)), (rng.randint(5, 120), rng.randint(5, 90))
        cv2.ellipse(picture, middle, axes, rng.uniform(0, 180), 0, 360, [rng.randint(5, 240)] * 3, -1)
    return codes.corrugated(picture.astype(np.float32), rng)


def long_side(rng: random.Random, kind: int) -> float:
    """Of a text, in pixels, as cameras see it: a code has more signs."""
    return float(np.exp(rng.uniform(np.log(26 if kind == PLATE else 55), np.log(340))))


def placed(rng: random.Random, quad: Quad, kind: int) -> np.ndarray:
    """A view of the ground in which this text has a size that cameras see."""
    long = max(np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0]))
    scale = long_side(rng, kind) / long
    turn = np.deg2rad(rng.gauss(0, 5)) + (np.pi if rng.random() < 0.03 else 0)
    c, s = np.cos(turn) * scale, np.sin(turn) * scale
    matrix = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    middle = matrix[:2, :2] @ quad.mean(0)
    wished = np.array([rng.uniform(0.2, 0.8) * SIDE, rng.uniform(0.2, 0.8) * SIDE])
    matrix[:2, 2] = wished - middle
    matrix[2, :2] = rng.gauss(0, 1e-4), rng.gauss(0, 1e-4)
    return matrix


def moved(quad: Quad, matrix: np.ndarray) -> Quad:
    return cv2.perspectiveTransform(quad[None].astype(np.float64), matrix)[0].astype(np.float32)


def frame(rng: random.Random, known: Grounds) -> tuple[Picture, list[tuple[int, Quad]]]:
    base = ground(rng, known)
    high, wide = base.picture.shape[:2]
    texts = [text for text in base.texts if text[0] != IGNORED]
    kind, main = rng.choice(texts) if texts else (LYING, _anywhere(rng, wide, high))
    matrix = placed(rng, main, kind)
    picture = _seen(base.picture, matrix, rng)
    found = [(kind, moved(quad, matrix)) for kind, quad in base.texts]
    for _ in range(rng.choice((0, 1, 1, 2, 3)) if not texts else rng.choice((0, 0, 0, 1, 1, 2))):
        _put(picture, rng, known, found)
    for _ in range(rng.choice((0, 0, 1, 2, 4))):
        _write(picture, rng, found)
    if rng.random() < BENT:
        lens = scenes.Lens.some(rng, (SIDE, SIDE))
        if all(lens.bears(quad) for _, quad in found if _is_seen(quad)):
            picture, found = lens.seen(picture), [(kind, lens.around(quad)) for kind, quad in found]
    return weather.degraded(picture, rng, 0.55), [one for one in found if _is_seen(one[1])]


def _seen(picture: Picture, matrix: np.ndarray, rng: random.Random) -> Picture:
    """Made smaller by averaging first, as a warp does not."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    if scale < 0.6:
        small = cv2.resize(picture, None, fx=1.4 * scale, fy=1.4 * scale, interpolation=cv2.INTER_AREA)
        back = np.diag((picture.shape[1] / small.shape[1], picture.shape[0] / small.shape[0], 1.0))
        picture, matrix = small, matrix @ back
    border = cv2.BORDER_REPLICATE if rng.random() < 0.5 else cv2.BORDER_CONSTANT
    fill = [rng.randint(0, 255)] * 3
    return cv2.warpPerspective(
        picture, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=fill
    )


def _anywhere(rng: random.Random, wide: int, high: int) -> Quad:
    w = rng.uniform(0.2, 0.6) * wide
    x, y = rng.uniform(0, wide - w), rng.uniform(0, high - w / 3)
    return np.array(((x, y), (x + w, y), (x + w, y + w / 3), (x, y + w / 3)), np.float32)


def _put(picture: Picture, rng: random.Random, known: Grounds, found: list[tuple[int, Quad]]) -> None:
    draw = rng.random()
    if draw < 0.45:
        one, kind = codes.container(rng, "standing" if rng.random() < STANDING_DRAWN else ""), LYING
    elif draw < 0.58 and known.crops:
        one, kind = Drawn(_load(rng.choice(known.crops)), "", ""), PLATE
    else:
        one, kind = (plates.vietnamese if rng.random() < 0.6 else plates.chinese)(rng), PLATE
    high, wide = one.picture.shape[:2]
    quad = scenes.leaning(rng, wide, high, long_side(rng, kind), 0.7)
    if kind == LYING and wide > high and rng.random() < UPSIDE_DOWN:
        quad = quad[[2, 3, 0, 1]]
    quad += np.array([rng.uniform(0.1, 0.9) * SIDE, rng.uniform(0.1, 0.9) * SIDE], np.float32)
    if any(_touch(quad, other) for _, other in found):
        return
    scenes.paste(picture, one, quad)
    if kind == LYING:
        kind = kind_of(quad)
        quad = _without_margin(quad, wide, high)
    found.append((kind, quad))


def _without_margin(quad: Quad, wide: int, high: int) -> Quad:
    """A drawn code has 8 pixels of ground around it; those of photos end at their signs."""
    flat = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    inner = np.array([(8, 8), (wide - 8, 8), (wide - 8, high - 8), (8, high - 8)], np.float32)
    return moved(inner, cv2.getPerspectiveTransform(flat, quad))


def _write(picture: Picture, rng: random.Random, found: list[tuple[int, Quad]]) -> None:
    """Something that is neither plate nor code."""
    word = rng.choice(WORDS) if rng.random() < 0.8 else "".join(rng.choices("运输有限公司货车中国凭祥", k=5))
    face = rng.choice(HAN_FACES if ord(word[0]) > 1000 else CODE_FACES)
    tall, mask = 60, Canvas(76, 52 * len(word) + 16)
    for n, sign in enumerate(word):
        if sign != " ":
            mask.put(sign, face, 8 + n * 52, 8, 42, tall)
    back = [rng.randint(10, 240) for _ in range(3)]
    front = [255 - one if rng.random() < 0.9 else one for one in back]
    drawn = Drawn(plates.painted(mask.mask, tuple(back), tuple(front), rng, frame=rng.random() < 0.3), "", "")
    quad = scenes.leaning(rng, *mask.mask.shape[::-1], rng.uniform(40, 260), 0.5)
    quad += np.array([rng.uniform(0.1, 0.9) * SIDE, rng.uniform(0.1, 0.9) * SIDE], np.float32)
    if not any(_touch(quad, other) for _, other in found):
        scenes.paste(picture, drawn, quad)


def _touch(quad: Quad, other: Quad) -> bool:
    return bool((quad.min(0) < other.max(0) + 3).all() and (other.min(0) < quad.max(0) + 3).all())


def _is_seen(quad: Quad) -> bool:
    return bool((quad > -4).all() and (quad < SIDE + 4).all())


_known: list[Grounds] = []


def _begin(folder: Path, quads: Path | None) -> None:
    cv2.setNumThreads(1)
    _known[:] = [grounds(folder, quads)]


def _some(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = random.Random(f"frames {seed}")
    pictures = np.zeros((BATCH, SIDE, SIDE, 3), np.uint8)
    kinds = np.full((BATCH, MOST), -1, np.int64)
    quads = np.zeros((BATCH, MOST, 4, 2), np.float32)
    for n in range(BATCH):
        picture, found = frame(rng, _known[0])
        pictures[n] = picture
        for m, (kind, quad) in enumerate(found[:MOST]):
            kinds[n, m], quads[n, m] = kind, quad
    return pictures, kinds, quads


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("photos", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("--count", type=int, default=0)
    asked.add_argument("--size", type=int, default=12_000)
    asked.add_argument("--workers", type=int, default=os.cpu_count())
    asked.add_argument("--quads", type=Path)
    told = asked.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    fill(
        Maker(told.out, "frames", told.size),
        _some,
        partial(_begin, told.photos, told.quads),
        told.workers,
        told.count // BATCH or None,
    )


if __name__ == "__main__":
    main()
