"""Number plates of both countries, seen from straight ahead, in the sizes that the law gives them.

Vietnam: 520 by 110 mm and 330 by 165 mm (Circular 79/2024/TT-BCA); older ones 280 by 200, motorbikes' 190 by
140, drawn at the same width. China: GA 36-2018, 440 by 140 mm, 440 by
220 mm in two lines, 480 by 140 mm for new energy. One pixel is a millimetre. Cells are near those of the
norms; the fonts are free ones that look alike, so several are used.
"""

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import texts
from .glyphs import HAN_FACES, PLATE_FACES, Canvas, Mask

Picture = NDArray[np.uint8]  # height, width, 3: red, green, blue


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plate or a code alone. `kind`: what it is a picture of, for the figures per kind."""

    picture: Picture
    text: str
    kind: str
    middles: tuple[tuple[float, float], ...] = ()  # of each sign of the text, in pixels


WHITE, BLACK, RED = (238, 240, 238), (18, 18, 22), (190, 30, 40)
YELLOW, BLUE, GREEN = (240, 190, 30), (25, 70, 170), (120, 200, 150)


def vietnamese(rng: random.Random) -> Drawn:
    province, series, serial = texts.vietnamese(rng)
    back, front = rng.choices(((WHITE, BLACK), (YELLOW, BLACK), (BLUE, WHITE), (WHITE, RED)), (50, 38, 9, 3))[
        0
    ]
    face, bold = rng.choice(PLATE_FACES), rng.uniform(-3, 5)
    tail = f"{serial[:3]}.{serial[3:]}" if len(serial) == 5 else serial
    if rng.random() < 0.5:
        high = rng.choice((165, 165, 236, 243))
        mask, tall = Canvas(high, 330), round(high * 0.375)
        dash = rng.choice(("-", ""))
        narrow = rng.uniform(0.75, 1.0)
        _line(
            mask,
            f"{province}{dash}{series}",
            face,
            (30, round(high * 0.09), 270, tall),
            bold,
            most=58 * narrow,
        )
        _line(mask, tail, face, (16, round(high * 0.535), 298, tall), bold, most=62)
        kind = "vn_two_lines"
    else:
        mask = Canvas(110, 520)
        dash = rng.choice(("-", ""))
        _line(mask, f"{province}{series}{dash}{tail}", face, (18, 16, 484, 78), bold, most=54)
        kind = "vn_one_line"
    kind += "_trailer" if series in ("R", "RM") else ""
    picture = painted(mask.mask, back, front, rng)
    return Drawn(picture, province + series + serial, kind, tuple(mask.middles))


CHINESE = {
    "blue": (BLUE, WHITE), "yellow": (YELLOW, BLACK), "yellow2": (YELLOW, BLACK), "trailer": (YELLOW, BLACK),
    "green": (GREEN, BLACK), "green_large": (GREEN, BLACK), "black": (BLACK, WHITE), "white": (WHITE, BLACK),
}  # fmt: skip


def chinese(rng: random.Random, style: str = "") -> Drawn:
    style = style or rng.choices(list(CHINESE), (30, 14, 18, 14, 10, 8, 3, 3))[0]
    text = texts.chinese(rng, style)
    face, han, bold = rng.choice(PLATE_FACES), rng.choice(HAN_FACES), rng.uniform(-2, 5)
    back, front = CHINESE[style]
    if style in ("yellow2", "trailer"):
        mask = Canvas(220, 440)
        mask.put(text[0], han, 110, 15, 80, 60, bold)
        mask.put(text[1], face, 250, 15, 80, 60, bold)
        for n, sign in enumerate(text[2:]):
            mask.put(sign, han if sign in texts.ENDS else face, 27 + n * 80, 90, 65, 110, bold)
    elif style.startswith("green"):
        mask = Canvas(140, 480)
        mask.put(text[0], han, 15, 25, 45, 90, bold)
        mask.put(text[1], face, 69, 25, 43, 90, bold)
        for n, sign in enumerate(text[2:]):
            mask.put(sign, face, 161 + n * 52, 25, 43, 90, bold)
    else:
        mask = Canvas(140, 440)
        mask.put(text[0], han, 15, 25, 45, 90, bold)
        mask.put(text[1], face, 72, 25, 45, 90, bold)
        mask.put("·", face, 124, 25, 10, 90)
        for n, sign in enumerate(text[2:]):
            mask.put(sign, han if sign in texts.ENDS else face, 151 + n * 57, 25, 45, 90, bold)
    picture = painted(mask.mask, back, front, rng)
    if style == "green":
        fade = np.linspace(1.0, 0.0, picture.shape[0])[:, None, None]
        ground = picture * (1 - fade) + np.array((235, 245, 240)) * fade
        picture = np.where(mask.mask[..., None] > 128, picture, ground).astype(np.uint8)
    if style == "green_large":
        picture[:, :130][mask.mask[:, :130] < 128] = YELLOW
    return Drawn(picture, text, f"cn_{style}", tuple(mask.middles))


def _line(
    mask: Canvas, text: str, face: str, box: tuple[int, int, int, int], bold: float, most: float
) -> None:
    """Signs side by side in the middle of `box` (x, y, w, h), points and dashes narrower."""
    x, y, w, h = box
    parts = [0.4 if sign in "-." else 1.0 for sign in text]
    gap = 0.16
    unit = min(most, w / (sum(parts) + gap * (len(parts) - 1)))
    left = x + (w - unit * (sum(parts) + gap * (len(parts) - 1))) / 2
    for sign, part in zip(text, parts, strict=True):
        mask.put(sign, face, left, y, unit * part, h, bold if part == 1 else 0)
        left += unit * (part + gap)


def painted(
    mask: Mask, back: tuple[int, ...], front: tuple[int, ...], rng: random.Random, frame: bool = True
) -> Picture:
    """Colours that vary, a frame along the edge, two screws."""
    back_now = np.array(back) + [rng.randint(-22, 22) for _ in range(3)]
    front_now = np.array(front) + [rng.randint(-12, 25) for _ in range(3)]
    share = (mask / 255.0)[..., None]
    picture = back_now * (1 - share) + front_now * share
    high, wide = mask.shape
    if frame and rng.random() < 0.7:
        at, thick = rng.randint(2, 5), rng.randint(2, 4)
        edge = np.zeros(mask.shape, bool)
        edge[at : high - at, at : wide - at] = True
        edge[at + thick : high - at - thick, at + thick : wide - at - thick] = False
        picture[edge] = front_now
    if frame:
        for _ in range(rng.choice((0, 2, 2, 4))):
            cx, cy = rng.randint(12, wide - 12), rng.choice((10, high - 10))
            picture[max(0, cy - 5) : cy + 5, cx - 5 : cx + 5] = rng.randint(60, 200)
    return np.clip(picture, 0, 255).astype(np.uint8)
