"""Strips for the readers, drawn into rings that training takes from: rendered, and cut out of photos.

`python -m training.strips PHOTOS OUT plate|plate-photos|code|code-photos|apart [--count N] [--size N]`

Without a count it goes on until it is ended: training then never sees the same strip for long. `apart` writes
what is held apart, of both kinds, each once.
"""

import argparse
import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from .alphabet import CODE, CODE_PLACES, PLATE, PLATE_PLACES
from .photos import code_quad, in_order, photos, signs
from .render import codes, plates, scenes, weather
from .render.plates import Drawn, Picture
from .render.scenes import Quad
from .ring import Maker, fill

SIZES = {"plate": (160, 64), "code": (256, 64)}  # width, height
ALPHABETS = {"plate": (PLATE, PLATE_PLACES), "code": (CODE, CODE_PLACES)}
BATCH = 250
JITTER = {"plate": 0.1, "code": 0.12}  # of a text's height: how far a locator's corners are off
SHUFFLED = 0.5  # of the strips out of photos with boxes have their signs changed round
BENT, BENT_STANDING = 0.1, 0.6
STANDING = 0.15  # of the strips out of photos; of the photos themselves it is one in eighty

_backgrounds: list[Picture] = []


def spelled(text: str, kind: str) -> list[int]:
    """The place of each sign in the alphabet, filled up with nothing."""
    alphabet, places = ALPHABETS[kind]
    return [alphabet.index(sign) for sign in text.ljust(places, alphabet[0])]


def drawn(kind: str, rng: random.Random) -> Drawn:
    if kind == "code":
        return codes.container(rng)
    return plates.vietnamese(rng) if rng.random() < 0.5 else plates.chinese(rng)


Strip = tuple[Picture, str, np.ndarray]  # and where the middle of each sign is; not a number where unknown


def placed(kind: str, middles: np.ndarray | None) -> np.ndarray:
    """As many as there are places."""
    found = np.full((ALPHABETS[kind][1], 2), np.nan, np.float32)
    if middles is not None:
        found[: len(middles)] = middles
    return found


def rendered(kind: str, rng: random.Random) -> Strip:
    """One strip as it would come from a frame."""
    one = drawn(kind, rng)
    high, wide = one.picture.shape[:2]
    size = rng.uniform(60, 230) if kind == "plate" else rng.uniform(80, 300)
    quad = scenes.leaning(rng, wide, high, size)
    room = quad.max(0) - quad.min(0)
    margin = 12 + 0.15 * room
    scene = _ground(rng, *(room + 2 * margin))
    quad = quad - quad.min(0) + margin
    scenes.paste(scene, one, quad)
    middles = scenes.through(np.array(one.middles, np.float32), scenes.onto(one, quad))
    scene, quad, middles = bent(scene, quad, middles, rng)
    scene = weather.degraded(scene, rng, rng.uniform(0.2, 0.9))
    corners = scenes.loose(quad, rng)
    middles = scenes.through(middles, scenes.straightening(corners, SIZES[kind])[0])
    return scenes.strip(scene, corners, SIZES[kind]), one.text, placed(kind, middles)


def bent(
    picture: Picture, quad: Quad, middles: np.ndarray, rng: random.Random
) -> tuple[Picture, Quad, np.ndarray]:
    """Some, as by a lens: most of those that stand."""
    if rng.random() > (BENT_STANDING if scenes.stands(quad) else BENT):
        return picture, quad, middles
    lens = scenes.Lens.some(rng, picture.shape[1::-1], quad)
    if not lens.bears(quad):
        return picture, quad, middles
    return lens.seen(picture), lens.around(quad), lens.after(middles.astype(np.float32))


def _ground(rng: random.Random, wide: float, high: float) -> Picture:
    w, h = int(wide) + 1, int(high) + 1
    if not _backgrounds or rng.random() < 0.2:
        return np.full((h, w, 3), [rng.randint(10, 240) for _ in range(3)], np.uint8)
    photo = rng.choice(_backgrounds)
    if photo.shape[0] <= h or photo.shape[1] <= w:
        return cv2.resize(photo, (w, h))
    y, x = rng.randrange(photo.shape[0] - h), rng.randrange(photo.shape[1] - w)
    return photo[y : y + h, x : x + w].copy()


