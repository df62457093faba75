"""Strips for the readers, drawn once into files that training maps: rendered, and cut out of photos.

`python -m training.strips PHOTOS OUT --plates 80000 --codes 80000`
"""

import argparse
import random
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np

from .alphabet import CODE, CODE_PLACES, PLATE, PLATE_PLACES
from .photos import code_quad, photos, signs
from .render import codes, plates, scenes, weather
from .render.plates import Drawn, Picture

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


def rendered(kind: str, rng: random.Random) -> tuple[Picture, str]:
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
    scene = weather.degraded(scene, rng)
    return scenes.strip(scene, scenes.loose(quad, rng), SIZES[kind]), one.text


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


def _some(job: tuple[str, int, int]) -> tuple[np.ndarray, np.ndarray]:
    kind, seed, count = job
    rng = random.Random(seed)
    made = [rendered(kind, rng) for _ in range(count)]
    return np.stack([p for p, _ in made]), np.array([spelled(t, kind) for _, t in made], np.int64)


def write_rendered(kind: str, count: int, folder: Path, out: Path, seed: int = 1) -> None:
    wide, high = SIZES[kind]
    pictures = np.lib.format.open_memmap(out / f"{kind}.npy", "w+", np.uint8, (count, high, wide, 3))
    texts = np.zeros((count, ALPHABETS[kind][1]), np.int64)
    jobs = [(kind, seed * 1_000_000 + at, min(BATCH, count - at)) for at in range(0, count, BATCH)]
    with Pool(initializer=_begin, initargs=(folder,)) as pool:
        at = 0
        for some, spelt in pool.imap(_some, jobs):
            pictures[at : at + len(some)], texts[at : at + len(some)] = some, spelt
            at += len(some)
    np.save(out / f"{kind}-texts.npy", texts)


# --- out of photos --------------------------------------------------------------------------------


def code_strips(folder: Path, *, apart: bool, each: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Codes cut out of the container photos, each several times as a locator might find it."""
    rng, found, texts = random.Random(seed), [], []
    for photo in photos(folder):
        if not photo.set.startswith("ccby") or photo.apart is not apart or not photo.label:
            continue
        picture = photo.load()
        quad = code_quad(signs(photo, folder), photo.label, picture.shape[1::-1])
        if quad is None:
            continue
        for _ in range(each):
            seen = picture if apart else weather.degraded(picture, rng, 0.35)
            much = 0.03 if apart else 0.06
            found.append(scenes.strip(seen, scenes.loose(quad, rng, much), SIZES["code"]))
            texts.append(spelled(photo.label, "code"))
    return np.stack(found), np.array(texts, np.int64)


def plate_strips(folder: Path, *, apart: bool, each: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """The Chinese plates that came cut out."""
    rng, found, texts = random.Random(seed), [], []
    for photo in photos(folder):
        if photo.set != "crop_lprnet_test" or photo.apart is not apart:
            continue
        picture = photo.load()
        high, wide = picture.shape[:2]
        quad = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
        for _ in range(each):
            seen = picture if apart else weather.degraded(picture, rng, 0.5)
            corners = quad if apart else scenes.loose(quad, rng, 0.05)
            found.append(scenes.strip(seen, corners, SIZES["plate"]))
            texts.append(spelled(photo.label, "plate"))
    return np.stack(found), np.array(texts, np.int64)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("photos", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("--plates", type=int, default=80_000)
    asked.add_argument("--codes", type=int, default=80_000)
    told = asked.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    for kind, count in (("plate", told.plates), ("code", told.codes)):
        write_rendered(kind, count, told.photos, told.out)
    for kind, cut in (("plate", plate_strips), ("code", code_strips)):
        for apart, each in ((False, 12), (True, 1)):
            pictures, texts = cut(told.photos, apart=apart, each=each)
            name = f"{kind}-{'apart' if apart else 'photos'}"
            np.save(told.out / f"{name}.npy", pictures)
            np.save(told.out / f"{name}-texts.npy", texts)


if __name__ == "__main__":
    main()
