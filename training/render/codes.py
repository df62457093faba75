"""Container codes on corrugated steel: in one line, in two, or standing; with what stands around them.

ISO 6346 asks for signs at least 100 mm high, the check digit in a box; owners choose fonts and places.
"""

import random

import cv2
import numpy as np

from .. import texts
from .glyphs import CODE_FACES, Canvas, Mask
from .plates import Drawn, painted

STEEL = (
    (150, 40, 35), (110, 30, 30), (30, 60, 110), (20, 35, 70), (225, 225, 220), (200, 200, 195),
    (35, 110, 70), (200, 110, 30), (120, 120, 125), (60, 65, 70), (40, 130, 140), (200, 170, 60),
)  # fmt: skip
LAYOUTS = ("one_line", "two_lines", "standing", "standing_pair")


def container(rng: random.Random, layout: str = "") -> Drawn:
    """The picture ends close to the code: its surroundings come with the scene."""
    text = texts.container(rng)
    layout = layout or rng.choices(LAYOUTS[:3], (52, 14, 34))[0]
    face, bold = rng.choice(CODE_FACES), rng.uniform(-3, 5)
    wide, high, gap = rng.uniform(26, 44), rng.uniform(52, 66), rng.uniform(6, 18)
    cells = _cells(text, layout, rng, wide, high, gap)
    margin = 8
    width = round(max(x for _, x, _ in cells) + wide + 2 * margin)
    height = round(max(y for _, _, y in cells) + high + 2 * margin)
    mask = Canvas(height, width)
    for sign, x, y in cells:
        mask.put(sign, face, x + margin, y + margin, wide, high, bold)
    if rng.random() < 0.7:
        _, x, y = cells[-1]
        _box(mask.mask, x + margin, y + margin, wide, high, rng)
    back = rng.choice(STEEL)
    front = (20, 20, 25) if sum(back) > 480 else (235, 235, 230)
    if rng.random() < 0.12:
        front = (235, 200, 40) if sum(back) < 380 else (30, 60, 140)
    picture = corrugated(painted(_worn(mask.mask, rng), back, front, rng, frame=False), rng)
    if layout == "one_line" and rng.random() < 0.5:
        _seam(picture, cells[3][1] + wide + margin, cells[4][1] + margin, rng)
    return Drawn(picture, text, f"code_{layout}", tuple(mask.middles))


def _cells(
    text: str, layout: str, rng: random.Random, wide: float, high: float, gap: float
) -> list[tuple[str, float, float]]:
    """Each sign with where it stands. Between owner, number and check digit the gaps are wider."""
    breaks = {4: rng.uniform(0.3, 3.0) * wide, 10: rng.uniform(0.2, 1.6) * wide}
    if rng.random() < 0.1:
        breaks[7] = rng.uniform(0.2, 0.6) * wide
    found, x, y, below = [], 0.0, 0.0, gap * rng.uniform(0.5, 2.2)
    for n, sign in enumerate(text):
        if layout == "standing":
            y += breaks.get(n, 0.0) * 0.6 if n else 0.0
            found.append((sign, 0.0, y))
            y += high + below
            continue
        if layout == "two_lines" and n == 4:
            x, y = rng.uniform(0, 0.5) * wide, high + rng.uniform(0.2, 0.9) * high
        elif n in breaks and not (layout == "two_lines" and n == 4):
            x += breaks[n]
        found.append((sign, x, y))
        x += wide + gap
    return found


def _box(mask: Mask, x: float, y: float, w: float, h: float, rng: random.Random) -> None:
    pad = rng.randint(3, 7)
    corner, other = (round(x - pad), round(y - pad)), (round(x + w + pad), round(y + h + pad))
    cv2.rectangle(mask, corner, other, 255, rng.randint(2, 4))


def _seam(picture: np.ndarray, begin: float, end: float, rng: random.Random) -> None:
    """Between two doors: a bar of another colour, and one door is lighter than the other."""
    wide = (end - begin) * rng.uniform(0.2, 0.7)
    at = begin + (end - begin - wide) * rng.random()
    picture[:, round(at) :] = np.clip(picture[:, round(at) :] * rng.uniform(0.8, 1.15), 0, 255)
    picture[:, round(at) : round(at + wide)] = [rng.randint(10, 245)] * 3


def _worn(mask: Mask, rng: random.Random) -> Mask:
    """Paint that has come off."""
    if rng.random() < 0.6:
        return mask
    small = np.array([[rng.random() for _ in range(24)] for _ in range(12)], np.float32)
    noise = cv2.resize(small, mask.shape[::-1], interpolation=cv2.INTER_CUBIC)
    keep = np.clip((noise - rng.uniform(0.0, 0.25)) * 6, 0, 1)
    return (mask * keep).astype(np.uint8)


def corrugated(picture: np.ndarray, rng: random.Random) -> np.ndarray:
    """Light and shade of the steel's waves, door bars across it."""
    high, wide = picture.shape[:2]
    shade = np.ones((high, wide), np.float32)
    if rng.random() < 0.7:
        period, phase = rng.uniform(50, 160), rng.uniform(0, 6.3)
        wave = np.sin(np.arange(wide) / period * 6.283 + phase)
        shade *= 1 + rng.uniform(0.03, 0.25) * np.clip(wave * rng.uniform(1, 4), -1, 1)[None, :]
    out = picture * shade[..., None]
    if rng.random() < 0.12 and wide > 120:
        at, thick = rng.randint(20, wide - 20), rng.randint(3, 9)
        out[:, at : at + thick] = out[:, at : at + thick] * 0.4 + rng.randint(20, 120)
    return np.clip(out, 0, 255).astype(np.uint8)
