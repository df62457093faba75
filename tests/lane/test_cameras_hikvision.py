from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cuakhauso.lane.contracts import Garbled, Heading, Subject
from cuakhauso.lane.drivers.hikvision import parse
from cuakhauso.sim.devices.cameras import ISAPI, hikvision_body, hikvision_xml, multipart

from .cameras_seen import EYE, HEARD, TAKEN, seen

PICTURE = b"\xff\xd8\xff\xe0 a picture \xff\xd9"

# Re-keyed from a field capture of an iDS-2CD7A46G0; values are made up, the maker's typing errors are not.
CAPTURED = """<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
<ipAddress>10.0.0.7</ipAddress><portNo>443</portNo><protocol>HTTPS</protocol>
<macAddress>02:00:5e:aa:bb:cc</macAddress><channelID>1</channelID>
<dateTime>2026-03-01T09:00:03.250+07:00</dateTime><activePostCount>1</activePostCount>
<eventType>ANPR</eventType><eventState>active</eventState><eventDescription>ANPR</eventDescription>
<channelName>IN 1</channelName>
<ANPR><country>48</country><licensePlate> 29C 067.89 </licensePlate><line>2</line>
<direction>reverse</direction><confidenceLevel>93</confidenceLevel>
<plateCharBelieve>99,98,99,97,96,99,95,90</plateCharBelieve><plateType>unknown</plateType>
<plateColor>white</plateColor><licenseBright>0</licenseBright><vehicleType>truck</vehicleType>
<vehicleInfo><index>41</index><color>blue</color><vehicleLogoRecog>1036</vehicleLogoRecog>
<vehileSubLogoRecog>0</vehileSubLogoRecog><vehileModel>0</vehileModel></vehicleInfo>
<pictureInfoList>
<pictureInfo><fileName>licensePlatePicture.jpg</fileName><type>licensePlatePicture</type><dataType>0</dataType>
<absTime>20260301090003250</absTime><plateRect><X>410</X><Y>700</Y></plateRect></pictureInfo>
<pictureInfo><fileName>detectionPicture.jpg</fileName><type>detectionPicture</type></pictureInfo>
</pictureInfoList><originalLicensePlate>29C06789</originalLicensePlate><tailandStateID>255</tailandStateID>
<vehicleListName>otherList</vehicleListName></ANPR>
<UUID>5f1c2d3e-0000-4000-8000-00000000a001</UUID><picNum>2</picNum>
<isDataRetransmission>false</isDataRetransmission><DeviceGPSInfo/></EventNotificationAlert>"""


def told(xml: str, *pictures: tuple[str, bytes]):
    parts = [("anpr.xml", "text/xml", xml.encode()), *((name, "image/jpeg", jpeg) for name, jpeg in pictures)]
    body = multipart(parts)
    return parse(body.content, body.content_type, EYE, HEARD)


def test_a_captured_push_says_all_that_a_read_holds():
    (read,) = told(CAPTURED, ("licensePlatePicture.jpg", PICTURE), ("detectionPicture.jpg", PICTURE))
    assert (read.text, read.confidence, read.lane, read.heading) == ("29C067.89", 0.93, "2", Heading.AWAY)
    assert (read.at, read.said_at, read.source, read.subject) == (HEARD, TAKEN, EYE.source, Subject.PLATE)
    assert read.id == "02:00:5e:aa:bb:cc/5f1c2d3e-0000-4000-8000-00000000a001"
    assert [(image.kind, image.name) for image in read.images] == [
        ("plate", "licensePlatePicture.jpg"),
        ("scene", "detectionPicture.jpg"),
    ]
    assert not read.resent


def test_the_namespace_does_not_matter():
    one, other = (hikvision_body(seen(unique="1"), namespace=each) for each in (ISAPI, "urn:another"))
    assert parse(one.content, one.content_type, EYE, HEARD) == parse(
        other.content, other.content_type, EYE, HEARD
    )


