"""Axis License Plate Verifier: an application on the camera that posts JSON, several times for one vehicle.

NEW as soon as a plate is seen (its direction is not known then), UPDATE when text or direction changed, LOST
some ten seconds after the plate was last seen. `carID` is the same throughout; the text may change.
"""

import re
from datetime import UTC, datetime, timedelta

import msgspec

from ..contracts import Garbled, Heading, Image, Manifest, Read, Revision
from .bodies import decoded, images_of
from .multipart import Part, parts_of
from .plates import Mounting, Push, Questions, country_of, plate_of, share

REVISIONS = {
    "new": Revision.NEW,
    "update": Revision.UPDATE,
    "updated": Revision.UPDATE,
    "lost": Revision.LOST,
}
HEADINGS = {"in": Heading.TOWARDS, "out": Heading.AWAY}
KINDS = {"plate": "plate", "vehicle": "vehicle", "mmrcrop": "vehicle"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# YYYYMMDD HHMMSSFFF, and an offset that may be missing
WRITTEN = re.compile(r"(\d{8}) ?(\d{6})(\d{3})? ?([+-]\d{4})?")

MANIFEST = Manifest(
    name="axis",
    makes=("Axis with License Plate Verifier", "FF Group"),
    protocol="License Plate Verifier push over HTTP, JSON alone or multipart",
    tested=("cuakhauso.sim.devices.cameras.AxisCamera",),
    source="VAPIX License plate verifier API; JSON fields of protocol 1.6",
    gives=("plate", "confidence", "heading", "revisions", "pictures"),
    takes=(),  # its API has no way to make it read now
)


class Picture(msgspec.Struct):
    ImageType: str = ""
    BinaryImage: str = ""


class Seen(msgspec.Struct):
    """`packetCounter` begins anew when the camera does."""

    carID: int | str
    carState: str
    plateUTF8: str | None = None
    plateUnicode: str | None = None
    plateText: str | None = None
    plateCountry: str | None = None
    plateConfidence: float | None = None
    carMoveDirection: str | None = None
    datetime: str | None = None
    capture_timestamp: int | None = None
    packetCounter: int | str | None = None
    roiID: int | str | None = None
    ImageArray: list[Picture] = []


def parse(body: bytes, content_type: str, mounting: Mounting, at: datetime) -> tuple[Read, ...]:
    """The read in one push. Raises `Garbled`."""
    parts = _parts(body, content_type)
    told = decoded(parts[0].content, Seen)
    if told.carState.casefold() not in REVISIONS:
        raise Garbled(f"a vehicle that is neither new, updated nor lost: {told.carState[:40]!r}")
    return (_read(told, parts[1:], mounting, at),)


def _parts(body: bytes, content_type: str) -> tuple[Part, ...]:
    """The JSON first, then what pictures came beside it."""
    if not content_type.casefold().startswith("multipart/"):
        return (Part({}, body),)
    parts = parts_of(body, content_type)
    told = [part for part in parts if not part.media_type.startswith("image/")]
    if len(told) != 1:
        raise Garbled(f"{len(told)} parts that are no picture, where one is the JSON")
    return (told[0], *(part for part in parts if part is not told[0]))


def _read(told: Seen, pictures: tuple[Part, ...], mounting: Mounting, at: datetime) -> Read:
    text = plate_of(_text(told))
    heading = HEADINGS.get((told.carMoveDirection or "").casefold(), Heading.UNKNOWN)
    return Read(
        at=at,
        source=mounting.source,
        subject=mounting.subject,
        text=text,
        confidence=_confidence(told.plateConfidence) if text else None,
        id=_identity(told),
        session=str(told.carID),
        revision=REVISIONS[told.carState.casefold()],
        heading=mounting.heading(heading),
        country=country_of(told.plateCountry or ""),
        said_at=_moment(told, mounting),
        images=_images(told, pictures),
        lane="" if told.roiID is None else str(told.roiID),
    )


def _text(told: Seen) -> str:
    said = (told.plateUTF8, told.plateUnicode, told.plateText)
    text = next((text for text in said if text is not None), None)
    if text is None:
        raise Garbled("a vehicle without any of the fields that hold a plate")
    return text


def _confidence(said: float | None) -> float | None:
    """A share in some versions, of a hundred in others; 1 is certain, as a hundredth is never sent."""
    return None if said is None else share(said, 1 if said <= 1 else 100)


def _identity(told: Seen) -> str:
    """Only with a time: counters begin anew with the camera."""
    stamp = told.capture_timestamp or told.datetime
    return f"{told.carID}/{told.carState.casefold()}/{stamp}/{told.packetCounter}" if stamp else ""


def _moment(told: Seen, mounting: Mounting) -> datetime | None:
    if told.capture_timestamp is not None:
        return _since_1970(told.capture_timestamp)
    if told.datetime is None:
        return None
    if not (found := WRITTEN.fullmatch(told.datetime.strip())):
        return mounting.moment(told.datetime.strip())
    day, time, milliseconds, offset = found.groups()
    # Without an offset it is UTC, says the protocol; a configured zone says otherwise.
    return mounting.moment(f"{day}T{time}.{milliseconds or '000'}{offset or ('' if mounting.zone else 'Z')}")


def _since_1970(milliseconds: int) -> datetime:
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise Garbled(f"no moment: {milliseconds}") from error


def _images(told: Seen, pictures: tuple[Part, ...]) -> tuple[Image, ...]:
    inside = [
        image
        for picture in told.ImageArray
        for image in images_of(picture.ImageType, _kind(picture.ImageType), picture.BinaryImage)
    ]
    beside = [
        Image(name=part.name, kind=_kind(part.name), content=part.content)
        for part in pictures
        if part.content.startswith(b"\xff\xd8")
    ]
    return (*inside, *beside)


def _kind(said: str) -> str:
    return KINDS.get(said.casefold().partition(".")[0], "scene")


class Properties(msgspec.Struct):
    Brand: str
    ProdNbr: str
    SerialNumber: str = ""
    Version: str = ""


class Listed(msgspec.Struct):
    propertyList: Properties


class DeviceInfo(msgspec.Struct):
    data: Listed


def identity(content: bytes) -> str:
    """Raises `ValueError`."""
    try:
        told = decoded(content, DeviceInfo).data.propertyList
    except Garbled as error:
        raise ValueError(str(error)) from error
    return f"{told.Brand} {told.ProdNbr} {told.SerialNumber}, firmware {told.Version}"


QUESTIONS = Questions(
    who="/axis-cgi/basicdeviceinfo.cgi",
    method="POST",
    json={"apiVersion": "1.0", "method": "getAllProperties"},
    identity=identity,
)
PUSH = Push(manifest=MANIFEST, parse=parse, questions=QUESTIONS)
