"""Cameras on the network, by WS-Discovery: a question to all, and whoever is a camera answers.

Pure but for `discover`. What an answer says of its host is not believed: a camera that was moved still tells
its old address. The address it answers from is the one that works.
"""

import asyncio
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree as ElementTree
from defusedxml import DefusedXmlException

from cuakhauso.lane.contracts import Garbled, Unreachable

EVERYBODY = ("239.255.255.250", 3702)
LARGEST = 64 * 1024
MOST = 1000  # cameras: more is somebody playing
PORTS = {"http": 80, "https": 443}
SCOPE = "onvif://www.onvif.org/"
PROBE = """<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"
 xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<s:Header><a:MessageID>{id}</a:MessageID><a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>
<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></s:Header>
<s:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>"""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Found:
    """`name`, `hardware` and `location` are what the camera says of itself, often nothing."""

    host: str
    port: int
    id: str
    name: str = ""
    hardware: str = ""
    location: str = ""


def new_id() -> str:
    return f"urn:uuid:{uuid4()}"


def probe(asked: str) -> bytes:
    return PROBE.format(id=asked).encode()


def matches(datagram: bytes, asked: str, sender: str) -> tuple[Found, ...]:
    """The cameras in one answer to the probe `asked`; none if it answers another one. Raises `Garbled`."""
    try:
        tree = ElementTree.fromstring(datagram, forbid_dtd=True)
        if text_in(tree, "RelatesTo") != asked:
            return ()
        return tuple(found_in(match, sender) for match in tree.iter() if local(match) == "ProbeMatch")
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Garbled("no answer to a probe") from error


def found_in(match: Element, sender: str) -> Found:
    scopes = text_in(match, "Scopes").split()
    return Found(
        host=sender,
        port=port_in(text_in(match, "XAddrs").split(), sender),
        id=text_in(match, "Address"),
        **{word: scoped(scopes, word) for word in ("name", "hardware", "location")},
    )


def port_in(addresses: list[str], sender: str) -> int:
    """Of the address with the sender's host if there is one: a camera with two sockets tells of both."""
    parts = sorted((urlsplit(address) for address in addresses), key=lambda at: at.hostname != sender)
    if not parts:
        raise ValueError("no address")
    return parts[0].port or PORTS.get(parts[0].scheme, PORTS["http"])


def scoped(scopes: list[str], word: str) -> str:
    start = f"{SCOPE}{word}/"
    return next((unquote(scope.removeprefix(start)) for scope in scopes if scope.startswith(start)), "")


def local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def text_in(tree: Element, name: str) -> str:
    """Of the first element of that local name: makers differ in prefixes, and some in namespaces."""
    return next(((found.text or "").strip() for found in tree.iter() if local(found) == name), "")


class _Listener(asyncio.DatagramProtocol):
    def __init__(self, asked: str) -> None:
        self._asked = asked
        self.found: set[Found] = set()
        self.garbled = 0

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        if len(data) > LARGEST or len(self.found) >= MOST:
            return
        try:
            self.found |= set(matches(data, self._asked, str(addr[0])))
        except Garbled:
            self.garbled += 1


async def discover(
    *, wait_s: float = 3.0, to: tuple[str, int] = EVERYBODY, interface: str = ""
) -> tuple[Found, ...]:
    """Who answers within `wait_s`. `interface` is the node's own address in the cameras' network, where it is
    in several. `to` may be one host: some networks carry no multicast. Raises `Unreachable`."""
    asked = new_id()
    try:
        transport, listener = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Listener(asked), sock=asking_socket(interface)
        )
    except OSError as error:
        raise Unreachable(f"no network at {interface}") from error
    try:
        for _ in range(2):  # UDP may lose one
            transport.sendto(probe(asked), to)
            await asyncio.sleep(wait_s / 2)
    finally:
        transport.close()
    return tuple(sorted(listener.found))


def asking_socket(interface: str) -> socket.socket:
    asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        asking.setblocking(False)
        asking.bind((interface, 0))
        if interface:
            asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
    except OSError:
        asking.close()
        raise
    return asking