# --- out of photos --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cut:
    """A text in a part of a photo. `signs`: of each sign its middle, width and height too where known."""

    picture: Picture
    quad: Quad
    text: str
    signs: np.ndarray | None = None


def nearby(photo: Picture, quad: Quad, text: str, signs: np.ndarray | None) -> Cut:
    """Without the rest of the photo: as much around the text as a strip may show of it."""
    room = 12 + 0.7 * min(np.linalg.norm(quad[3] - quad[0]), np.linalg.norm(quad[1] - quad[0]))
    high, wide = photo.shape[:2]
    x0, y0 = np.clip(np.floor(quad.min(0) - room), 0, (wide - 2, high - 2)).astype(int)
    x1, y1 = np.clip(np.ceil(quad.max(0) + room), 2, (wide, high)).astype(int)
    if signs is not None:
        signs = signs.copy()
        signs[:, :2] -= (x0, y0)
    return Cut(photo[y0:y1, x0:x1].copy(), (quad - (x0, y0)).astype(np.float32), text, signs)


def code_cuts(folder: Path, *, apart: bool) -> Iterator[Cut]:
    """Codes of the container photos, by their boxes."""
    for photo in photos(folder):
        if not photo.set.startswith("ccby") or photo.apart is not apart or not photo.label:
            continue
        picture = photo.load()
        boxes, size = signs(photo, folder), picture.shape[1::-1]
        quad = code_quad(boxes, photo.label, size)
        if quad is not None:
            yield nearby(picture, quad, photo.label, in_order(boxes, photo.label, size))


