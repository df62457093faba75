"""The networks that travel with the package, on plates and codes drawn here with letters they never saw."""

import time

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from cuakhauso.lane.vision import engine
from cuakhauso.lane.vision.cards import cards
from cuakhauso.lane.vision.contracts import Found, Kind
from cuakhauso.lane.vision.drawing import SIGNS
from cuakhauso.lane.vision.readers import CodeReader
from cuakhauso.lane.vision.seeing import Eyes, Sighting


@pytest.fixture(scope="module")
def eyes() -> Eyes:
    return engine.eyes()


def board(text: str, high: int, back: str, front: str) -> Image.Image:
    font = ImageFont.truetype(str(SIGNS), round(high * 0.8))
    wide = round(font.getlength(text) + 0.5 * high)
    drawn = Image.new("RGB", (wide, high), back)
    ImageDraw.Draw(drawn).text((wide / 2, high / 2), text, front, font=font, anchor="mm")
    return drawn


def plate(
    text: str, back: str, front: str, size: tuple[int, int], cells: list[tuple[int, int, int, int]]
) -> Image.Image:
    """Each sign fills its cell (left, top, width, height in mm), as on plates."""
    drawn, font = Image.new("RGB", size, back), ImageFont.truetype(str(SIGNS), 120)
    for sign, (x, y, w, h) in zip(text, cells, strict=True):
        mask = Image.new("L", (200, 240))
        ImageDraw.Draw(mask).text((40, 40), sign, 255, font=font)
        drawn.paste(front, (x, y), mask.crop(mask.getbbox()).resize((w, h)))
    return drawn


CHINESE = [(15, 25, 45, 90), (72, 25, 45, 90), *((151 + 57 * n, 25, 45, 90) for n in range(5))]
TRAILER = [(110, 15, 80, 60), (250, 15, 80, 60), *((27 + 80 * n, 90, 65, 110) for n in range(5))]
VIETNAMESE = [(22 + 60 * n, 16, 48, 78) for n in range(8)]
TWO_LINES = [*((75 + 64 * n, 14, 46, 62) for n in range(3)), *((24 + 60 * n, 88, 46, 62) for n in range(5))]


def scene(*boards: tuple[Image.Image, tuple[int, int]], size: tuple[int, int] = (960, 640)) -> np.ndarray:
    """A grey truck's rear before a darker ground."""
    picture = Image.new("RGB", size, (70, 74, 80))
    ImageDraw.Draw(picture).rectangle((120, 40, size[0] - 120, size[1] - 60), (150, 40, 38))
    for drawn, where in boards:
        picture.paste(drawn, where)
    return np.asarray(picture)


def close_up() -> np.ndarray:
    """A container's doors, its code as wide as the picture."""
    code = board("TSTU 100428 8", 110, "#96282a", "white")
    wide = 660
    picture = Image.new("RGB", (wide, 480), "#96282a")
    picture.paste(code.resize((wide - 20, code.height * (wide - 20) // code.width)), (10, 120))
    return np.asarray(picture)


def texts(seen: tuple[Sighting, ...]) -> list[str]:
    return [one.text for one in seen if not {"not_a_plate", "not_a_code"} & set(one.why_not)]


@pytest.mark.parametrize(
    ("text", "colours", "size", "cells"),
    [
        ("51H04073", ("white", "black"), (520, 110), VIETNAMESE),
        ("12R00541", ("#f0c020", "black"), (520, 110), VIETNAMESE),
        ("29H12345", ("white", "black"), (330, 165), TWO_LINES),
        ("桂F12345", ("#1946aa", "white"), (440, 140), CHINESE),
        ("粤B2757挂", ("#f0be1e", "black"), (440, 220), TRAILER),
    ],
)
def test_a_plate_is_read(eyes: Eyes, text: str, colours, size, cells) -> None:
    drawn = plate(text, *colours, size, cells)
    seen = eyes.look(scene((drawn.resize((size[0] // 2, size[1] // 2), Image.Resampling.BOX), (360, 440))))
    assert texts(seen)[:1] == [text]


def test_a_container_and_its_tractor_are_both_read(eyes: Eyes) -> None:
    code = board("TSTU 100428 8", 40, "#96282a", "white")
    tractor = plate("29H12345", "white", "black", (520, 110), VIETNAMESE).resize((260, 55))
    seen = eyes.look(scene((code, (420, 110)), (tractor, (380, 480))))
    assert {"TSTU1004288", "29H12345"} <= set(texts(seen))


@pytest.mark.parametrize("ground", [0, 128, 255])
def test_an_empty_lane_has_nothing_to_read(eyes: Eyes, ground: int) -> None:
    assert eyes.look(np.full((480, 640, 3), ground, np.uint8)) == ()


def test_noise_is_never_accepted(eyes: Eyes) -> None:
    rng = np.random.default_rng(5)
    for _ in range(6):
        seen = eyes.look(rng.integers(0, 256, (480, 640, 3), np.uint8))
        assert not [one for one in seen if not one.why_not]


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (33, 31)])
def test_pictures_of_odd_sizes_are_looked_at_without_a_fault(eyes: Eyes, size: tuple[int, int]) -> None:
    eyes.look(np.full((*size, 3), 90, np.uint8))


def test_the_same_picture_says_the_same(eyes: Eyes) -> None:
    picture = scene((board("51H-040.73", 44, "white", "black"), (360, 460)))
    assert eyes.look(picture) == eyes.look(picture)


def test_each_network_has_its_card_and_a_licence() -> None:
    assert {card.name for card in cards()} == {"plate", "code", "code_large", "locate"}
    assert all(card.licence and card.data and card.made and card.figures for card in cards())


def test_a_code_as_wide_as_the_picture_is_found_from_further_away(eyes: Eyes) -> None:
    assert texts(eyes.look(close_up())) == ["TSTU1004288"]


def test_a_code_that_hangs_upside_down_is_read_as_it_is_meant(eyes: Eyes) -> None:
    code = board("TSTU 100428 8", 40, "#96282a", "white")
    turned = scene((code, (420, 210)))[::-1, ::-1]
    assert "TSTU1004288" in texts(eyes.look(np.ascontiguousarray(turned)))


def test_a_code_that_bows_is_read_along_its_signs_where_the_finder_took_a_third_too_much() -> None:
    code = np.asarray(board("TSTU 100428 8", 48, "#96282a", "white"))
    high, wide = code.shape[:2]
    picture = np.full((160, 700, 3), (150, 40, 42), np.uint8)
    for x in range(wide):
        top = round(30 + 36 * (2 * x / wide - 1) ** 2)
        picture[top : top + high, 20 + x] = code[:, x]
    corners = ((20.0, 30.0), (20.0 + 1.33 * wide, 30.0), (20.0 + 1.33 * wide, 116.0), (20.0, 116.0))
    read = CodeReader().read(picture, Found(Kind.CODE, corners, 1.0))
    assert "".join(max(place, key=place.__getitem__) for place in read) == "TSTU1004288"


@pytest.mark.slow
def test_a_frame_takes_a_fraction_of_a_second(eyes: Eyes) -> None:
    picture = scene((board("51H-040.73", 44, "white", "black"), (360, 460)))
    began = time.process_time()
    for _ in range(5):
        eyes.look(picture)
    assert (time.process_time() - began) / 5 < 0.5