@pytest.mark.parametrize(
    "before_and_after",
    [
        ("<licensePlate> 29C 067.89 </licensePlate>", "<licensePlate>unknown</licensePlate>"),
        ("<confidenceLevel>93</confidenceLevel>", "<confidenceLevel>0</confidenceLevel>"),
        ("<licensePlate> 29C 067.89 </licensePlate>", "<licensePlate/>"),
        ("<licensePlate> 29C 067.89 </licensePlate>", ""),
    ],
)
def test_what_was_not_read_is_a_vehicle_without_a_plate(before_and_after):
    (read,) = told(CAPTURED.replace(*before_and_after))
    assert read.is_unread
    assert read.confidence is None
    assert read.id


def test_a_retransmission_has_the_id_of_the_first_and_says_that_it_is_one():
    first = seen()
    for sighting, is_resent in ((first, False), (replace(first, resent=True), True)):
        body = hikvision_body(sighting)
        (read,) = parse(body.content, body.content_type, EYE, HEARD)
        assert read.id.endswith(first.unique)
        assert read.resent is is_resent


def test_a_camera_that_looks_from_behind_turns_the_heading():
    body = hikvision_body(seen(towards=False))
    (read,) = parse(body.content, body.content_type, replace(EYE, from_behind=True), HEARD)
    assert read.heading is Heading.TOWARDS


def test_xml_alone_is_a_push_without_pictures():
    (read,) = parse(hikvision_xml(seen()), "application/xml; charset=UTF-8", EYE, HEARD)
    assert read.text == "29C-067.89"


def test_an_alert_of_another_kind_is_no_read():
    assert told(CAPTURED.replace("<eventType>ANPR", "<eventType>videoloss")) == ()


def test_a_picture_that_is_no_jpeg_does_not_cost_the_plate():
    (read,) = told(CAPTURED, ("licensePlatePicture.jpg", b"not a picture"))
    assert read.text == "29C067.89"
    assert read.images == ()


ALERT = "<EventNotificationAlert>{}</EventNotificationAlert>"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + ALERT.format("&b;")
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + ALERT.format("&a;")


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        (BOMB, "no plain XML"),
        (FILE, "no plain XML"),
        ("<EventNotificationAlert>", "no plain XML"),
        ('<?xml version="1.0" encoding="x-none"?><a/>', "no plain XML"),
        ("<ResponseStatus/>", "another kind: ResponseStatus"),
        (CAPTURED.replace("ANPR>", "NPR>").replace("<eventType>NPR", "<eventType>ANPR"), "without its ANPR"),
        (CAPTURED.replace("confidenceLevel>93", "confidenceLevel>much"), "confidence of 'much'"),
        (CAPTURED.replace("confidenceLevel>93", "confidenceLevel>101"), "confidence of 101"),
        (CAPTURED.replace("confidenceLevel>93", "confidenceLevel>nan"), "confidence of nan"),
        (CAPTURED.replace("2026-03-01T", "yesterday"), "no moment"),
        (CAPTURED.replace(" 29C 067.89 ", "9" * 60), "60 characters"),
        (" " * (1024 * 1024 + 1), "no XML of a sensible size"),
    ],
)
def test_what_is_not_understood_says_why(xml, why):
    with pytest.raises(Garbled, match=why):
        told(xml)


def test_a_body_that_was_cut_off_is_garbled():
    body = hikvision_body(seen(pictures=True))
    for end in (0, 10, len(body.content) // 2, len(body.content) - 8):
        with pytest.raises(Garbled, match="does not end"):
            parse(body.content[:end], body.content_type, EYE, HEARD)


@given(st.binary(max_size=400), st.text(max_size=60))
@example(b"--\r\n\r\n", "multipart/form-data; boundary=")
@settings(max_examples=150, deadline=None)
def test_junk_raises_nothing_but_garbled(junk, content_type):
    for kind in (content_type, "text/xml", "multipart/form-data; boundary=boundary"):
        with pytest.raises(Garbled):
            parse(junk, kind, EYE, HEARD)


WHOLE = hikvision_body(seen(unique="1"))


@given(st.integers(0, len(WHOLE.content)), st.binary(max_size=30))
@settings(max_examples=150, deadline=None)
def test_a_push_with_junk_in_it_gives_a_read_or_is_garbled(place, junk):
    try:
        reads = parse(WHOLE.content[:place] + junk + WHOLE.content[place:], WHOLE.content_type, EYE, HEARD)
    except Garbled:
        return
    assert len(reads) <= 1
