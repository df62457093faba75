"""Photos whose texts a stand-in for the networks can see: they stand in the first row of blocks."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from cuakhauso.lane.contracts import Chances
from cuakhauso.lane.vision.contracts import Found, Kind, Picture
from cuakhauso.lane.vision.seeing import Eyes

BLOCK, ROW, MARK = 4, 200, 201
Text = tuple[Kind, str, int]  # what, the signs, how certain in per cent


def plate(text: str, certain: int = 99) -> Text:
    return Kind.PLATE, text, certain


def code(text: str, certain: int = 99) -> Text:
    return Kind.CODE, text, certain


def picture(*texts: Text, size: tuple[int, int] = (1280, 720)) -> Image.Image:
    """Bright above, dark below; each text has a place of its own."""
    high, wide = size[1], size[0]
    pixels = np.full((high, wide, 3), 210, np.uint8)
    pixels[high // 2 :] = 40
    told = [MARK, len(texts)]
    for kind, text, certain in texts:
        told += [0 if kind is Kind.PLATE else 1, certain, len(text)]
        told += [part for sign in text for part in divmod(ord(sign), 256)]
    assert len(told) <= ROW, "more than the row holds"
    for n, value in enumerate(told):
        pixels[:BLOCK, n * BLOCK : (n + 1) * BLOCK] = value
    return Image.fromarray(pixels)


def photo(path: Path, *texts: Text, size: tuple[int, int] = (1280, 720)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture(*texts, size=size).save(path)
    return path


class Finder:
    def find(self, picture: Picture) -> tuple[Found, ...]:
        return tuple(found for found, _, _ in _texts(picture))


class Reader:
    def read(self, picture: Picture, found: Found) -> Chances:
        known = list(_texts(picture))
        text, certain = next(((t, c) for f, t, c in known if f == found), known[0][1:] if known else ("", 0))
        return chances(text, certain / 100)


ALIKE = {"7": "1"}  # what is no 7 is a 1


def chances(text: str, certain: float) -> Chances:
    return tuple({sign: certain, ALIKE.get(sign, "?"): 1 - certain} for sign in text)


def _texts(picture: Picture) -> Sequence[tuple[Found, str, int]]:
    row = [int(value) for value in picture[BLOCK // 2, BLOCK // 2 :: BLOCK, 0][:ROW]]
    if len(row) < 2 or row[0] != MARK:
        return []
    found, at = [], 2
    for n in range(row[1]):
        kind, certain, long = row[at : at + 3]
        signs = row[at + 3 : at + 3 + 2 * long]
        text = "".join(chr(high * 256 + low) for high, low in zip(signs[::2], signs[1::2], strict=True))
        x, y = 40.0 + 300 * (n % 4), 100.0 + 90 * (n // 4)
        corners = ((x, y), (x + 200, y), (x + 200, y + 50), (x, y + 50))
        found.append((Found(Kind.CODE if kind else Kind.PLATE, corners, 0.95 - 0.01 * n), text, certain))
        at += 3 + 2 * long
    return found


def eyes() -> Eyes:
    return Eyes(Finder(), {Kind.PLATE: Reader(), Kind.CODE: Reader()})
