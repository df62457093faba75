"""A camera that answers ONVIF: what it is, which streams it has, and "here I am" to whoever searches.

Its answers are of our own making, after ONVIF's device and media services (version 10) and WS-Discovery
2005/04. As real ones do, it tells of an address that it does not have: `claims`.
"""

import asyncio
import base64
import hashlib
import socket
from datetime import UTC, datetime, timedelta
from typing import Self
from xml.etree.ElementTree import Element

import defusedxml.ElementTree as ElementTree

from .server import GARBAGE, Mode, Request, Simulator

ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema"
 xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl"
 xmlns:ter="http://www.onvif.org/ver10/error">{head}<s:Body>{body}</s:Body></s:Envelope>"""
FAULT = """<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:{code}</s:Value></s:Subcode>
</s:Code><s:Reason><s:Text xml:lang="en">{words}</s:Text></s:Reason></s:Fault>"""
VERSION = "<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version>"
SPACES = {
    "device": "http://www.onvif.org/ver10/device/wsdl",
    "media": "http://www.onvif.org/ver10/media/wsdl",
}
PROFILE = """<trt:Profiles token="{name}" fixed="true"><tt:Name>{name}</tt:Name>
<tt:VideoEncoderConfiguration token="e-{name}"><tt:Name>e</tt:Name><tt:UseCount>1</tt:UseCount>
<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height>
</tt:Resolution></tt:VideoEncoderConfiguration></trt:Profiles>"""
MEDIA_URI = """<trt:MediaUri><tt:Uri>{uri}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>
<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri>"""
MATCH = """<?xml version="1.0" encoding="UTF-8"?>
<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"
 xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Header><w:RelatesTo>{asked}</w:RelatesTo>
<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</w:Action></e:Header><e:Body>
<d:ProbeMatches><d:ProbeMatch><w:EndpointReference><w:Address>{id}</w:Address></w:EndpointReference>
<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/type/video_encoder
 onvif://www.onvif.org/name/Gate%20camera onvif://www.onvif.org/hardware/SIM-1
 onvif://www.onvif.org/location/lane%202</d:Scopes><d:XAddrs>{addresses}</d:XAddrs>
