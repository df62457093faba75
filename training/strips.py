"""Strips for the readers, drawn once into files that training maps: rendered, and cut out of photos.

`python -m training.strips PHOTOS OUT --plates 80000 --codes 80000`
"""

import argparse
import json
import random
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np

from .alphabet import CODE, CODE_PLACES, PLATE, PLATE_PLACES
from .photos import Photo, code_quad, in_order, photos, signs
from .render import codes, plates, scenes, weather
from .render.plates import Drawn, Picture
from .render.scenes import Quad

SIZES = {"plate": (160, 64), "code": (224, 48)}  # width, height
ALPHABETS = {"plate": (PLATE, PLATE_PLACES), "code": (CODE, CODE_PLACES)}
BATCH = 500
ROUND = 0.35  # of the longer side: the ground around a text from a photo, for later jitter

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
    scene = weather.degraded(scene, rng, rng.uniform(0.2, 0.9))
    corners = scenes.loose(quad, rng)
    middles = scenes.through(np.array(one.middles, np.float32), scenes.onto(one, quad))
    middles = scenes.through(middles, scenes.straightening(corners, SIZES[kind])[0])
    return scenes.strip(scene, corners, SIZES[kind]), one.text, placed(kind, middles)


def _ground(rng: random.Random, wide: float, high: float) -> Picture:
    w, h = int(wide) + 1, int(high) + 1
    if not _backgrounds or rng.random() < 0.3:
        return np.full((h, w, 3), [rng.randint(10, 240) for _ in range(3)], np.uint8)
    photo = rng.choice(_backgrounds)
    if photo.shape[0] <= h or photo.shape[1] <= w:
        return cv2.resize(photo, (w, h))
    y, x = rng.randrange(photo.shape[0] - h), rng.randrange(photo.shape[1] - w)
    return photo[y : y + h, x : x + w].copy()


def _begin(folder: Path) -> None:
    """Each process has some photos of the training part for its grounds."""
    cv2.setNumThreads(1)
    chosen = [p for p in photos(folder) if not p.apart and not p.set.startswith("crop")]
    for photo in random.Random(0).sample(chosen, min(160, len(chosen))):
        try:
            _backgrounds.append(photo.load())
        except OSError:
            continue


def _some(job: tuple[str, int, int]) -> tuple[np.ndarray, ...]:
    kind, seed, count = job
    rng = random.Random(seed)
    return _stacked(kind, [rendered(kind, rng) for _ in range(count)])


def _stacked(kind: str, made: list[Strip]) -> tuple[np.ndarray, ...]:
    pictures, texts, middles = zip(*made, strict=True)
    return np.stack(pictures), np.array([spelled(t, kind) for t in texts], np.int64), np.stack(middles)


def write_rendered(kind: str, count: int, folder: Path, out: Path, seed: int = 1) -> None:
    wide, high = SIZES[kind]
    places = ALPHABETS[kind][1]
    pictures = np.lib.format.open_memmap(out / f"{kind}.npy", "w+", np.uint8, (count, high, wide, 3))
    texts, middles = np.zeros((count, places), np.int64), np.zeros((count, places, 2), np.float32)
    jobs = [(kind, seed * 1_000_000 + at, min(BATCH, count - at)) for at in range(0, count, BATCH)]
    with Pool(initializer=_begin, initargs=(folder,)) as pool:
        at = 0
        for some, spelt, where in pool.imap(_some, jobs):
            end = at + len(some)
            pictures[at:end], texts[at:end], middles[at:end] = some, spelt, where
            at = end
    np.save(out / f"{kind}-texts.npy", texts)
    np.save(out / f"{kind}-middles.npy", middles)


# --- out of photos --------------------------------------------------------------------------------


def code_strips(folder: Path, *, apart: bool, each: int, seed: int = 1) -> list[Strip]:
    """Codes cut out of the container photos, each several times as a locator might find it."""
    rng, found = random.Random(seed), []
    for photo in photos(folder):
        if not photo.set.startswith("ccby") or photo.apart is not apart or not photo.label:
            continue
        picture = photo.load()
        boxes, size = signs(photo, folder), picture.shape[1::-1]
        quad = code_quad(boxes, photo.label, size)
        if quad is None:
            continue
        middles = in_order(boxes, photo.label, size)
        for _ in range(each):
            seen = picture if apart else weather.degraded(picture, rng, 0.12)
            found.append(_cut(seen, scenes.loose(quad, rng, 0.03 if apart else 0.12), photo, "code", middles))
    return found


def _cut(picture: Picture, quad: Quad, photo: Photo, kind: str, middles: np.ndarray | None) -> Strip:
    matrix, _ = scenes.straightening(quad, SIZES[kind])
    where = None if middles is None else scenes.through(middles, matrix)
    return scenes.strip(picture, quad, SIZES[kind]), photo.label, placed(kind, where)


def plate_strips(folder: Path, *, apart: bool, each: int, seed: int = 1) -> list[Strip]:
    """The Chinese plates that came cut out, their signs where GA 36 puts them."""
    rng, found = random.Random(seed), []
    for photo in photos(folder):
        if photo.set != "crop_lprnet_test" or photo.apart is not apart:
            continue
        picture = photo.load()
        high, wide = picture.shape[:2]
        quad = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
        columns = np.array((37, 94, *(173 + 57 * n for n in range(5)))) * wide / 440
        middles = np.stack((columns, np.full(7, high / 2)), 1) if len(photo.label) == 7 else None
        for _ in range(each):
            seen = picture if apart else weather.degraded(picture, rng, 0.5)
            corners = quad if apart else scenes.loose(quad, rng, 0.05)
            found.append(_cut(seen, corners, photo, "plate", middles))
    return found


def frame_strips(folder: Path, quads: Path, *, each: int, seed: int = 1) -> list[Strip]:
    """Plates of whole photos, as `quads.py` found and read them: of the part that is trained on alone."""
    rng, found = random.Random(seed), []
    for name, plates_ in json.loads(quads.read_text()).items():
        picture = cv2.imdecode(np.frombuffer((folder / name).read_bytes(), np.uint8), cv2.IMREAD_COLOR)[
            ..., ::-1
        ]
        for kind, quad, text in plates_:
            if kind != 0:
                continue
            corners = np.array(quad, np.float32)
            for _ in range(each):
                seen = scenes.strip(picture, scenes.loose(corners, rng, 0.11), SIZES["plate"])
                found.append((weather.degraded(seen, rng, 0.5), text, placed("plate", None)))
    return found


def write_photos(kind: str, strips: list[Strip], out: Path, *, apart: bool) -> None:
    pictures, texts, middles = _stacked(kind, strips)
    name = f"{kind}-{'apart' if apart else 'photos'}"
    np.save(out / f"{name}.npy", pictures)
    np.save(out / f"{name}-texts.npy", texts)
    np.save(out / f"{name}-middles.npy", middles)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("photos", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("--plates", type=int, default=80_000)
    asked.add_argument("--codes", type=int, default=80_000)
    asked.add_argument("--quads", type=Path, help="of `quads.py`")
    told = asked.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    for kind, count in (("plate", told.plates), ("code", told.codes)):
        write_rendered(kind, count, told.photos, told.out)
    for kind, cut in (("plate", plate_strips), ("code", code_strips)):
        for apart, each in ((False, 12), (True, 1)):
            strips = cut(told.photos, apart=apart, each=each)
            if kind == "plate" and told.quads and not apart:
                strips += frame_strips(told.photos, told.quads, each=24)
            write_photos(kind, strips, told.out, apart=apart)


if __name__ == "__main__":
    main()
