"""Vehicles drawn for the simulator: as cameras send them, and as our networks read them. What is no vehicle
too: posters, telephones, several in one picture, a lens in the dark."""

import random
from collections import Counter
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from cuakhauso.core import identifiers as ids
from cuakhauso.lane.vision.cards import WEIGHTS
from cuakhauso.lane.vision.engine import eyes
from cuakhauso.lane.vision.opening import Unopened, is_blank, opened
from cuakhauso.lane.vision.reading import in_lines
from cuakhauso.lane.vision.reading import looked_at as looked_at_file
from cuakhauso.lane.vision.region import stands_in
from cuakhauso.lane.vision.seeing import WhyNot
from cuakhauso.sim.demo_visits import ROUND, How, Look, declared, painted, visits
from cuakhauso.sim.devices import vehicles_drawn as drawn
from cuakhauso.sim.devices.cameras import Sighting, axis_body, dahua_body, hikvision_body
from cuakhauso.sim.devices.vehicles_drawn import Painted

TRUCK = Painted("29C-067.89")
OTHER = "15C-123.45"
reads_really = pytest.mark.skipif(not (WEIGHTS / "locate.onnx").exists(), reason="no weights in this package")


def chance(seed=1):
    return random.Random(seed)  # noqa: S311


# --- who comes -------------------------------------------------------------------------------------


def test_everybody_who_comes_has_numbers_that_are_valid_and_all_ways_of_coming_are_seen():
    coming = visits(chance())
    seen = [next(coming) for _ in range(200)]
    for visit in seen:
        one = visit.painted
        ids.parse_plate(one.plate)
        assert not one.trailer or ids.parse_plate(one.trailer).is_trailer
        assert not one.container or ids.parse_container(one.container)
    assert {visit.how for visit in seen} == set(How)
    assert {look for look, _ in ROUND} == set(Look)


def test_a_chinese_vehicle_goes_home_empty_and_a_vietnamese_one_brings_goods_out():
    chinese, vietnamese = (declared(painted(look, chance())) for look in (Look.CN_BLUE, Look.VN_BOX))
    assert (chinese["kind"], chinese["groups"]) == ("empty_return", [])
    assert vietnamese["kind"] == "export"
    assert len(vietnamese["vehicle"]["containers"]) == len(vietnamese["vehicle"]["trailers"]) == 1


def test_what_the_camera_misreads_is_another_valid_plate():
    coming = visits(chance())
    misread = next(visit for visit in coming if visit.how is How.MISREAD)
    said, true = ids.parse_plate(misread.told).normalised, ids.parse_plate(misread.painted.plate).normalised
    assert said != true


# --- as cameras send it ----------------------------------------------------------------------------


@pytest.mark.parametrize("body", [hikvision_body, dahua_body, axis_body])
def test_a_camera_of_each_make_sends_the_drawn_picture(body):
    picture = drawn.jpeg(drawn.photographed(drawn.front(TRUCK), chance()))
    with_it = body(Sighting(shows={"vehicle": picture})).content
    without = body(Sighting(shows={})).content
    assert len(with_it) - len(without) > len(picture)
    assert Image.open(BytesIO(picture)).size == (drawn.WIDE, drawn.HIGH)


def test_no_two_frames_of_one_that_stands_are_alike():
    moving, scene = chance(), drawn.front(TRUCK)
    frames = {drawn.jpeg(drawn.photographed(scene, moving)) for _ in range(4)}
    assert len(frames) == 4


# --- as our networks read it -----------------------------------------------------------------------


def looked_at(scene, *, seed=1, light=1.0, many=1):
    """What is accepted of each frame."""
    moving, looking = chance(seed), eyes()
    frames = (drawn.photographed(scene, moving, light=light) for _ in range(many))
    return [[one for one in looking.look(np.asarray(frame)) if not one.why_not] for frame in frames]


def texts(scene, **more):
    return [one.text for frame in looked_at(scene, **more) for one in frame]


