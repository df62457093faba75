"""Hikvision ISAPI: a camera that posts an `EventNotificationAlert` with its pictures ("HTTP listening").

The namespace differs between firmwares and is not looked at. The makers' typing errors are part of the wire
format. A camera that read nothing writes `unknown` with confidence 0, and mostly sends one picture.
"""

from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from ..contracts import Garbled, Heading, Image, Manifest, Read
from .multipart import Part, parts_of
from .plates import Mounting, Push, Questions, country_of, plate_of, share

MOST_XML = 1024 * 1024
HEADINGS = {"forward": Heading.TOWARDS, "reverse": Heading.AWAY}
KINDS = {"licenseplate": "plate", "plate": "plate", "vehicle": "vehicle"}

MANIFEST = Manifest(
    name="hikvision",
    makes=("Hikvision iDS/DS-2CD with ANPR",),
    protocol="ISAPI EventNotificationAlert over HTTP, multipart/form-data or XML; asked: MNPR, deviceInfo",
    tested=("cuakhauso.sim.devices.cameras.HikvisionCamera", "curl 7.88 (bodies it composed)"),
    source="ISAPI field captures of an iDS-2CD7A46G0, re-keyed; MNPR as integrators use it (DS-TCG405/406)",
    gives=("plate", "unread", "confidence", "heading", "lane", "pictures", "resent"),
    takes=("look, answered with a read",),
)


def parse(body: bytes, content_type: str, mounting: Mounting, at: datetime) -> tuple[Read, ...]:
    """The read in one push; none for what is no ANPR event. A picture that is no JPEG is left out: the plate
    is worth more. Raises `Garbled`."""
    parts = _parts(body, content_type)
    alert = _alert(parts)
    if _text(alert, "eventType").casefold() != "anpr":
        return ()
    plate = _child(alert, "ANPR")
    if plate is None:
        raise Garbled("an ANPR event without its ANPR element")
    return (_read(alert, plate, parts, mounting, at),)


def _parts(body: bytes, content_type: str) -> tuple[Part, ...]:
    if content_type.casefold().startswith(("application/xml", "text/xml")):
        return (Part({"content-type": "text/xml"}, body),)
    return parts_of(body, content_type)


def _alert(parts: tuple[Part, ...]) -> Element:
    found = [part for part in parts if part.media_type in ("text/xml", "application/xml")]
    # Some firmwares give the XML no type; it comes first.
    part = next(iter(found or parts), None)
    if part is None or len(part.content) > MOST_XML:
        raise Garbled("no XML of a sensible size in the body")
    try:
        root: Element = fromstring(part.content, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:
        raise Garbled(f"no plain XML: {error}") from error
    if _local(root) != "EventNotificationAlert":
        raise Garbled(f"XML of another kind: {_local(root)[:80]}")
    return root


def _read(alert: Element, plate: Element, parts: tuple[Part, ...], mounting: Mounting, at: datetime) -> Read:
    confidence = _confidence(_text(plate, "confidenceLevel"))
    text = plate_of(_text(plate, "licensePlate"))
    is_read = bool(text) and confidence != 0
    address, unique = _text(alert, "macAddress"), _text(alert, "UUID")
    identity = f"{address}/{unique}" if unique else ""
    return Read(
        at=at,
        source=mounting.source,
        subject=mounting.subject,
        text=text if is_read else "",
        confidence=confidence if is_read else None,
        id=identity,
        session=identity,
        heading=mounting.heading(HEADINGS.get(_text(plate, "direction").casefold(), Heading.UNKNOWN)),
        country=country_of(_text(plate, "country")),
        said_at=mounting.moment(_text(alert, "dateTime")),
        images=tuple(_images(plate, parts)),
        lane=_text(plate, "line"),
        resent=_text(alert, "isDataRetransmission").casefold() in ("true", "1"),
    )


def _confidence(said: str) -> float | None:
    if not said:
        return None
    try:
        return share(float(said), 100)
    except ValueError as error:
        raise Garbled(f"a confidence of {said[:40]!r}") from error


def _images(plate: Element, parts: tuple[Part, ...]) -> Iterator[Image]:
    kinds = {
        _text(info, "fileName"): _text(info, "type") for info in plate.iter() if _local(info) == "pictureInfo"
    }
    for part in parts:
        if part.content.startswith(b"\xff\xd8"):
            yield Image(name=part.name, kind=_kind(kinds.get(part.name) or part.name), content=part.content)


def _kind(said: str) -> str:
    """`vehiclePicture.jpg` is the vehicle; what says neither plate nor vehicle shows the scene."""
    return KINDS.get(said.casefold().partition("picture")[0], "scene")


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if _local(child) == name), None)


def _text(element: Element, name: str) -> str:
    found = _child(element, name)
    return "" if found is None else (found.text or "").strip()


def identity(content: bytes) -> str:
    """Model, serial number and firmware. Raises `ValueError`."""
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, LookupError) as error:
        raise ValueError(f"no plain XML: {error}") from error
    if _local(root) != "DeviceInfo":
        raise ValueError(f"XML of another kind: {_local(root)[:80]}")
    return f"{_text(root, 'model')} {_text(root, 'serialNumber')}, firmware {_text(root, 'firmwareVersion')}"


QUESTIONS = Questions(
    who="/ISAPI/System/deviceInfo",
    identity=identity,
    look="/ISAPI/Traffic/MNPR/channels/1",  # manual number plate recognition
    answers_with_read=True,
)
PUSH = Push(manifest=MANIFEST, parse=parse, questions=QUESTIONS)
