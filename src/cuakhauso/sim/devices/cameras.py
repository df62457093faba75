"""Cameras of three makes that push: the bodies that they send, and cameras that send them with httpx.

The bodies are functions, so that a test can have one without a line. `fault` says how a camera fails.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

import httpx

from .faults import Fault
from .pictures import plate_picture, scene_picture

HANOI = timezone(timedelta(hours=7))
ISAPI = "http://www.isapi.org/ver20/XMLSchema"
HIKVISION = "http://www.hikvision.com/ver20/XMLSchema"
PIECE, MOST_SENDS = 2000, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What a camera saw. An empty plate is a vehicle that it could not read; `towards` is to the camera.
    `shows`: the pictures that it took, by kind; without them small grey ones, where nothing can be read."""

    plate: str = "29C-067.89"
    confidence: int = 97
    towards: bool | None = True
    lane: int = 1
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    unique: str = field(default_factory=lambda: str(uuid4()))
    resent: bool = False
    pictures: bool = True
    shows: Mapping[str, bytes] | None = field(default=None, repr=False)

    def images(self) -> dict[str, bytes]:
        if not self.pictures:
            return {}
        if self.shows is not None:
            return dict(self.shows)
        scene = {"vehicle": scene_picture(self.plate)}
        return {"plate": plate_picture(self.plate), **scene} if self.plate else scene


@dataclass(frozen=True, slots=True)
class Body:
    content: bytes = field(repr=False)
    content_type: str


# --- the makers' bodies ----------------------------------------------------------------------------


def hikvision_xml(seen: Sighting, *, namespace: str = HIKVISION, mac: str = "02:00:5e:10:00:01") -> bytes:
    names = {"plate": "licensePlatePicture", "vehicle": "vehiclePicture"}
    direction = {True: "forward", False: "reverse", None: "unknown"}[seen.towards]
    pictures = "".join(
        f"<pictureInfo><fileName>{names[kind]}.jpg</fileName><type>{names[kind]}</type></pictureInfo>"
        for kind in seen.images()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><EventNotificationAlert version="2.0" xmlns="{namespace}">'
        f"<ipAddress>127.0.0.1</ipAddress><macAddress>{mac}</macAddress><channelID>1</channelID>"
        f"<dateTime>{seen.at.astimezone(HANOI).isoformat(timespec='milliseconds')}</dateTime>"
        "<eventType>ANPR</eventType><eventState>active</eventState><ANPR><country>48</country>"
        f"<licensePlate>{escape(seen.plate) or 'unknown'}</licensePlate><line>{seen.lane}</line>"
        f"<direction>{direction}</direction>"
        f"<confidenceLevel>{seen.confidence if seen.plate else 0}</confidenceLevel>"
        f"<vehicleInfo><color>white</color><vehileModel>0</vehileModel></vehicleInfo>"
        f"<pictureInfoList>{pictures}</pictureInfoList></ANPR><UUID>{seen.unique}</UUID>"
        f"<picNum>{len(seen.images())}</picNum>"
        f"<isDataRetransmission>{str(seen.resent).lower()}</isDataRetransmission></EventNotificationAlert>"
    ).encode()


def hikvision_body(seen: Sighting, *, namespace: str = HIKVISION) -> Body:
    names = {"plate": "licensePlatePicture.jpg", "vehicle": "vehiclePicture.jpg"}
    parts = [("anpr.xml", "text/xml", hikvision_xml(seen, namespace=namespace))]
    parts += [(names[kind], "image/jpeg", picture) for kind, picture in seen.images().items()]
    return multipart(parts)


def multipart(parts: list[tuple[str, str, bytes]], boundary: str = "boundary") -> Body:
    content = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        f"Content-Type: {kind}\r\nContent-Length: {len(part)}\r\n\r\n".encode()
        + part
        + b"\r\n"
        for name, kind, part in parts
    )
    return Body(content + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}")