def is_in(region, one):
    return stands_in(region, one.found.corners, drawn.WIDE, drawn.HIGH)


def plain(text):
    return "".join(sign for sign in text if sign.isalnum())


@pytest.mark.slow
@reads_really
@pytest.mark.parametrize("look", list(Look))
def test_every_kind_of_plate_and_code_is_read_as_it_was_painted(look):
    right, frames, vehicles = Counter(), 4, [painted(look, chance(seed)) for seed in range(3)]
    for seed, vehicle in enumerate(vehicles):
        right[vehicle.plate] = texts(drawn.front(vehicle), seed=seed, many=frames).count(plain(vehicle.plate))
        behind = texts(drawn.rear(vehicle), seed=seed, many=frames)
        for text in filter(None, (vehicle.trailer, vehicle.container)):
            right[text] = behind.count(plain(text))
    assert min(right.values()) >= 2, right
    assert right.total() >= 0.8 * frames * len(right), right


@pytest.mark.slow
@reads_really
def test_mud_and_night_leave_nothing_that_would_be_accepted():
    assert texts(drawn.front(Painted("29C-067.89", mud=1.0)), many=3) == []
    assert texts(drawn.front(TRUCK), light=drawn.NIGHT, many=3) == []


def test_at_night_without_a_lamp_the_frame_is_told_as_one_that_shows_nothing():
    frames = (drawn.photographed(drawn.front(TRUCK), chance(n), light=drawn.NIGHT) for n in range(3))
    assert all(is_blank(np.asarray(frame)) for frame in frames)
    assert not is_blank(np.asarray(drawn.photographed(drawn.front(TRUCK), chance())))


@pytest.mark.slow
@reads_really
def test_of_a_picture_that_broke_off_below_its_plate_the_plate_is_told_and_not_accepted(tmp_path):
    whole = drawn.jpeg(drawn.photographed(drawn.front(TRUCK), chance()))
    (tmp_path / "broken.jpg").write_bytes(whole[: int(0.95 * len(whole))])
    photo, _ = looked_at_file(eyes(), tmp_path / "broken.jpg")
    assert photo.outcome is Unopened.TRUNCATED
    assert [(one.text, one.why_not) for one in photo.sightings] == [
        (plain(TRUCK.plate), (WhyNot.BROKEN_OFF,))
    ]
    said = list(in_lines(photo, "en"))
    assert "cut off or damaged" in said[0]
    assert "a part of the picture's file is missing" in said[1]


@pytest.mark.slow
@reads_really
def test_of_three_vehicles_all_are_read_and_the_region_says_whose_lane_it_is():
    plates = ["29C-067.89", "30H-123.45", "15C-220.18"]
    scene = drawn.abreast(drawn.front(Painted(plate)) for plate in plates)
    [found] = looked_at(scene)
    assert {one.text for one in found} == set(map(plain, plates))
    middle = ((0.34, 0.0), (0.66, 0.0), (0.66, 1.0), (0.34, 1.0))
    assert [one.text for one in found if is_in(middle, one)] == ["30H12345"]


@pytest.mark.slow
@reads_really
def test_a_poster_is_read_as_a_plate_is_and_the_region_leaves_it_out():
    """No network tells them apart, and none of ours claims to."""
    [found] = looked_at(drawn.poster(drawn.ground(), OTHER))
    assert [one.text for one in found] == [plain(OTHER)]
    lane = ((0.25, 0.0), (0.75, 0.0), (0.75, 1.0), (0.25, 1.0))
    assert not is_in(lane, found[0])


@pytest.mark.slow
@reads_really
def test_a_telephone_that_shows_a_plate_is_read_beside_the_vehicles_own():
    [found] = looked_at(drawn.telephone(drawn.front(TRUCK), OTHER))
    assert {one.text for one in found} == {plain(OTHER), plain(TRUCK.plate)}


def test_a_picture_of_nobody_is_a_picture():
    assert opened(drawn.jpeg(drawn.photographed(drawn.ground(), chance()))).shape == (720, 1280, 3)
