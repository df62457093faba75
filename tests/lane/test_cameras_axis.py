import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.lane.contracts import Garbled, Heading, Revision
from cuakhauso.lane.drivers.axis import parse
from cuakhauso.lane.drivers.plates import Mounting
from cuakhauso.sim.devices.cameras import axis_body, multipart

from .cameras_seen import HEARD, TAKEN, seen

EYE = Mounting(source="in-1-front")
# The fields are those of protocol 1.6; the values are made up.
CAPTURED = {
    "packetCounter": "417",
    "datetime": "20260301 020003250",
    "plateText": "\u0032\u0039\u0043",
    "plateUTF8": "29C06789",
    "plateCountry": "VNM",
    "plateConfidence": "0.871000",
    "carState": "update",
    "geotag": {"lat": 21.97, "lon": 106.71},
    "imageType": "plate",
    "plateImageType": "jpeg",
    "carMoveDirection": "in",
    "timeProcessing": 143,
    "plateCoordinates": [520, 611, 180, 44],
    "carID": "88213",
    "sensorProviderID": "IN1",
    "roiID": "1",
    "ImageArray": [
        {"ImageType": "plate", "ImageFormat": "jpeg", "BinaryImage": "/9j/4AAQ"},
        {"ImageType": "vehicle", "ImageFormat": "jpeg", "BinaryImage": "/9j/4AAQ"},
        {"ImageType": "frame", "ImageFormat": "jpeg", "BinaryImage": "/9j/4AAQ"},
    ],
}


def told(eye: Mounting = EYE, **changes: object):
    body = {name: value for name, value in (CAPTURED | changes).items() if value is not None}
    (read,) = parse(json.dumps(body).encode(), "application/json", eye, HEARD)
    return read


def test_a_captured_push_says_all_that_a_read_holds():
    read = told()
    assert (read.text, read.confidence, read.country, read.lane) == ("29C06789", 0.871, "VNM", "1")
    assert (read.session, read.revision, read.heading) == ("88213", Revision.UPDATE, Heading.TOWARDS)
    assert (read.at, read.said_at) == (HEARD, TAKEN)
    assert [image.kind for image in read.images] == ["plate", "vehicle", "scene"]


def test_one_vehicle_is_one_session_whatever_its_text_becomes():
    bodies = [
        axis_body(seen("29C067B9", towards=None), car=7, state="new", packet=1),
        axis_body(seen("29C06789"), car=7, state="update", packet=2),
        axis_body(seen("29C06789"), car=7, state="lost", packet=3),
    ]
    reads = [parse(body.content, body.content_type, EYE, HEARD)[0] for body in bodies]
    assert [read.revision for read in reads] == [Revision.NEW, Revision.UPDATE, Revision.LOST]
    assert [read.text for read in reads] == ["29C067B9", "29C06789", "29C06789"]
    assert [read.heading for read in reads] == [Heading.UNKNOWN, Heading.TOWARDS, Heading.TOWARDS]
    assert {read.session for read in reads} == {"7"}
    assert len({read.id for read in reads}) == 3


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ({"datetime": "20260301 090003250+0700"}, TAKEN),
        ({"datetime": "20260301 090003250 +0700"}, TAKEN),
        ({"datetime": "20260301 020003"}, TAKEN.replace(microsecond=0)),
        ({"datetime": "2026-03-01T02:00:03.250Z"}, TAKEN),
        ({"datetime": "other", "capture_timestamp": 1772330403250}, TAKEN),
        ({"datetime": None}, None),
    ],
)
def test_times_are_told_in_each_form(said, moment):
    assert told(**said).said_at == moment


def test_a_configured_zone_is_that_of_times_without_an_offset():
    here = Mounting(source="a", zone=timezone(timedelta(hours=7)))
    assert told(here, datetime="20260301 090003250").said_at == datetime(
        2026, 3, 1, 2, 0, 3, 250000, tzinfo=UTC
    )


def test_pictures_may_come_beside_the_json():
    body = multipart(
        [
            ("event", "application/json", json.dumps(CAPTURED | {"ImageArray": []}).encode()),
            ("vehicle.jpg", "image/jpeg", b"\xff\xd8\xff\xd9"),
        ]
    )
    (read,) = parse(body.content, body.content_type, EYE, HEARD)
    assert [(image.name, image.kind) for image in read.images] == [("vehicle.jpg", "vehicle")]


def test_an_empty_text_is_a_vehicle_without_a_plate():
    assert told(plateUTF8="").is_unread


def test_confidence_is_a_share_or_of_a_hundred():
    assert [told(plateConfidence=said).confidence for said in (0.5, 50, 1, 100, None)] == [
        0.5,
        0.5,
        1,
        1,
        None,
    ]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"carState": "gone"}, "neither new, updated nor lost"),
        ({"carID": None}, "carID"),
        ({"plateUTF8": None, "plateText": None}, "hold a plate"),
        ({"plateConfidence": 101}, "confidence of 101"),
        ({"plateConfidence": -0.1}, "confidence of -0.1"),
        ({"datetime": "tomorrow"}, "no moment"),
        ({"datetime": "20261301 000000000"}, "no moment"),
        ({"capture_timestamp": 10**30}, "no moment"),
    ],
)
def test_what_is_not_understood_says_why(changes, why):
    with pytest.raises(Garbled, match=why):
        told(**changes)


def test_two_texts_in_one_body_are_not_chosen_from():
    body = multipart([("a", "application/json", b"{}"), ("b", "application/json", b"{}")])
    with pytest.raises(Garbled, match="2 parts"):
        parse(body.content, body.content_type, EYE, HEARD)


WHOLE = axis_body(seen()).content


@given(st.integers(0, len(WHOLE)), st.integers(0, 40), st.binary(max_size=30))
@settings(max_examples=200, deadline=None)
def test_a_push_with_junk_in_it_gives_a_read_or_is_garbled(place, length, junk):
    try:
        reads = parse(WHOLE[:place] + junk + WHOLE[place + length :], "", EYE, HEARD)
    except Garbled:
        return
    assert len(reads) == 1
