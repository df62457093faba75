"""Cameras that are asked: who they are, and to look now. Each answers in its maker's own form, behind digest.

`sees` is what stands before it. What is read when told to look is answered (Hikvision) or pushed (Dahua).
"""

import asyncio
import json

from .cameras import Body, DahuaCamera, Sighting, hikvision_xml, multipart
from .digest import Guard
from .server import Request, Simulator

OK = "200 OK"


class Asked(Simulator):
    def __init__(self, *, guard: Guard | None = None, sees: Sighting | None = None) -> None:
        super().__init__(guard=guard)
        self.sees = sees or Sighting()
        self.looks = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def tell(self, writer: asyncio.StreamWriter, request: Request, body: Body) -> None:
        self.say(writer, request, OK, {"Content-Type": body.content_type}, body.content)

    def refuse(self, writer: asyncio.StreamWriter, request: Request) -> None:
        self.say(writer, request, "404 Not Found")


class AskedHikvision(Asked):
    async def serve(self, request: Request, writer: asyncio.StreamWriter) -> None:
        match request.method, request.target:
            case "GET", "/ISAPI/System/deviceInfo":
                told = (
                    '<?xml version="1.0" encoding="UTF-8"?>'
                    '<DeviceInfo version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">'
                    "<deviceName>lane</deviceName><model>SIM-TCG-1</model><serialNumber>SIM0001</serialNumber>"
                    "<firmwareVersion>V5.2.0</firmwareVersion></DeviceInfo>"
                )
                self.tell(writer, request, Body(told.encode(), "application/xml"))
            case "GET", "/ISAPI/Traffic/MNPR/channels/1":
                self.looks += 1
                names = {"plate": "licensePlatePicture.jpg", "vehicle": "detectionPicture.jpg"}
                pictures = [(names[kind], "image/jpeg", it) for kind, it in self.sees.images().items()]
                self.tell(
                    writer,
                    request,
                    multipart([("mnpr.xml", "text/xml", hikvision_xml(self.sees)), *pictures]),
                )
            case _:
                self.refuse(writer, request)


class AskedDahua(Asked):
    """`camera` is its pushing half."""

    camera: DahuaCamera | None = None

    async def serve(self, request: Request, writer: asyncio.StreamWriter) -> None:
        match request.target:
            case "/cgi-bin/magicBox.cgi?action=getSystemInfo":
                told = "deviceType=31\r\nprocessor=SIM\r\nserialNumber=SIM0002\r\nupdateSerial=SIM-ITC-1\r\n"
                self.tell(writer, request, Body(told.encode(), "text/plain"))
            case "/cgi-bin/trafficSnap.cgi?action=manSnap&channel=1":
                self.looks += 1
                self.tell(writer, request, Body(b"OK\r\n", "text/plain"))
                await writer.drain()
                if self.camera:
                    await self.camera.push(self.sees)
            case _:
                self.refuse(writer, request)


class AskedAxis(Asked):
    async def serve(self, request: Request, writer: asyncio.StreamWriter) -> None:
        asked = json.loads(request.body or b"{}")
        if request.target != "/axis-cgi/basicdeviceinfo.cgi" or asked.get("method") != "getAllProperties":
            return self.refuse(writer, request)
        known = {"Brand": "AXIS", "ProdNbr": "SIM-1", "SerialNumber": "SIM0003", "Version": "11.11.1"}
        told = {"apiVersion": "1.3", "data": {"propertyList": known}}
        self.tell(writer, request, Body(json.dumps(told).encode(), "application/json"))
