"""Passages as pictures, for `bench/passages.py`: the same vehicle in five frames of each camera, drawn once
and seen from another angle, in other light and weather each time.

`python -m training.passages OUT --passages 10000 --expected 2000 [--workers 2]` writes files of a thousand
passages into the folder OUT, each with as many expected vehicles of its own.

What is drawn is what comes. Whether it is expected is decided by what is declared: the vehicle itself;
nobody like it (`stranger`); one whose plate differs in one sign (`twin`), or that with this very trailer and
container (`exchanged`). Of one passage in ten one text is covered until nobody could read it. The seeds are
none of training's. A file has JPEGs one after the other, the corners of each text as a finder gives them,
and `meta`, which says what they are.
"""

import argparse
import json
import os
import random
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from . import texts
from .render import codes, plates, scenes, weather
from .render.plates import Drawn, Picture

FRAMES, SEED, EACH = 5, 7_777_777, 1000
KINDS = (("expected", 85), ("stranger", 7), ("twin", 4), ("exchanged", 4))
SIZES = {"plate": (60, 230), "code": (80, 300)}  # how many pixels long a text is, from far and from near
HARD = (0.2, 0.9)  # of `weather.degraded`, shared by the frames of a passage


class Film:
    """The frames, one after the other."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.jpegs, self.corners = rng, list[bytes](), list[np.ndarray]()

    def burst(self, drawn: Drawn, kind: str, hidden: bool) -> list[int]:
        """The numbers of its frames. The vehicle comes nearer by a little from frame to frame."""
        hard, size = self.rng.uniform(*HARD), self.rng.uniform(*SIZES[kind])
        return [self._frame(drawn, size * (1 + 0.04 * n), hard, hidden) for n in range(FRAMES)]

    def _frame(self, drawn: Drawn, size: float, hard: float, hidden: bool) -> int:
        rng = self.rng
        high, wide = drawn.picture.shape[:2]
        quad = scenes.leaning(rng, wide, high, size)
        room = quad.max(0) - quad.min(0)
        margin = 12 + 0.15 * room
        w, h = room + 2 * margin
        scene = np.full((int(h) + 1, int(w) + 1, 3), [rng.randint(10, 240) for _ in range(3)], np.uint8)
        quad = quad - quad.min(0) + margin
        scenes.paste(scene, drawn, quad)
        scene = weather.degraded(_covered(scene) if hidden else scene, rng, hard)
        packed = cv2.imencode(".jpg", scene[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
        self.jpegs.append(packed.tobytes())
        self.corners.append(scenes.loose(quad, rng))
        return len(self.jpegs) - 1

    def save(self, out: Path, meta: dict[str, Any]) -> None:
        np.savez(
            out,
            pictures=np.frombuffer(b"".join(self.jpegs), np.uint8),
            ends=np.cumsum([len(one) for one in self.jpegs]),
            corners=np.array(self.corners, np.float32),
            meta=np.frombuffer(json.dumps(meta, ensure_ascii=False).encode(), np.uint8),
        )


def _covered(scene: Picture) -> Picture:
    return cv2.GaussianBlur(scene, (0, 0), max(4.0, scene.shape[0] / 8))


def vehicle(rng: random.Random) -> tuple[dict[str, str], dict[str, Drawn]]:
    """What is painted on it, and the pictures of that, by camera."""
    chinese = rng.random() < 0.5
    front = (
        plates.chinese(rng, rng.choice(("yellow", "yellow2", "blue", "green"))) if chinese else _tractor(rng)
    )
    rear = plates.chinese(rng, "trailer") if chinese else _trailer(rng)
    drawn = {"front": front, "rear": rear}
    if rng.random() < 0.6:
        drawn["side"] = codes.container(rng)
    side = drawn["side"].text if "side" in drawn else ""
    return {"plate": front.text, "trailer": rear.text, "container": side}, drawn


def _tractor(rng: random.Random) -> Drawn:
    """A truck's: a series of two letters that is none of the special ones is a motorcycle's."""
    while True:
        drawn = plates.vietnamese(rng)
        motorcycle = drawn.text[2:4].isalpha() and drawn.text[2:4] not in texts.VN_SPECIAL
        if not (motorcycle or drawn.kind.endswith("trailer")):
            return drawn


def _trailer(rng: random.Random) -> Drawn:
    return next(d for d in iter(lambda: plates.vietnamese(rng), None) if d.kind.endswith("trailer"))


def _twin(text: str, rng: random.Random) -> str:
    """One digit after the third sign is another."""
    at = rng.choice([n for n, sign in enumerate(text) if n >= 3 and sign.isdigit()])
    return text[:at] + rng.choice([d for d in texts.DIGITS if d != text[at]]) + text[at + 1 :]


def passages(many: int, film: Film) -> Iterator[tuple[dict[str, Any], dict[str, str] | None]]:
    """Each with what is declared of it, none for a stranger."""
    rng = film.rng
    for _ in range(many):
        what = rng.choices([kind for kind, _ in KINDS], [share for _, share in KINDS])[0]
        painted, drawn = vehicle(rng)
        hidden = rng.choice(list(drawn)) if rng.random() < 0.1 else ""
        tracks = [
            {
                "source": camera,
                "kind": "code" if camera == "side" else "plate",
                "frames": film.burst(one, "code" if camera == "side" else "plate", camera == hidden),
            }
            for camera, one in drawn.items()
        ]
        yield {"what": what, "truth": None, "tracks": tracks}, _declared(what, painted, rng)


def _declared(what: str, painted: dict[str, str], rng: random.Random) -> dict[str, str] | None:
    if what == "expected":
        return painted
    if what == "stranger":
        return None
    other = painted | {"plate": _twin(painted["plate"], rng)}
    return other if what == "exchanged" else other | {"trailer": vehicle(rng)[0]["trailer"], "container": ""}


def write(out: Path, number: int, many: int, expected_at_least: int) -> None:
    seed = SEED + number
    film = Film(random.Random(seed))
    found, expected = [], []
    for passage, declared in passages(many, film):
        if passage["what"] == "expected":
            passage["truth"] = len(expected)
        found.append(passage)
        expected += [declared] if declared else []
    while len(expected) < expected_at_least:
        expected.append(vehicle(film.rng)[0])
    path = out / f"passages-{number:03}.npz"
    film.save(path, {"seed": seed, "expected": expected, "passages": found})
    print(f"{len(found)} passages, {len(film.jpegs)} frames, {len(expected)} expected: {path}", flush=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("out", type=Path)
    asked.add_argument("--passages", type=int, default=1000)
    asked.add_argument("--expected", type=int, default=2000)
    asked.add_argument("--workers", type=int, default=os.cpu_count())
    told = asked.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    jobs = [
        (told.out, number, min(EACH, told.passages - number * EACH), told.expected)
        for number in range(-(-told.passages // EACH))
    ]
    with Pool(told.workers, cv2.setNumThreads, (1,)) as pool:
        pool.starmap(write, jobs, chunksize=1)


if __name__ == "__main__":
    main()
