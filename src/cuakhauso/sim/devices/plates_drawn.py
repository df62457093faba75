"""Number plates of both countries and container codes, drawn: what stands on a vehicle that is not there.

In the sizes that the law gives them, a pixel a millimetre (docs: `training/render` draws far more of them, to
teach; this is for cameras of the simulator, and needs nothing but the letters that travel with the package).
"""

from collections.abc import Iterable
from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from cuakhauso.lane.vision.drawing import SIGNS

Colour = tuple[int, int, int]
Cell = tuple[float, float, float, float]  # left, top, wide, high

WHITE: Final[Colour] = (238, 240, 238)
BLACK: Final[Colour] = (20, 20, 24)
YELLOW: Final[Colour] = (240, 190, 30)
BLUE: Final[Colour] = (25, 70, 170)
GREEN: Final[Colour] = (150, 215, 180)
STEEL: Final[Colour] = (30, 60, 110)
MARKS, SLIM, MARK_WIDE, GAP = "-.·", "1I", 0.4, 0.16
NEW_ENERGY = 8  # signs of a green plate


def plate(text: str, *, yellow: bool = False, two_lines: bool = False) -> Image.Image:
    """As it hangs on the vehicle. `text` as it is declared: 29C-067.89, 桂F·12D56. Vietnam's are white, or
    yellow for hire; a Chinese lorry's is yellow, with two lines, as every trailer's is."""
    if text[0].isascii():
        back = YELLOW if yellow else WHITE
        return _vietnamese_pair(text, back) if two_lines else _vietnamese_line(text, back)
    signs = "".join(sign for sign in text if sign not in MARKS)
    if len(signs) == NEW_ENERGY:
        return _chinese_line(signs, 480, (15, 69, 161), 52, (GREEN, BLACK))
    if yellow or signs.endswith("挂"):
        return _chinese_pair(signs)
    return _chinese_line(signs, 440, (15, 72, 151), 57, (BLUE, WHITE), dot=True)


def code(text: str, *, back: Colour = STEEL) -> Image.Image:
    """A container's code in one line with its check digit in a box, as on its doors."""
    cells, x = list[tuple[str, Cell]](), 8
    for place, sign in enumerate(text):
        x += {4: 40, 10: 24}.get(place, 0)
        cells.append((sign, (x, 8, 36, 58)))
        x += 46
    image = Image.new("RGB", (x + 8, 74), back)
    _put(image, cells, WHITE)
    left, top, wide, high = cells[-1][1]
    ImageDraw.Draw(image).rectangle(
        (left - 6, top - 6, left + wide + 6, top + high + 6), outline=WHITE, width=3
    )
    return image


def _vietnamese_line(text: str, back: Colour) -> Image.Image:
    image = Image.new("RGB", (520, 110), back)
    _put(image, _in_line(text, (18, 16, 484, 78), 54), BLACK)
    return _edged(image, BLACK)


def _vietnamese_pair(text: str, back: Colour) -> Image.Image:
    image = Image.new("RGB", (330, 165), back)
    head, _, tail = text.partition("-")
    _put(image, _in_line(head, (30, 15, 270, 62), 58), BLACK)
    _put(image, _in_line(tail, (16, 88, 298, 62), 62), BLACK)
    return _edged(image, BLACK)


def _chinese_line(
    signs: str, wide: int, lefts: tuple[int, int, int], step: int, colours: tuple[Colour, Colour],
    dot: bool = False,
) -> Image.Image:  # fmt: skip
    back, front = colours
    image = Image.new("RGB", (wide, 140), back)
    places = (lefts[0], lefts[1], *(lefts[2] + n * step for n in range(len(signs) - 2)))
    cells = [(sign, (left, 25.0, 45.0, 90.0)) for sign, left in zip(signs, places, strict=True)]
    _put(image, [*cells, *([("·", (124.0, 25.0, 10.0, 90.0))] if dot else [])], front)
    return _edged(image, front)


def _chinese_pair(signs: str) -> Image.Image:
    image = Image.new("RGB", (440, 220), YELLOW)
    above = [(signs[0], (110.0, 15.0, 80.0, 60.0)), (signs[1], (250.0, 15.0, 80.0, 60.0))]
    below = [(sign, (27.0 + n * 80, 90.0, 65.0, 110.0)) for n, sign in enumerate(signs[2:])]
    _put(image, [*above, *below], BLACK)
    return _edged(image, BLACK)


def _edged(image: Image.Image, colour: Colour) -> Image.Image:
    ImageDraw.Draw(image).rectangle((4, 4, image.width - 5, image.height - 5), outline=colour, width=3)
    return image


def _in_line(text: str, box: Cell, most: float) -> Iterable[tuple[str, Cell]]:
    """Signs side by side in the middle of `box`, points and dashes narrower."""
    left, top, wide, high = box
    parts = [MARK_WIDE if sign in MARKS else 1.0 for sign in text]
    room = sum(parts) + GAP * (len(parts) - 1)
    unit = min(most, wide / room)
    x = left + (wide - unit * room) / 2
    for sign, part in zip(text, parts, strict=True):
        yield sign, (x, top, unit * part, high)
        x += unit * (part + GAP)


def _put(image: Image.Image, cells: Iterable[tuple[str, Cell]], colour: Colour) -> None:
    pen = ImageDraw.Draw(image)
    for sign, (x, y, wide, high) in cells:
        if sign == "-":
            pen.rectangle((x, y + 0.44 * high, x + wide, y + 0.56 * high), fill=colour)
        elif sign in MARKS:
            r, middle, foot = 0.08 * high, x + wide / 2, y + high * (0.5 if sign == "·" else 0.88)
            pen.ellipse((middle - r, foot - r, middle + r, foot + r), fill=colour)
        else:
            shape = _shape(sign)
            narrow = min(wide, high * shape.width / shape.height) if sign in SLIM else wide
            shape = shape.resize((max(1, round(narrow)), round(high)), Image.Resampling.LANCZOS)
            image.paste(colour, (round(x + (wide - narrow) / 2), round(y)), shape)


@cache
def _shape(sign: str) -> Image.Image:
    """Cut out tightly: a plate's sign fills its cell, whatever a font's own proportions."""
    font = ImageFont.truetype(str(SIGNS), 120)
    left, top, right, foot = font.getbbox(sign)
    shape = Image.new("L", (round(right - left), round(foot - top)))
    ImageDraw.Draw(shape).text((-left, -top), sign, 255, font=font)
    return shape.crop(shape.getbbox())
