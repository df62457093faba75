"""Dahua ITSAPI: a traffic camera that posts JSON to `/NotificationInfo/TollgateInfo`, and a sign of life to
`/NotificationInfo/KeepAlive`. It sends again until the answer says `"result":"true"`.

The pull variant, the event stream, is in `dahua_events.py` (bytes) and `dahua_stream.py` (the line).
"""

from datetime import datetime

import msgspec

from ..contracts import Garbled, Heading, Image, Manifest, Read
from .bodies import decoded, images_of
from .plates import Mounting, Push, Questions, country_of, plate_of, share

# "Obverse" is a vehicle seen from its front: it comes to the camera.
HEADINGS = {
    **dict.fromkeys(("obverse", "head", "approach", "forward"), Heading.TOWARDS),
    **dict.fromkeys(("reverse", "tail", "leave", "backward"), Heading.AWAY),
}

MANIFEST = Manifest(
    name="dahua",
    makes=("Dahua ITC",),
    protocol="ITSAPI push over HTTP: TollgateInfo and KeepAlive, JSON; asked: manSnap, getSystemInfo",
    tested=("cuakhauso.sim.devices.cameras.DahuaCamera",),
    source="ITSAPI field captures, re-keyed",
    gives=("plate", "unread", "confidence", "heading", "lane", "pictures"),
    takes=("look, then pushed",),
)


class PlateSaid(msgspec.Struct):
    PlateNumber: str = ""
    Confidence: float | None = None
    Region: str | None = None
    IsExist: bool = True


class SnapSaid(msgspec.Struct):
    """`LanNo` is the maker's spelling."""

    AccurateTime: str = ""
    DeviceID: str = ""
    Direction: str = ""
    LanNo: int | str = ""


class Jpeg(msgspec.Struct):
    PicName: str = ""
    Content: str = ""


class PictureSaid(msgspec.Struct):
    Plate: PlateSaid
    SnapInfo: SnapSaid = msgspec.field(default_factory=SnapSaid)
    NormalPic: Jpeg | None = None
    VehiclePic: Jpeg | None = None
    CutoutPic: Jpeg | None = None


class Tollgate(msgspec.Struct):
    """What either address is sent; a sign of life has no picture."""

    Picture: PictureSaid | None = None
    Active: str | None = None
    DeviceID: str | None = None


def parse(body: bytes, content_type: str, mounting: Mounting, at: datetime) -> tuple[Read, ...]:
    """The read in one push; none for a sign of life. The content type is not looked at: firmwares differ, and
    it is JSON or nothing. Raises `Garbled`."""
    told = decoded(body, Tollgate)
    if told.Picture is not None:
        return (_read(told.Picture, mounting, at),)
    if told.Active is None and told.DeviceID is None:
        raise Garbled("JSON with neither a picture nor a sign of life")
    return ()


def _read(told: PictureSaid, mounting: Mounting, at: datetime) -> Read:
    plate, snap = told.Plate, told.SnapInfo
    text = plate_of(plate.PlateNumber) if plate.IsExist else ""
    return Read(
        at=at,
        source=mounting.source,
        subject=mounting.subject,
        text=text,
        confidence=confidence_of(plate.Confidence) if text else None,
        id=_identity(told),
        session=_identity(told),
        heading=mounting.heading(heading_of(snap.Direction)),
        country=country_of(plate.Region or ""),
        said_at=mounting.moment(snap.AccurateTime.strip()),
        images=_images(told),
        lane=str(snap.LanNo),
    )


def confidence_of(said: float | None) -> float | None:
    """Of a hundred. Some firmwares go to 255 instead: what is above a hundred says nothing that we know."""
    return None if said is None or said > 100 else share(said, 100)


def heading_of(said: str) -> Heading:
    return HEADINGS.get(said.strip().casefold(), Heading.UNKNOWN)


def _identity(told: PictureSaid) -> str:
    """The maker has no number for a push. One that is sent again repeats its time and picture name."""
    snap, name = told.SnapInfo, told.NormalPic.PicName if told.NormalPic else ""
    return f"{snap.DeviceID}/{snap.AccurateTime}/{name}" if snap.AccurateTime else ""


def _images(told: PictureSaid) -> tuple[Image, ...]:
    kinds = (("scene", told.NormalPic), ("vehicle", told.VehiclePic), ("plate", told.CutoutPic))
    return tuple(
        image for kind, jpeg in kinds if jpeg for image in images_of(jpeg.PicName, kind, jpeg.Content)
    )


def identity(content: bytes) -> str:
    """Model and serial number, from lines `name=value`. Raises `ValueError`."""
    lines = content.decode(errors="replace").splitlines()
    told = {name.strip(): value.strip() for name, _, value in (line.partition("=") for line in lines)}
    if not (model := told.get("updateSerial") or told.get("deviceType")):
        raise ValueError("no deviceType in what came")
    return f"{model} {told.get('serialNumber', '')}".strip()


QUESTIONS = Questions(
    who="/cgi-bin/magicBox.cgi?action=getSystemInfo",
    identity=identity,
    look="/cgi-bin/trafficSnap.cgi?action=manSnap&channel=1",
)
PUSH = Push(
    manifest=MANIFEST,
    parse=parse,
    questions=QUESTIONS,
    answer=b'{"result":"true"}',
    answer_type="application/json",
)
