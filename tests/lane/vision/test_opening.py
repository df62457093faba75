"""Whatever comes as a picture becomes one that can be looked at, or is refused for a stated reason."""

import os
import struct
import subprocess
import sys
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cuakhauso.lane.vision.opening import (
    MOST_BYTES,
    MOST_PIXELS,
    NotOpened,
    Unopened,
    in_bytes,
    is_blank,
    opened,
    part_of,
)

from .seen import picture, plate

GOOD = picture(plate("29H12345"))


def written(image: Image.Image, form: str = "PNG", **how) -> bytes:
    out = BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


OUTCOMES = {"opened", *Unopened}


def outcome(source) -> str:
    try:
        return "opened" if opened(source).ndim == 3 else "no picture"
    except NotOpened as fault:
        return fault.why


def refused(source) -> Unopened:
    with pytest.raises(NotOpened) as fault:
        opened(source)
    return fault.value.why


# --- what is no picture ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 no picture", b"\xff\xd8\xff", b"GIF89a", b"<svg/>", bytes(5000)]
)
def test_what_is_no_picture_is_refused_as_none(content):
    assert refused(content) is Unopened.NOT_A_PICTURE


def test_a_file_that_is_not_there_and_a_folder_are_no_files(tmp_path):
    assert refused(tmp_path / "gone.jpg") is Unopened.NO_FILE
    assert refused(tmp_path) is Unopened.NO_FILE


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    assert refused(tmp_path / "pipe.jpg") is Unopened.NO_FILE


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF"])
def test_half_a_file_is_truncated(form):
    whole = written(GOOD, form)
    assert refused(whole[: len(whole) // 2]) in (Unopened.TRUNCATED, Unopened.NOT_A_PICTURE)


def test_a_jpeg_that_broke_off_is_told_as_truncated():
    noisy = Image.fromarray(np.random.default_rng(1).integers(0, 255, (400, 600, 3), np.uint8))
    whole = written(noisy, "JPEG")
    assert refused(whole[: len(whole) * 2 // 3]) is Unopened.TRUNCATED


def test_of_a_jpeg_that_broke_off_the_part_that_is_there_is_kept_and_the_next_one_is_refused_as_well():
    noisy = Image.fromarray(np.random.default_rng(1).integers(0, 255, (400, 600, 3), np.uint8))
    whole = written(noisy, "JPEG", quality=95)
    for _ in range(2):  # what Pillow was told for the first is taken back
        assert refused(whole[: len(whole) * 2 // 3]) is Unopened.TRUNCATED
        part = part_of(whole[: len(whole) * 2 // 3])
        assert part is not None
        there = np.asarray(Image.open(BytesIO(whole)).convert("RGB"))
        assert part.shape == there.shape
        assert np.array_equal(part[:200], there[:200])
        assert not np.array_equal(part[300:], there[300:])


def test_of_other_files_that_broke_off_nothing_is_kept():
    whole = written(Image.fromarray(np.random.default_rng(1).integers(0, 255, (400, 600, 3), np.uint8)))
    assert refused(whole[: len(whole) * 2 // 3]) is Unopened.TRUNCATED
    assert part_of(whole[: len(whole) * 2 // 3]) is None


def test_postscript_is_not_run_though_a_decoder_exists():
    assert (
        refused(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\nshowpage\n") is Unopened.NOT_A_PICTURE
    )


# --- how large ------------------------------------------------------------------------------------


def png_header(wide: int, high: int) -> bytes:
    """A picture's head that promises so many pixels, and a body that is far too short."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100)))


@pytest.mark.parametrize("side", [10_000, 13_000, 40_000])
def test_a_hundred_million_pixels_are_refused_by_the_header(side):
    assert refused(png_header(side, side)) is Unopened.TOO_LARGE


def test_more_bytes_than_any_picture_are_refused_unread(tmp_path):
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert refused(huge) is Unopened.TOO_LARGE


HUNDRED_MEGAPIXELS = """
import resource, sys
from pathlib import Path
from cuakhauso.lane.vision.opening import opened
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
picture = opened(Path(sys.argv[1]))
print(*picture.shape, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_jpeg_of_a_hundred_million_pixels_is_looked_at_smaller(tmp_path):
    small = Image.new("L", (10_000, 10_000), 30)
    small.paste(200, (2000, 2000, 8000, 5000))
    small.save(tmp_path / "large.jpg", quality=40)
    command = [sys.executable, "-c", HUNDRED_MEGAPIXELS, str(tmp_path / "large.jpg")]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    high, wide, _, megabytes = map(int, answer.split())
    assert high == wide == 5000
    assert high * wide <= MOST_PIXELS
    assert megabytes < 220


def test_a_progressive_jpeg_of_that_size_would_be_held_whole_and_is_refused():
    wide = Image.new("L", (9000, 9000), 60)
    wide.paste(200, (0, 0, 4000, 4000))
    assert refused(written(wide, "JPEG", progressive=True)) is Unopened.TOO_LARGE


def test_a_picture_of_a_few_pixels_is_too_small():
    assert refused(written(GOOD.resize((4, 3)))) is Unopened.TOO_SMALL


# --- kinds of pictures ----------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [10, 12, 16])
def test_a_picture_of_sixteen_bits_is_scaled_and_not_clipped(bits):
    most = 2**bits - 1
    ramp = np.tile(np.linspace(0, most, 256).astype(np.uint16), (64, 1))
    seen = opened(written(Image.fromarray(ramp)))
    assert seen.shape == (64, 256, 3)
    assert seen.min() == 0
    assert seen.max() == 255
    middle = seen[10, :, 0].astype(int)
    assert (np.diff(middle) >= 0).all()
    assert abs(middle[128] - 128) <= 2


def test_floats_and_values_that_are_none_are_scaled_too():
    deep = np.array([[0.0, 0.5, 1.0, np.nan, np.inf, -3.0]], np.float32)
    assert in_bytes(deep).tolist() == [[0, 128, 255, 0, 0, 0]]
    assert in_bytes(np.array([[0, 70_000]], np.int32)).tolist() == [[0, 255]]


def test_cmyk_has_the_colours_that_it_had():
    red = Image.new("RGB", (200, 100), (200, 30, 30))
    red.paste((30, 30, 200), (0, 0, 100, 100))
    seen = opened(written(red.convert("CMYK"), "JPEG", quality=95))
    assert seen[50, 150, 0] > 150 > seen[50, 150, 2]
    assert seen[50, 50, 2] > 150 > seen[50, 50, 0]


@pytest.mark.parametrize("mode", ["P", "L", "LA", "1", "RGBA"])
def test_any_mode_becomes_red_green_and_blue(mode):
    seen = opened(written(GOOD.convert(mode)))
    assert seen.shape == (720, 1280, 3)
    assert seen[200:300, 800:900].mean() > 180
    assert seen[600:700, 800:900].mean() < 80


def test_what_is_transparent_lies_on_white():
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    clear.paste((10, 10, 10, 255), (0, 0, 50, 100))
    seen = opened(written(clear))
    assert seen[50, 80].tolist() == [255, 255, 255]
    assert seen[50, 20].tolist() == [10, 10, 10]


@pytest.mark.parametrize("held", range(1, 9))
def test_a_photo_is_turned_upright(held):
    """Whichever way the telephone was held: the same picture comes out."""
    upright = Image.new("RGB", (120, 60), (20, 20, 20))
    upright.paste((230, 20, 20), (0, 0, 40, 30))
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    sent = upright.transpose(undo[held]) if held in undo else upright
    exif = Image.Exif()
    exif[0x0112] = held
    seen = opened(written(sent, "JPEG", quality=95, exif=exif))
    assert seen.shape == (60, 120, 3)
    assert seen[10, 10, 0] > 180
    assert seen[50, 110, 0] < 60


def test_metadata_that_nobody_can_read_turns_nothing():
    seen = opened(written(GOOD, "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff rubbish"))
    assert seen.shape == (720, 1280, 3)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "TIFF", "PNG"])
def test_of_several_frames_the_first_is_looked_at(form):
    second = Image.new("RGB", GOOD.size, (0, 0, 255))
    moving = written(GOOD, form, save_all=True, append_images=[second])
    assert opened(moving)[200, 900].mean() > 180


# --- frames that show nothing ---------------------------------------------------------------------


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_frame_of_one_shade_is_blank(shade):
    assert refused(written(Image.new("RGB", (640, 480), (shade,) * 3))) is Unopened.BLANK


def test_a_dead_sensor_is_blank_though_it_is_noisy():
    noise = np.random.default_rng(2).normal(6, 3, (480, 640, 3)).clip(0, 255).astype(np.uint8)
    assert is_blank(noise)


def test_a_plate_that_shines_alone_in_the_night_is_not_blank():
    night = np.random.default_rng(3).normal(6, 3, (1080, 1920, 3)).clip(0, 255).astype(np.uint8)
    night[600:630, 900:1000] = 120
    assert not is_blank(night)


def test_red_signs_on_blue_are_not_blank_though_green_is_flat():
    colours = np.full((200, 300, 3), (20, 60, 200), np.uint8)
    colours[50:150, 50:250] = (200, 60, 20)
    assert not is_blank(colours)


# --- anything at all ------------------------------------------------------------------------------

JPEG = written(GOOD.resize((320, 180)), "JPEG")


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF", b"II*\x00"]),
)
def test_random_bytes_are_a_stated_outcome(rest, begins):
    assert outcome(begins + rest) in OUTCOMES


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, len(JPEG)),
    st.lists(st.tuples(st.integers(0, len(JPEG) - 1), st.integers(0, 255)), max_size=6),
)
def test_a_jpeg_cut_off_anywhere_and_damaged_is_a_stated_outcome(long, damages):
    damaged = bytearray(JPEG)
    for at, value in damages:
        damaged[at] = value
    assert outcome(bytes(damaged[:long])) in OUTCOMES
