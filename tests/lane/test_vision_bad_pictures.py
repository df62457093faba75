"""Pictures that are none, or of no vehicle, or of a picture of one, pushed to a lane that reads them with the
real networks: each has a stated outcome, nothing ends, no barrier opens; then a truck goes through."""

import random
import struct
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from cuakhauso.lane.vision.cards import WEIGHTS
from cuakhauso.lane.words import Phase
from cuakhauso.sim.devices import vehicles_drawn as drawn
from cuakhauso.sim.devices.cameras import Sighting, hikvision_body
from cuakhauso.sim.devices.vehicles_drawn import Painted

from .fitted import PLATE, play
from .live import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (WEIGHTS / "locate.onnx").exists(), reason="no weights in this package"),
]
OWN = "L/front+vision"
EXPECTED = Painted(PLATE)
STRANGER = Painted("29C-067.89")


def taken(scene, seed=1):
    return drawn.photographed(scene, random.Random(seed))  # noqa: S311


def saved(image, form="JPEG", **more):
    made = BytesIO()
    image.save(made, form, **more)
    return made.getvalue()


def large():
    """A header of a hundred million pixels, progressive: it would be held whole while it is decoded."""
    whole = saved(Image.new("L", (64, 64), 90), progressive=True)
    at = whole.index(b"\xff\xc2") + 5
    return whole[:at] + struct.pack(">HH", 10_000, 10_000) + whole[at + 4 :]


def turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(taken(drawn.front(EXPECTED)).transpose(Image.Transpose.ROTATE_90), exif=exif)


def at_a_lane(story, tmp_path):
    """The front camera pushes; what it read itself is nothing, so that all rests on ours."""

    def file(text):
        return text.replace('name = "front"', 'name = "front"\nrecognise = true', 1)

    async def told(lane):
        await until(lambda: lane.running.recognising.vision.workers.alive == 1)
        await story(lane)

    play(told, tmp_path / "data", file=file, identify=1)


async def pushed(lane, picture):
    """Until it was looked at."""
    counts = lane.running.recognising.vision.workers.counts
    before = counts["looked"] + counts["no_picture"]
    seen = Sighting(plate="", at=lane.node.now(), shows={"vehicle": picture})
    assert await lane.push(hikvision_body(seen)) == 200
    await until(lambda: counts["looked"] + counts["no_picture"] > before)


def own(lane):
    return [read for read in lane.node.engine.lanes["L"].reads if read.source == OWN and read.text]


async def is_well(lane):
    """Two good pictures of the expected truck, and it goes."""
    for seed in (1, 2, 3):
        await pushed(lane, drawn.jpeg(taken(drawn.front(EXPECTED), seed)))
    await lane.until(Phase.OPENING, Phase.OPEN)
    assert lane.running.recognising.vision.workers.counts["started"] == 1


BAD = {
    "truncated": ("picture_truncated", lambda: drawn.jpeg(taken(drawn.front(EXPECTED)))[:60_000]),
    "huge": ("picture_too_large", large),
    "black": ("picture_blank", lambda: saved(Image.new("RGB", (1280, 720)))),
    "tiny": ("picture_too_small", lambda: saved(Image.effect_noise((6, 6), 90))),
}  # fmt: skip


@pytest.mark.parametrize(("code", "make"), BAD.values(), ids=BAD)
def test_a_picture_that_is_none_is_told_in_three_languages_and_opens_nothing(tmp_path, code, make):
    async def story(lane):
        truck = await lane.traffic.arrive()
        await pushed(lane, make())
        await lane.told(code)
        assert lane.state_of("L/front")[0] == "degraded"
        await lane.until(Phase.ATTEND)
        assert (lane.presses, own(lane)) == (0, [])
        await is_well(lane)
        assert lane.state_of("L/front")[0] == "ok"
        await lane.goes_through(truck)

    at_a_lane(story, tmp_path)


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bits_and_other_forms_than_jpeg_are_no_picture_and_the_cameras_word_counts(tmp_path, form):
    async def story(lane):
        await lane.traffic.arrive()
        grey = np.asarray(taken(drawn.front(EXPECTED)).convert("L"), np.uint16)
        deep = saved(Image.fromarray(grey * 256), form)
        seen = Sighting(plate="", at=lane.node.now(), shows={"vehicle": deep})
        assert await lane.push(hikvision_body(seen)) < 500
        await lane.until(Phase.ATTEND)
        await until(lambda: lane.node.engine.lanes["L"].reads)
        [read] = lane.node.engine.lanes["L"].reads
        assert (read.is_unread, read.images, lane.presses) == (True, (), 0)

    at_a_lane(story, tmp_path)


@pytest.mark.parametrize(
    "make",
    [lambda: saved(taken(drawn.front(EXPECTED)).convert("CMYK"), quality=90), turned],
    ids=["cmyk", "turned by exif"],
)
def test_cmyk_and_a_picture_that_is_turned_by_its_header_are_read_and_one_alone_opens_nothing(tmp_path, make):
    async def story(lane):
        truck = await lane.traffic.arrive()
        await pushed(lane, make())
        await until(lambda: own(lane))
        assert [read.text for read in own(lane)] == ["12C10005"]
        await lane.until(Phase.ATTEND)
        assert lane.presses == 0, "one frame is not enough"
        await is_well(lane)
        await lane.goes_through(truck)

    at_a_lane(story, tmp_path)


def test_an_empty_lane_and_a_muddy_plate_are_unread_and_a_person_is_asked(tmp_path):
    async def story(lane):
        await lane.traffic.arrive()
        await pushed(lane, drawn.jpeg(taken(drawn.ground())))
        await pushed(lane, drawn.jpeg(taken(drawn.front(replace(EXPECTED, mud=1.0)))))
        await lane.until(Phase.ATTEND)
        assert lane.presses == 0

    at_a_lane(story, tmp_path)


def test_three_vehicles_in_a_picture_without_a_region_open_nothing(tmp_path):
    """The expected one among them: two others are read too, and a person looks."""

    async def story(lane):
        await lane.traffic.arrive()
        scene = drawn.abreast(drawn.front(one) for one in (STRANGER, EXPECTED, Painted("30H-123.45")))
        for seed in (1, 2, 3):
            await pushed(lane, drawn.jpeg(taken(scene, seed)))
        await until(lambda: len(own(lane)) >= 2)
        await lane.until(Phase.ATTEND)
        assert lane.presses == 0

    at_a_lane(story, tmp_path)


def test_an_expected_plate_on_a_telephone_before_a_vehicle_with_another_opens_nothing(tmp_path):
    async def story(lane):
        await lane.traffic.arrive()
        for seed in (1, 2, 3):
            scene = drawn.telephone(drawn.front(STRANGER), PLATE)
            await pushed(lane, drawn.jpeg(taken(scene, seed)))
        await until(lambda: len({read.text for read in own(lane)}) == 2)
        await lane.until(Phase.ATTEND)
        assert lane.presses == 0

    at_a_lane(story, tmp_path)


@pytest.mark.parametrize("show", [drawn.telephone, drawn.poster])
def test_an_expected_plate_that_is_shown_while_nobody_stands_there_opens_nothing(tmp_path, show):
    async def story(lane):
        for seed in (1, 2, 3):
            await pushed(lane, drawn.jpeg(taken(show(drawn.ground(), PLATE), seed)))
        await until(lambda: own(lane))
        assert lane.presses == 0

    at_a_lane(story, tmp_path)
