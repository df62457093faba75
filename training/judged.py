"""Whole pictures and cut-out ones to judge by, where nobody has photographs: each set is a kind of plate,
or a kind of weather. The seed is none that training uses; backgrounds are of the photos that are held apart.

`nice -n 15 python -m training.judged PHOTOS OUT --each 200` writes pictures and a `labels.csv` as
`cuakhauso evaluate` and `make bench` (RENDERED=OUT) read it. Figures on them are figures on drawings, and
say so.
"""

import argparse
import csv
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from .photos import photos
from .render import codes, plates, scenes, weather
from .render.plates import Drawn, Picture

SEED = 917_000_000  # training counts seeds from 1 in millions, far below
SIZE = (960, 540)
Draw = Callable[[random.Random], Drawn]


def of_kind(draw: Draw, kind: str) -> Draw:
    """Drawn until it is of that kind."""

    def one(rng: random.Random) -> Drawn:
        while (drawn := draw(rng)).kind != kind:
            pass
        return drawn

    return one


def chinese(style: str) -> Draw:
    return lambda rng: plates.chinese(rng, style)


def any_plate(rng: random.Random) -> Drawn:
    return plates.vietnamese(rng) if rng.random() < 0.5 else plates.chinese(rng)


VIETNAMESE = ("vn_one_line", "vn_two_lines", "vn_one_line_trailer", "vn_two_lines_trailer")
CHINESE = ("blue", "yellow", "yellow2", "trailer", "green", "green_large", "black", "white")
LAYOUTS = ("one_line", "two_lines", "standing")
WEATHERS = ("night", "infrared", "rain", "mud", "motion")
OF_THE_LIGHT = ("night", "infrared")

SETS: dict[str, Draw] = {
    **{kind: of_kind(plates.vietnamese, kind) for kind in VIETNAMESE},
    **{f"cn_{style}": chinese(style) for style in CHINESE},
    **{f"code_{layout}": (lambda rng, of=layout: codes.container(rng, of)) for layout in LAYOUTS},
}
IN_WEATHER = {f"plate_{name}": (any_plate, name) for name in WEATHERS} | {
    f"code_{name}": (codes.container, name) for name in WEATHERS
}
CROPS = ("vn_two_lines", "cn_yellow2", "cn_green")


def pictures(folder: Path, each: int) -> Iterator[tuple[str, str, str, Picture]]:
    """Set, kind, label, picture."""
    grounds = [one.path for one in photos(folder) if one.apart and one.set.startswith(("ccby", "frame"))]
    for n, (name, draw) in enumerate(SETS.items()):
        for m in range(each):
            rng = random.Random(SEED + n * 100_000 + m)
            drawn = draw(rng)
            yield name, kind_of(drawn), drawn.text, scene(drawn, rng, grounds)
    for n, (name, (draw, fault)) in enumerate(IN_WEATHER.items(), len(SETS)):
        for m in range(each):
            rng = random.Random(SEED + n * 100_000 + m)
            drawn = draw(rng)
            yield name, kind_of(drawn), drawn.text, scene(drawn, rng, grounds, fault)
    for n, name in enumerate(CROPS, len(SETS) + len(IN_WEATHER)):
        for m in range(each):
            rng = random.Random(SEED + n * 100_000 + m)
            drawn = SETS[name](rng)
            yield f"crop_{name}", kind_of(drawn), drawn.text, crop(drawn, rng)


def kind_of(drawn: Drawn) -> str:
    begins = drawn.kind.partition("_")[0]
    return {"code": "container"}.get(begins, begins)


def scene(drawn: Drawn, rng: random.Random, grounds: list[Path], fault: str = "") -> Picture:
    """As a camera above the lane sees it. With a `fault` that one for certain, others seldom."""
    ground = _ground(rng, grounds)
    high, wide = drawn.picture.shape[:2]
    size = rng.uniform(130, 320) if drawn.kind.startswith("code") else rng.uniform(110, 300)
    quad = scenes.leaning(rng, wide, high, size, 0.7)
    quad = quad - quad.min(0)
    room = np.array(SIZE, np.float32) - quad.max(0) - 40
    quad = quad + np.array([rng.uniform(20, max(21, side)) for side in room], np.float32)
    scenes.paste(ground, drawn, quad.astype(np.float32))
    if fault in OF_THE_LIGHT:
        ground = faulty(ground, fault, rng)
    x0, y0 = np.maximum(quad.min(0) - 40, 0).astype(int)
    x1, y1 = (quad.max(0) + 40).astype(int)
    near = ground[
        y0:y1, x0:x1
    ]  # faults of the plate and the camera are measured in its size, not the frame's
    if fault and fault not in OF_THE_LIGHT:
        near[:] = faulty(near, fault, rng)
    near[:] = weather.degraded(near, rng, 0.2 if fault else 0.35)
    return ground


def faulty(picture: Picture, fault: str, rng: random.Random) -> Picture:
    seen = getattr(weather, fault)(picture.astype(np.float32), rng)
    return np.clip(seen, 0, 255).astype(np.uint8)


def _ground(rng: random.Random, grounds: list[Path]) -> Picture:
    """A photo, blurred so that what was written in it is not read."""
    read = cv2.imread(str(rng.choice(grounds)), cv2.IMREAD_COLOR) if grounds else None
    if read is None:
        return np.full((SIZE[1], SIZE[0], 3), rng.randint(40, 200), np.uint8)
    return cv2.GaussianBlur(cv2.resize(read[..., ::-1], SIZE), (0, 0), 9)


def crop(drawn: Drawn, rng: random.Random) -> Picture:
    """Nothing but the plate, straight, as a camera of another maker sends it."""
    wide = rng.randint(120, 260)
    high = round(drawn.picture.shape[0] * wide / drawn.picture.shape[1])
    small = cv2.resize(drawn.picture, (wide, high), interpolation=cv2.INTER_AREA)
    return weather.degraded(small, rng, 0.4)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("photos", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("--each", type=int, default=200)
    told = asked.parse_args()
    cv2.setNumThreads(1)
    told.out.mkdir(parents=True, exist_ok=True)
    with (told.out / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("file", "kind", "set", "label", "label_source"))
        for n, (set_, kind, label, picture) in enumerate(pictures(told.photos, told.each)):
            path = told.out / set_ / f"{n:06}.jpg"
            path.parent.mkdir(exist_ok=True)
            cv2.imwrite(str(path), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
            rows.writerow((path.relative_to(told.out), kind, set_, label, "rendered"))


if __name__ == "__main__":
    main()