def dahua_body(seen: Sighting, *, device: str = "SIM-ITC-1") -> Body:
    names = {"plate": "CutoutPic", "vehicle": "NormalPic"}
    picture: dict[str, Any] = {
        "Plate": {"PlateNumber": seen.plate or "unlicensed", "Confidence": seen.confidence, "UploadNum": 1},
        "Vehicle": {"VehicleColor": "White", "VehicleType": "Truck"},
        "SnapInfo": {
            "AccurateTime": seen.at.astimezone(HANOI).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
            "Direction": {True: "Obverse", False: "Reverse", None: "Unknown"}[seen.towards],
            "DeviceID": device,
            "LanNo": seen.lane,
        },
    }
    for kind, image in seen.images().items():
        picture[names[kind]] = {"PicName": f"{seen.unique}-{kind}.jpg", "Content": _base64(image)}
    return _json({"Picture": picture})


def axis_body(seen: Sighting, *, car: int = 1, state: str = "new", packet: int = 1) -> Body:
    images = [{"ImageType": kind, "BinaryImage": _base64(image)} for kind, image in seen.images().items()]
    return _json(
        {
            "packetCounter": packet,
            "datetime": seen.at.astimezone(UTC).strftime("%Y%m%d %H%M%S%f")[:-3],
            "plateUTF8": seen.plate,
            "plateCountry": "VNM",
            "plateConfidence": seen.confidence / 100,
            "carState": state,
            "carID": car,
            "carMoveDirection": {True: "in", False: "out", None: "unk"}[seen.towards],
            "roiID": seen.lane,
            "ImageArray": images,
        }
    )


def _json(told: dict[str, Any]) -> Body:
    return Body(json.dumps(told, ensure_ascii=False).encode(), "application/json")


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


# --- and cameras that send them --------------------------------------------------------------------


class PushingCamera:
    """`address` is what an installer types into it, secret and all. `pause` slows a slow body down."""

    def __init__(self, address: str, *, pause: float = 0.05) -> None:
        self.address, self.pause = address, pause
        self.fault = Fault.NONE
        self.client = httpx.AsyncClient(trust_env=False, timeout=20)

    async def close(self) -> None:
        await self.client.aclose()

    async def post(self, body: Body, path: str = "") -> httpx.Response | None:
        """What was answered; none if it was silent."""
        if self.fault is Fault.SILENT:
            return None
        return await self.client.post(
            self.address + path,
            content=self._content(body.content),
            headers={"Content-Type": body.content_type},
        )

    def _content(self, content: bytes) -> bytes | AsyncIterator[bytes]:
        match self.fault:
            case Fault.GARBLED:
                return content[: len(content) // 2]
            case Fault.SLOW:
                return self._slowly(content)
        return content

    async def _slowly(self, content: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(content), PIECE):
            yield content[start : start + PIECE]
            await asyncio.sleep(self.pause)


class HikvisionCamera(PushingCamera):
    """Sends once. `again` is how it sends late what it could not send before."""

    last: Sighting | None = None

    async def push(self, seen: Sighting) -> httpx.Response | None:
        self.last = seen
        return await self.post(hikvision_body(seen))

    async def again(self) -> httpx.Response | None:
        assert self.last is not None
        return await self.push(replace(self.last, resent=True))


class DahuaCamera(PushingCamera):
    """Appends paths of its own, and sends again until it hears `"result":"true"`."""

    async def push(self, seen: Sighting) -> httpx.Response | None:
        answer: httpx.Response | None = None
        for _ in range(MOST_SENDS):
            answer = await self.post(dahua_body(seen), "/NotificationInfo/TollgateInfo")
            if answer is None or _is_content(answer):
                break
        return answer

    async def keep_alive(self) -> httpx.Response | None:
        told = {"Active": "keepAlive", "DeviceID": "SIM-ITC-1"}
        return await self.post(_json(told), "/NotificationInfo/KeepAlive")


class AxisCamera(PushingCamera):
    """Tells one vehicle several times: `texts` are what it read, first to last."""

    cars = packets = 0

    async def push(self, seen: Sighting, *later: str) -> list[httpx.Response | None]:
        self.cars += 1
        told = [
            ("new", replace(seen, towards=None)),
            *(("update", replace(seen, plate=text)) for text in later),
        ]
        told.append(("lost", replace(told[-1][1], pictures=False)))
        return [await self._tell(state, each) for state, each in told]

    async def _tell(self, state: str, seen: Sighting) -> httpx.Response | None:
        self.packets += 1
        return await self.post(axis_body(seen, car=self.cars, state=state, packet=self.packets))


def _is_content(answer: httpx.Response) -> bool:
    try:
        return answer.is_success and answer.json().get("result") == "true"
    except ValueError:
        return False
