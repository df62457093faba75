"""A camera that speaks RTSP with H.264 over its one TCP connection (RFC 2326 §10.12, RFC 6184).

What it shows is made once and repeats for ever; the clock of its pictures runs on."""

import asyncio
import base64
import struct
from itertools import count

from . import scene
from .digest import Guard
from .server import GARBAGE, Mode, Request, Simulator

CLOCK = 90_000  # ticks a second, RFC 6184
LARGEST = 1400  # bytes of payload in one packet
KIND, SOURCE = 96, 0x00C0FFEE
FRAGMENT, FIRST, LAST = 28, 0x80, 0x40
SEQUENCE_SET, PICTURE_SET = 7, 8


def split(unit: bytes) -> list[bytes]:
    """The NAL units of one picture, without their start codes."""
    return [nal for nal in unit.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if nal]


def payloads(nal: bytes) -> list[bytes]:
    """One packet, or several where it does not fit (FU-A)."""
    if len(nal) <= LARGEST:
        return [nal]
    head, body = nal[0], nal[1:]
    parts = [body[at : at + LARGEST] for at in range(0, len(body), LARGEST)]
    marks = [FIRST, *[0] * (len(parts) - 2), LAST]
    return [
        bytes((head & 0xE0 | FRAGMENT, mark | head & 0x1F)) + part
        for mark, part in zip(marks, parts, strict=True)
    ]


def packet(payload: bytes, *, sequence: int, ticks: int, ends_picture: bool) -> bytes:
    """RTP, with the four bytes before it that tell it from the words on the same connection."""
    marked = KIND | (0x80 if ends_picture else 0)
    header = struct.pack(">BBHII", 0x80, marked, sequence & 0xFFFF, ticks & 0xFFFFFFFF, SOURCE)
    return struct.pack(">cBH", b"$", 0, len(header) + len(payload)) + header + payload


class RtspServer(Simulator):
    """`lag_s` puts the pictures' clock ahead of their sending: as if we did not keep up."""

    protocol = "RTSP/1.0"
    garbles_itself = True

    def __init__(self, *, guard: Guard | None = None, fps: int = 20) -> None:
        super().__init__(guard=guard)
        self.fps = fps
        shown = [scene.picture(shade) for shade in (60, 100) for _ in range(fps // 2)]
        self.pictures = scene.units(shown, fps=fps)
        self.lag_s = 0.0

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/live"

    async def serve(self, request: Request, writer: asyncio.StreamWriter) -> None:
        match request.method:
            case "OPTIONS":
                self.say(writer, request, "200 OK", {"Public": "DESCRIBE, SETUP, PLAY, TEARDOWN"})
            case "DESCRIBE":
                self.say(writer, request, "200 OK", {"Content-Type": "application/sdp"}, self._description())
            case "SETUP":
                over = {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1", "Session": "7"}
                self.say(writer, request, "200 OK", over)
            case "PLAY":
                self.say(writer, request, "200 OK", {"Session": "7", "Range": "npt=0.000-"})
                await self._play(writer)
            case _:
                self.say(writer, request, "200 OK", {"Session": "7"})

    def _description(self) -> bytes:
        sets = [n for n in split(self.pictures[0]) if n[0] & 0x1F in (SEQUENCE_SET, PICTURE_SET)]
        known = ",".join(base64.b64encode(nal).decode() for nal in sets)
        lines = [
            "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=gate", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*",
            f"m=video 0 RTP/AVP {KIND}", f"a=rtpmap:{KIND} H264/{CLOCK}",
            f"a=fmtp:{KIND} packetization-mode=1;sprop-parameter-sets={known}", "a=control:track1", "",
        ]  # fmt: skip
        return "\r\n".join(lines).encode()

    async def _play(self, writer: asyncio.StreamWriter) -> None:
        sequence, clock = count(), asyncio.get_running_loop().time
        began = clock()
        for number in count():
            if writer.is_closing() or self.mode is Mode.REFUSED:
                writer.close()
                return
            if self.mode is not Mode.SILENT:
                self._show(writer, number, sequence)
                await writer.drain()
            # By the clock, as cameras are: one that only rested would fall behind its own times.
            due = began + (number + 1) / self.fps
            await asyncio.sleep(self.slow_s if self.mode is Mode.SLOW else max(0.0, due - clock()))

    def _show(self, writer: asyncio.StreamWriter, number: int, sequence: "count[int]") -> None:
        ticks = int((number / self.fps - self.lag_s) * CLOCK) + CLOCK * 60
        nals = split(self.pictures[number % len(self.pictures)])
        if self.mode is Mode.GARBLED:
            nals = [nal[:1] + GARBAGE[: len(nal) - 1] for nal in nals]
        for nal in nals:
            for part, payload in enumerate(parts := payloads(nal)):
                ends = nal is nals[-1] and part == len(parts) - 1
                writer.write(packet(payload, sequence=next(sequence), ticks=ticks, ends_picture=ends))