def plate_cuts(folder: Path, *, apart: bool, quads: Path | None = None) -> Iterator[Cut]:
    """The Chinese plates that came cut out, their signs where GA 36 puts them; and those of whole photos, as
    `quads.py` found and read them."""
    for photo in photos(folder):
        if photo.set != "crop_lprnet_test" or photo.apart is not apart:
            continue
        picture = photo.load()
        high, wide = picture.shape[:2]
        quad = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
        columns = np.array((37, 94, *(173 + 57 * n for n in range(5)))) * wide / 440
        middles = np.stack((columns, np.full(7, high / 2)), 1) if len(photo.label) == 7 else None
        yield Cut(picture, quad, photo.label, middles)
    for name, plates_ in json.loads(quads.read_text()).items() if quads and not apart else ():
        picture = cv2.imdecode(np.frombuffer((folder / name).read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        for kind, quad, text in plates_:
            if kind == 0:
                yield nearby(picture[..., ::-1], np.array(quad, np.float32), text, None)


def changed_round(cut: Cut, rng: random.Random) -> Cut:
    """The same paint and light, another text: digits change places, and letters, or a reader learns the few
    texts of the photos by heart. The last sign stays, which often stands in a box."""
    assert cut.signs is not None
    order = [*rng.sample(range(3), 3), 3, *rng.sample(range(4, 10), 6), 10]
    picture, high, wide = cut.picture.copy(), *cut.picture.shape[:2]
    for to, of in enumerate(order):
        x0, y0, x1, y1 = _box(cut.signs[of], wide, high)
        u0, v0, u1, v1 = _box(cut.signs[to], wide, high)
        if to != of and min(x1 - x0, y1 - y0, u1 - u0, v1 - v0) > 2:
            picture[v0:v1, u0:u1] = cv2.resize(cut.picture[y0:y1, x0:x1], (u1 - u0, v1 - v0))
    return replace(cut, picture=picture, text="".join(cut.text[of] for of in order))


def _box(sign: np.ndarray, wide: int, high: int) -> tuple[int, int, int, int]:
    x, y, w, h = sign
    return (
        max(0, round(x - 0.53 * w)), max(0, round(y - 0.53 * h)),
        min(wide, round(x + 0.53 * w)), min(high, round(y + 0.53 * h)),
    )  # fmt: skip


def cut_out(kind: str, cut: Cut, rng: random.Random) -> Strip:
    """As a locator might find it, in another light."""
    if cut.signs is not None and cut.signs.shape[1] == 4 and rng.random() < SHUFFLED:
        cut = changed_round(cut, rng)
    if cut.signs is not None:
        cut = Cut(*_bent_cut(cut, rng))
    strip = straight(kind, cut, scenes.loose(cut.quad, rng, rng.choice((0.03, JITTER[kind]))))
    return weather.degraded(strip[0], rng, 0.25), strip[1], strip[2]


def _bent_cut(cut: Cut, rng: random.Random) -> tuple[Picture, Quad, str, np.ndarray]:
    assert cut.signs is not None
    picture, quad, middles = bent(cut.picture, cut.quad, cut.signs[:, :2], rng)
    return picture, quad, cut.text, middles


def chosen(cuts: list[Cut], rng: random.Random) -> Cut:
    """Standing ones more often than they come."""
    standing = [cut for cut in cuts if scenes.stands(cut.quad)] if rng.random() < STANDING else []
    return rng.choice(standing or cuts)


def straight(kind: str, cut: Cut, quad: Quad) -> Strip:
    matrix, _ = scenes.straightening(quad, SIZES[kind])
    where = None if cut.signs is None else scenes.through(cut.signs[:, :2].astype(np.float32), matrix)
    return scenes.strip(cut.picture, quad, SIZES[kind]), cut.text, placed(kind, where)


def write_apart(folder: Path, out: Path) -> None:
    rng = random.Random(1)
    for kind, cuts in (("plate", plate_cuts), ("code", code_cuts)):
        found = [
            straight(kind, cut, scenes.loose(cut.quad, rng, 0.03 if kind == "code" else 0.0))
            for cut in cuts(folder, apart=True)
        ]
        Maker(out, f"{kind}-apart", len(found)).put(*_stacked(kind, found))


# --- many ---------------------------------------------------------------------------------------

_cuts: list[Cut] = []


def _begin(name: str, folder: Path, quads: Path | None) -> None:
    """Each process has the photos that it cuts, or some for its grounds."""
    cv2.setNumThreads(1)
    if name == "code-photos":
        _cuts[:] = code_cuts(folder, apart=False)
    elif name == "plate-photos":
        _cuts[:] = plate_cuts(folder, apart=False, quads=quads)
    else:
        chosen = [p for p in photos(folder) if not p.apart and not p.set.startswith("crop")]
        for photo in random.Random(0).sample(chosen, min(300, len(chosen))):
            try:
                _backgrounds.append(photo.load())
            except OSError:
                continue


def _some(name: str, seed: int) -> tuple[np.ndarray, ...]:
    kind, _, of_photos = name.partition("-")
    rng = random.Random(f"{name} {seed}")
    one = (lambda: cut_out(kind, chosen(_cuts, rng), rng)) if of_photos else (lambda: rendered(kind, rng))
    made = [one() for _ in range(BATCH)]
    return _stacked(kind, made)


def _stacked(kind: str, made: list[Strip]) -> tuple[np.ndarray, ...]:
    pictures, texts, middles = zip(*made, strict=True)
    return np.stack(pictures), np.array([spelled(t, kind) for t in texts], np.int64), np.stack(middles)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("photos", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("name", choices=("plate", "plate-photos", "code", "code-photos", "apart"))
    asked.add_argument("--count", type=int, default=0)
    asked.add_argument("--size", type=int, default=80_000)
    asked.add_argument("--first", type=int, default=0, help="seed: other strips than the last training saw")
    asked.add_argument("--workers", type=int, default=os.cpu_count())
    asked.add_argument("--quads", type=Path, help="of `quads.py`")
    told = asked.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    if told.name == "apart":
        return write_apart(told.photos, told.out)
    fill(
        Maker(told.out, told.name, told.size),
        partial(_some, told.name),
        partial(_begin, told.name, told.photos, told.quads),
        told.workers,
        told.count // BATCH or None,
        told.first,
    )


if __name__ == "__main__":
    main()
