from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.lane.contracts import Heading, Read, Revision
from cuakhauso.lane.drivers.dahua_events import EventStream
from cuakhauso.sim.devices.cameras import Sighting
from cuakhauso.sim.devices.dahua_server import coded_part, part, snapshot_parts

from .cameras_seen import EYE, HEARD, TAKEN, seen

# Re-keyed from field captures; only the lines that matter, among some that do not.
LINES = """Events[0].EventBaseInfo.Code=TrafficJunction\r
Events[0].EventBaseInfo.Action=Pulse\r
Events[0].EventBaseInfo.Index=0\r
Events[0].CountInGroup=3\r
Events[0].GroupID=123\r
Events[0].IndexInGroup=1\r
Events[0].PTS=42949485818.0\r
Events[0].UTC=1772330403\r
Events[0].UTCMS=250\r
Events[0].EventID=5864\r
Events[0].Object.BoundingBox[0]=3848\r
Events[0].Lane=2\r
Events[0].TrafficCar.PlateNumber=29C 067.89\r
Events[0].TrafficCar.PlateColor=Yellow\r
Events[0].TrafficCar.Speed=12\r
Events[0].VehicleDirection=Tail\r
\r
\r
"""
DATA = """{
   "EventID" : 5865, "UTC" : 1772330403, "UTCMS" : 250, "Lane" : 2, "JunctionDirection" : "Obverse",
   "Object" : { "ObjectType" : "Plate", "Text" : "29C06789", "BoundingBox" : [ 1, 2, 3, 4 ] },
   "TrafficCar" : { "PlateNumber" : "29C067.89", "Confidence" : 91 }
}"""
CODED = f"Code=TrafficJunction;action=Pulse;index=0;data={DATA}"
JPEG = b"\xff\xd8\xff\xd9"


def reads_of(*parts: bytes) -> list[Read]:
    stream = EventStream(EYE)
    return [*stream.feed(b"".join(parts), HEARD), *stream.settle()]


def text(content: str) -> bytes:
    return part("text/plain", content.encode())


def test_lines_say_all_that_a_read_holds():
    (read,) = reads_of(text(LINES), part("image/jpeg", JPEG), part("image/jpeg", JPEG))
    assert (read.text, read.lane, read.heading, read.confidence) == ("29C067.89", "2", Heading.AWAY, None)
    assert (read.at, read.said_at, read.session, read.revision) == (HEARD, TAKEN, "123", Revision.NEW)
    assert read.id == "1772330403/250/5864/123/1"
    assert [image.kind for image in read.images] == ["scene", "vehicle"]


def test_a_code_with_data_says_the_same_without_pictures_and_at_once():
    (read,) = EventStream(EYE).feed(text(CODED), HEARD)
    assert (read.text, read.lane, read.heading, read.confidence) == ("29C067.89", "2", Heading.TOWARDS, 0.91)
    assert (read.said_at, read.session, read.images) == (TAKEN, "", ())


def test_pictures_belong_to_the_event_before_them():
    stream = EventStream(EYE)
    second = LINES.replace("29C 067.89", "29C 067.90")
    told = [*stream.feed(text(LINES) + part("image/jpeg", JPEG) + text(second), HEARD)]
    assert [(read.text, len(read.images)) for read in told] == [("29C067.89", 1)]
    assert stream.holds
    assert [(read.text, read.images) for read in stream.settle()] == [("29C067.90", ())]
    assert not stream.holds


def test_a_later_picture_of_one_group_is_an_update():
    (read,) = reads_of(text(LINES.replace("IndexInGroup=1", "IndexInGroup=2")))
    assert read.revision is Revision.UPDATE


def test_two_events_in_one_part_are_two_reads():
    second = LINES.replace("Events[0]", "Events[1]").replace("29C 067.89", "29C 067.90")
    assert [read.text for read in reads_of(text(LINES + second))] == ["29C067.89", "29C067.90"]


