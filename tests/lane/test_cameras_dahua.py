import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.lane.contracts import Garbled, Heading
from cuakhauso.lane.drivers.dahua import PUSH, parse
from cuakhauso.lane.drivers.plates import Mounting
from cuakhauso.sim.devices.cameras import Sighting, dahua_body

from .cameras_seen import EYE, HEARD, TAKEN, seen

# Re-keyed from field captures of ITSAPI; the JPEG is its first bytes alone.
CAPTURED = {
    "Picture": {
        "CutoutPic": {"Content": "/9j/4AAQ", "PicName": "20260301090003_cut.jpg"},
        "NormalPic": {"Content": "/9j/4AAQ", "PicName": "20260301090003.jpg"},
        "Plate": {
            "BoundingBox": [3480, 6128, 4280, 6288],
            "Channel": 0,
            "Confidence": 95,
            "IsExist": True,
            "PlateColor": "Yellow",
            "PlateNumber": "29C 067.89",
            "PlateType": "unknown",
            "Region": "VNM",
            "UploadNum": 2,
        },
        "SnapInfo": {
            "AccurateTime": "2026-03-01 09:00:03.250",
            "AllowUser": False,
            "DeviceID": "5f1c-0001",
            "Direction": "Reverse",
            "LanNo": 2,
            "TimeZone": 7,
        },
        "Vehicle": {"VehicleColor": "White", "VehicleSeries": "", "VehicleType": "HeavyTruck"},
    }
}


def told(**changes: object):
    """`CAPTURED` with e.g. `Plate={"PlateNumber": "--"}` put over it."""
    picture = {name: dict(value) for name, value in CAPTURED["Picture"].items()}
    for name, change in changes.items():
        picture[name] = picture.get(name, {}) | change
    return parse(json.dumps({"Picture": picture}).encode(), "application/json", EYE, HEARD)


def test_a_captured_push_says_all_that_a_read_holds():
    (read,) = told()
    assert (read.text, read.confidence, read.country, read.lane) == ("29C067.89", 0.95, "VNM", "2")
    assert (read.heading, read.at, read.said_at) == (Heading.AWAY, HEARD, TAKEN)
    assert read.id == "5f1c-0001/2026-03-01 09:00:03.250/20260301090003.jpg"
    assert [image.kind for image in read.images] == ["scene", "plate"]


def test_its_time_has_no_offset_and_is_not_told_without_a_zone():
    body = dahua_body(seen())
    (read,) = parse(body.content, "", Mounting(source="a"), HEARD)
    assert read.said_at is None


@pytest.mark.parametrize(
    "plate",
    [{"PlateNumber": "--"}, {"PlateNumber": "unlicensed"}, {"PlateNumber": ""}, {"IsExist": False}],
)
def test_what_was_not_read_is_a_vehicle_without_a_plate(plate):
    (read,) = told(Plate=plate)
    assert read.is_unread
    assert read.confidence is None


def test_what_is_sent_again_has_the_same_id():
    sighting = Sighting(at=TAKEN, unique="a")
    ids = {parse(dahua_body(sighting).content, "", EYE, HEARD)[0].id for _ in range(2)}
    assert len(ids) == 1
    assert parse(dahua_body(seen(plate="other", unique="b")).content, "", EYE, HEARD)[0].id not in ids


def test_without_a_time_there_is_no_id():
    (read,) = told(SnapInfo={"AccurateTime": ""})
    assert read.id == ""
    assert read.said_at is None


def test_a_confidence_beyond_a_hundred_says_nothing_that_we_know():
    (read,) = told(Plate={"Confidence": 214})
    assert (read.text, read.confidence) == ("29C067.89", None)


def test_figures_in_quotes_are_figures():
    (read,) = told(Plate={"Confidence": "95", "IsExist": "true"}, SnapInfo={"LanNo": "2"})
    assert (read.confidence, read.lane) == (0.95, "2")


def test_a_picture_that_is_none_does_not_cost_the_plate():
    (read,) = told(NormalPic={"Content": "not base64!"}, CutoutPic={"Content": "AAAA"})
    assert (read.text, read.images) == ("29C067.89", ())


def test_a_sign_of_life_is_no_read():
    assert parse(b'{"Active":"keepAlive","DeviceID":"5f1c-0001"}', "", EYE, HEARD) == ()


def test_the_maker_wants_to_hear_that_it_is_true():
    assert json.loads(PUSH.answer)["result"] == "true"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"Active":"\xff"}', "no JSON"),
        (b"[]", "Expected `object`"),
        (b"{}", "neither a picture nor a sign of life"),
        (b'{"Picture":{}}', "missing required field `Plate`"),
        (b'{"Picture":{"Plate":{"PlateNumber":7}}}', r"\$.Picture.Plate.PlateNumber"),
        (b'{"Picture":{"Plate":{"PlateNumber":"29C","Confidence":-1}}}', "confidence of -1"),
        (b'{"Picture":{"Plate":{"PlateNumber":"' + b"9" * 99 + b'"}}}', "99 characters"),
    ],
)
def test_what_is_not_understood_says_why(body, why):
    with pytest.raises(Garbled, match=why):
        parse(body, "application/json", EYE, HEARD)


WHOLE = dahua_body(seen()).content


@given(st.integers(0, len(WHOLE)), st.integers(0, 40), st.binary(max_size=30))
@settings(max_examples=200, deadline=None)
def test_a_push_with_junk_in_it_gives_a_read_or_is_garbled(place, length, junk):
    try:
        reads = parse(WHOLE[:place] + junk + WHOLE[place + length :], "", EYE, HEARD)
    except Garbled:
        return
    assert len(reads) <= 1
