"""A file or a push made into a picture that can be looked at, or a stated reason why not; never anything
else.

What something is and how large is decided by its header, before a pixel is decoded: a picture of a hundred
million pixels is decoded smaller where its format can do that, and refused otherwise. Photos that officers
take are opened elsewhere (`centre/shared/pictures.py`): those are kept and written anew, these are looked
at and forgotten.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile

from .contracts import Picture

FORMATS: Final = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "PPM")
MOST_BYTES: Final = 100_000_000
MOST_PIXELS: Final = 26_000_000  # decoded whole: 78 MB as red, green and blue
MOST_JPEG: Final = 170_000_000  # of a header: decoded to an eighth of each side, if need be
LEAST_SIDE: Final = 8
FLAT: Final = 12  # of 255: what lies between the darkest and the brightest spot of a frame that shows nothing
BLOCK: Final = 8
FINE: Final = 1000  # pixels of a side that are enough to see whether anything is there

# How a picture was held, by its EXIF: what has to be done to it.
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip


class Unopened(StrEnum):
    """Why there is nothing to look at. Stable codes, told in words by `words.py`."""

    NO_FILE = "no_file"  # it is not there, is no file, or may not be read
    NOT_A_PICTURE = "not_a_picture"
    TRUNCATED = "truncated"  # its header is good, the rest is damaged or missing
    TOO_LARGE = "too_large"
    TOO_SMALL = "picture_too_small"
    BLANK = "blank"  # black, white, or one colour: a lens cap, a dead sensor


class NotOpened(Exception):
    def __init__(self, why: Unopened) -> None:
        super().__init__(why.value)
        self.why = why


def opened(source: bytes | Path) -> Picture:
    """Upright, in red, green and blue. The first frame of several. Raises `NotOpened`."""
    with _bytes_of(source) as stream:
        picture = _decoded(stream)
    if min(picture.shape[:2]) < LEAST_SIDE:
        raise NotOpened(Unopened.TOO_SMALL)
    if is_blank(picture):
        raise NotOpened(Unopened.BLANK)
    return picture


def part_of(source: bytes | Path) -> Picture | None:
    """Of a JPEG that broke off what there is of it, the rest grey: to be shown, nothing is taken from it
    without a person. Not where other threads decode at the same time: whether damage is borne Pillow keeps
    for all of them."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        with _bytes_of(source) as stream, _headed(stream) as image:
            if image.format not in ("JPEG", "MPO"):
                return None
            stream.seek(0)
            part = _decoded(stream)
    except NotOpened:
        return None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    return part if min(part.shape[:2]) >= LEAST_SIDE else None


def is_blank(picture: Picture) -> bool:
    """No spot of a few pixels stands out. Spots, not pixels: a dead sensor is noisy, and a plate that
    shines in the night is a small part of its frame."""
    step = max(1, max(picture.shape[:2]) // FINE)
    few = picture[::step, ::step, 1]
    high, wide = (side - side % BLOCK for side in few.shape)
    green = few[:high, :wide].reshape(high // BLOCK, BLOCK, wide // BLOCK, BLOCK)
    spots = green.mean((1, 3), dtype=np.float32)
    return bool(spots.max() - spots.min() < FLAT) and _channels_agree(picture)


def _channels_agree(picture: Picture) -> bool:
    """Red and blue are as flat as green, coarsely looked at."""
    few = picture[BLOCK // 2 :: BLOCK, BLOCK // 2 :: BLOCK].reshape(-1, 3)
    low, high = np.percentile(few, (2, 98), axis=0)
    return bool((high - low).max() < 2 * FLAT)


@contextmanager
def _bytes_of(source: bytes | Path) -> Iterator[Any]:
    if isinstance(source, bytes):
        if len(source) > MOST_BYTES:
            raise NotOpened(Unopened.TOO_LARGE)
        yield BytesIO(source)
        return
    try:
        if not source.is_file():  # a pipe or a device would be waited for
            raise NotOpened(Unopened.NO_FILE)
        size, stream = source.stat().st_size, source.open("rb")
    except (OSError, ValueError) as error:
        raise NotOpened(Unopened.NO_FILE) from error
    with stream:
        if size > MOST_BYTES:
            raise NotOpened(Unopened.TOO_LARGE)
        yield stream


def _decoded(stream: Any) -> Picture:
    image = _headed(stream)
    with image:
        _decode_small_enough(image)
        try:
            image.load()
            return _upright(image)
        except (MemoryError, Image.DecompressionBombError) as error:
            raise NotOpened(Unopened.TOO_LARGE) from error
        except Exception as error:  # a damaged or hostile file makes decoders raise anything
            raise NotOpened(Unopened.TRUNCATED) from error


def _headed(stream: Any) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes and metadata: both are judged here
            return Image.open(stream, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise NotOpened(Unopened.TOO_LARGE) from error
    except Exception as error:  # as above
        raise NotOpened(Unopened.NOT_A_PICTURE) from error


def _decode_small_enough(image: Image.Image) -> None:
    """A JPEG's parts may be decoded smaller, by halves; a progressive one is held whole meanwhile."""
    pixels = image.width * image.height
    if pixels <= MOST_PIXELS:
        return
    progressive = "progressive" in image.info or "progression" in image.info
    if image.format not in ("JPEG", "MPO") or progressive or pixels > MOST_JPEG:
        raise NotOpened(Unopened.TOO_LARGE)
    part = (MOST_PIXELS / pixels) ** 0.5 / 2  # `draft` keeps at least what is asked for, up to twice of it
    image.draft("RGB", (int(image.width * part), int(image.height * part)))
    if image.width * image.height > MOST_PIXELS:
        raise NotOpened(Unopened.TOO_LARGE)


def _upright(image: Image.Image) -> Picture:
    plain = _plain(image)
    turn = _TURNS.get(_held(image))
    return np.array(plain if turn is None else plain.transpose(turn), np.uint8)


def _held(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - metadata that nobody can read turns nothing
        return 1


def _plain(image: Image.Image) -> Image.Image:
    if image.mode == "F" or image.mode.startswith("I"):
        return Image.fromarray(in_bytes(np.asarray(image))).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        seen = image.convert("RGBA")
        ground = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(ground, seen).convert("RGB")
    return image.convert("RGB")


def in_bytes(deep: NDArray[Any]) -> NDArray[np.uint8]:
    """Values of more than eight bits, scaled and not clipped: by 10, 12, 14 or 16 bits, whichever holds the
    brightest, since sensors write twelve bits into sixteen."""
    shallow = np.empty(deep.shape, np.uint8)
    most = max((float(_known(rows).max(initial=0)) for rows in _bands(deep)), default=0.0)
    scale = np.float32(255 / _white(most, is_float=deep.dtype.kind == "f"))
    for rows, written in zip(_bands(deep), _bands(shallow), strict=True):
        np.clip(np.rint(_known(rows) * scale), 0, 255, out=written, casting="unsafe")
    return shallow


def _white(most: float, *, is_float: bool) -> float:
    if is_float and most <= 1:
        return 1.0
    return next((2.0**bits - 1 for bits in (8, 10, 12, 14, 16) if most < 2**bits), most)


def _known(rows: NDArray[Any]) -> NDArray[Any]:
    return np.nan_to_num(rows, nan=0.0, posinf=0.0, neginf=0.0) if rows.dtype.kind == "f" else rows


def _bands(picture: NDArray[Any], high: int = 256) -> Iterator[NDArray[Any]]:
    """So that no second picture of floats stands beside the first."""
    return (picture[at : at + high] for at in range(0, len(picture), high))