def test_older_firmwares_tell_the_plate_as_an_object():
    old = CODED.replace('"PlateNumber" : "29C067.89", ', "")
    assert [read.text for read in reads_of(text(old))] == ["29C06789"]
    assert reads_of(text(old.replace('"Plate"', '"Vehicle"')))[0].is_unread


@pytest.mark.parametrize("sentinel", ["--", "unlicensed", ""])
def test_what_was_not_read_is_a_vehicle_without_a_plate(sentinel):
    (read,) = reads_of(text(LINES.replace("29C 067.89", sentinel)))
    assert read.is_unread


@pytest.mark.parametrize(
    "other",
    [
        LINES.replace("TrafficJunction", "TrafficParking"),
        CODED.replace("Pulse", "Stop"),
        "Code=VideoMotion;action=Start;index=0",
    ],
)
def test_other_events_are_no_reads(other):
    assert reads_of(text(other)) == []


def test_signs_of_life_are_counted():
    stream = EventStream(EYE)
    assert list(stream.feed(text("Heartbeat") * 3, HEARD)) == []
    assert (stream.alive, stream.garbled) == (3, 0)


@pytest.mark.parametrize(
    "bad",
    [
        b"what is this",
        b"\xff\xfe",
        b'Code=TrafficJunction;action=Pulse;index=0;data={"a":',
        b"Code=TrafficJunction;action=Pulse;index=0;data=[]",
        CODED.replace("1772330403", '"soon"').encode(),
        CODED.replace("1772330403", "1e300").encode(),
        LINES.replace("UTC=1772330403", "UTC=nan").encode(),
        LINES.replace("29C 067.89", "9" * 50).encode(),
        LINES.replace("IndexInGroup=1", "IndexInGroup=x").encode(),
    ],
)
def test_what_is_not_understood_is_counted_and_the_next_is_heard(bad):
    stream = EventStream(EYE)
    told = [*stream.feed(part("text/plain", bad) + text(CODED), HEARD)]
    assert [read.text for read in told] == ["29C067.89"]
    assert stream.garbled == 1
    assert stream.why


def test_deep_data_is_no_danger():
    deep = '{"a":' * 300 + "1" + "}" * 300
    assert reads_of(text(f"Code=TrafficJunction;action=Pulse;index=0;data={deep}"))[0].is_unread


def stream_of(plates: list[str]) -> bytes:
    told = []
    for number, plate in enumerate(plates):
        sighting = Sighting(plate=plate, at=TAKEN)
        told += [text("Heartbeat"), coded_part(sighting, number), *snapshot_parts(sighting, number)]
    return b"".join(told)


STREAM = stream_of(["29C-067.89", "", "桂A12345"])


def in_pieces(data: bytes, cuts: list[int]) -> list[tuple[str, int]]:
    stream, edges = EventStream(EYE), [0, *sorted(cuts), len(data)]
    told = [read for a, b in pairwise(edges) for read in stream.feed(data[a:b], HEARD)]
    return [(read.text, len(read.images)) for read in [*told, *stream.settle()]]


@given(st.lists(st.integers(0, len(STREAM)), max_size=40))
@settings(max_examples=50, deadline=None)
def test_it_does_not_matter_how_the_bytes_arrive(cuts):
    assert in_pieces(STREAM, cuts) == [
        ("29C-067.89", 0), ("29C-067.89", 2), ("", 0), ("", 1), ("桂A12345", 0), ("桂A12345", 2),
    ]  # fmt: skip


# A delimiter is no junk: what follows one is a part.
@given(
    st.binary(max_size=300).filter(lambda junk: b"--myboundary" not in junk),
    st.lists(st.integers(0, 2000), max_size=10),
)
@settings(max_examples=100, deadline=None)
def test_junk_crashes_nothing_and_good_events_after_it_are_found(junk, cuts):
    data = junk + b"\r\n" + part("text/plain", junk) + coded_part(seen(), 1)
    assert in_pieces(data, [min(cut, len(data)) for cut in cuts])[-1] == ("29C-067.89", 0)