<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>"""


def local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def first(tree: Element, name: str) -> Element | None:
    return next((found for found in tree.iter() if local(found) == name), None)


def text_of(tree: Element, name: str) -> str:
    found = first(tree, name)
    return (found.text or "") if found is not None else ""


def is_signed(tree: Element, user: str, password: str) -> bool:
    """WS-Security UsernameToken: SHA-1 over nonce, moment and password."""
    nonce, created = base64.b64decode(text_of(tree, "Nonce")), text_of(tree, "Created")
    signed = hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False).digest()
    return text_of(tree, "Username") == user and base64.b64decode(text_of(tree, "Password")) == signed


class OnvifServer(Simulator):
    """`clock` is how wrong its clock is: it refuses who signs by another. An old one knows no GetServices."""

    def __init__(
        self,
        *,
        user: str = "",
        password: str = "",
        claims: str = "192.0.2.64",
        is_old: bool = False,
        gives_stills: bool = True,
        clock: timedelta = timedelta(0),
    ) -> None:
        super().__init__()
        self.user, self.password = user, password
        self.claims, self.is_old, self.gives_stills, self.clock = claims, is_old, gives_stills, clock
        self.wrong = 0
        self.asked: list[str] = []

    async def serve(self, request: Request, writer: asyncio.StreamWriter) -> None:
        tree = ElementTree.fromstring(request.body)
        body = first(tree, "Body")
        assert body is not None
        question = local(body[0])
        self.asked.append(question)
        status, answer = "200 OK", ""
        if question != "GetSystemDateAndTime" and not self._admits(tree):
            self.wrong += 1
            status, answer = "400 Bad Request", fault("NotAuthorized", "Sender not Authorized")
        elif (answer := self._told(question, text_of(body, "ProfileToken"))) == "":
            status, answer = "500 Internal Server Error", fault("ActionNotSupported", "Not implemented")
        said = ENVELOPE.format(head="", body=answer).encode()
        self.say(writer, request, status, {"Content-Type": "application/soap+xml; charset=utf-8"}, said)

    def _admits(self, tree: Element) -> bool:
        if not self.user:
            return True
        created = text_of(tree, "Created")
        if not created or not is_signed(tree, self.user, self.password):
            return False
        return abs(datetime.fromisoformat(created.replace("Z", "+00:00")) - self._now()) < timedelta(
            seconds=30
        )

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.clock

    def _told(self, question: str, token: str) -> str:
        match question:
            case "GetSystemDateAndTime":
                return clock_of(self._now())
            case "GetDeviceInformation":
                return information()
            case "GetServices" if not self.is_old:
                return self._services()
            case "GetCapabilities":
                return self._capabilities()
            case "GetProfiles":
                shown = PROFILE.format(name="main", width=1920, height=1080)
                shown += PROFILE.format(name="sub", width=640, height=360)
                return f"<trt:GetProfilesResponse>{shown}</trt:GetProfilesResponse>"
            case "GetStreamUri":
                return media(
                    "GetStreamUri", f"rtsp://operator:leak@{self.claims}:554/streams/{token}?x=1&amp;y=2"
                )
            case "GetSnapshotUri" if self.gives_stills:
                return media("GetSnapshotUri", f"http://{self.claims}/stills/{token}.jpg")
            case _:
                return ""

    def _address(self, service: str) -> str:
        return f"http://{self.claims}/onvif/{service}_service"

    def _services(self) -> str:
        said = "".join(
            f"<tds:Service><tds:Namespace>{space}</tds:Namespace>"
            f"<tds:XAddr>{self._address(name)}</tds:XAddr>{VERSION}</tds:Service>"
            for name, space in SPACES.items()
        )
        return f"<tds:GetServicesResponse>{said}</tds:GetServicesResponse>"

    def _capabilities(self) -> str:
        can = "<tt:StreamingCapabilities><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities>"
        said = f"<tt:Device><tt:XAddr>{self._address('device')}</tt:XAddr></tt:Device>"
        said += f"<tt:Media><tt:XAddr>{self._address('media')}</tt:XAddr>{can}</tt:Media>"
        inner = f"<tds:Capabilities>{said}</tds:Capabilities>"
        return f"<tds:GetCapabilitiesResponse>{inner}</tds:GetCapabilitiesResponse>"


def fault(code: str, words: str) -> str:
    return FAULT.format(code=code, words=words)


def media(question: str, uri: str) -> str:
    return f"<trt:{question}Response>{MEDIA_URI.format(uri=uri)}</trt:{question}Response>"


def information() -> str:
    said = {
        "Manufacturer": "Nobody",
        "Model": "SIM-1",
        "FirmwareVersion": "1.2.3",
        "SerialNumber": "SN-0042",
        "HardwareId": "7",
    }
    inner = "".join(f"<tds:{name}>{value}</tds:{name}>" for name, value in said.items())
    return f"<tds:GetDeviceInformationResponse>{inner}</tds:GetDeviceInformationResponse>"


def clock_of(now: datetime) -> str:
    hours = (
        f"<tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute><tt:Second>{now.second}</tt:Second>"
    )
    days = f"<tt:Year>{now.year}</tt:Year><tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day>"
    said = "<tt:DateTimeType>Manual</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>"
    said += f"<tt:UTCDateTime><tt:Time>{hours}</tt:Time><tt:Date>{days}</tt:Date></tt:UTCDateTime>"
    inner = f"<tds:SystemDateAndTime>{said}</tds:SystemDateAndTime>"
    return f"<tds:GetSystemDateAndTimeResponse>{inner}</tds:GetSystemDateAndTimeResponse>"


class Announcer(asyncio.DatagramProtocol):
    """Answers probes on loopback, asked directly or by multicast. `addresses` is what it tells of itself."""

    def __init__(self, addresses: str, *, group: str = "") -> None:
        self.addresses, self.group = addresses, group
        self.mode = Mode.GOOD
        self.heard = 0
        self.port = 0

    async def __aenter__(self) -> Self:
        listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((self.group or "127.0.0.1", 0))
        if self.group:
            both = socket.inet_aton(self.group) + socket.inet_aton("127.0.0.1")
            listening.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, both)
        self.port = listening.getsockname()[1]
        self._answers = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._answers.bind(("127.0.0.1", 0))
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=listening)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._transport.close()
        self._answers.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard += 1
        if self.mode is Mode.SILENT:
            return
        asked = text_of(ElementTree.fromstring(data), "MessageID")
        if self.mode is Mode.GARBLED:
            self._answers.sendto(GARBAGE[:500], addr)
        else:
            said = MATCH.format(asked=asked, id="urn:uuid:4f5a-sim-0001", addresses=self.addresses)
            self._answers.sendto(said.encode(), addr)
