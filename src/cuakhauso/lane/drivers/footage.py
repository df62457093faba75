"""What libav gives of one address, for as long as it answers: pictures, each with its place in time.

Its errors are told in the words of the contracts here, without the password that stands in its address.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import av
import av.container

from cuakhauso.lane.contracts import DeviceFault, Garbled, Refused, Unauthorized, Unreachable
from cuakhauso.lane.jpeg import is_jpeg

from .frame import BOUNDED

Content = bytes | av.VideoFrame
Picture = tuple[Content, float | None]  # and its second in the stream, where that says one

MULTIPART = "mpjpeg"

# What comes from a camera must not make libav open something else, as a playlist could.
ALLOWED = {"rtsp": "rtsp,rtp,tcp", "http": "http,tcp", "https": "https,http,tls,tcp", "file": "file"}
LIVE = {
    "rtsp_transport": "tcp",  # over UDP a busy network loses slices, and grey smears are no evidence
    "allowed_media_types": "video",
    "fpsprobesize": "0",  # nobody asks how many frames a second: that would take 20 of them
    "analyzeduration": "1000000",
    "probesize": "1000000",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a picture comes from. What is said of it never holds the password."""

    url: str
    user: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.scheme not in ALLOWED:
            raise ValueError(f"cannot play {self.scheme}: one of {', '.join(ALLOWED)}")
        if urlsplit(self.url).username is not None:
            raise ValueError("name and password stand beside the address, not in it")

    @property
    def scheme(self) -> str:
        return urlsplit(self.url).scheme

    def with_secret(self) -> str:
        if not self.user:
            return self.url
        who = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        return self.url.replace("://", f"://{who}@", 1)


def opened(address: Address, timeout_s: float) -> av.container.InputContainer:
    """Raises `DeviceFault`."""
    options = {"protocol_whitelist": ALLOWED[address.scheme]} | (LIVE if address.scheme != "file" else {})
    try:
        return av.open(
            address.with_secret(),
            format=MULTIPART if address.scheme.startswith("http") else None,
            options=options,
            timeout=timeout_s,
        )
    except av.FFmpegError as error:
        raise told(error) from nameless(error)


def packets(container: av.container.InputContainer) -> Iterator["av.Packet[Any]"]:
    """What comes, until the stream ends. Raises `DeviceFault`."""
    if not container.streams.video:
        raise Refused("no picture in this stream")
    context = container.streams.video[0].codec_context
    context.thread_count = 1  # a node has few cores and several cameras
    context.options = BOUNDED
    try:
        yield from container.demux(video=0)
    except av.FFmpegError as error:
        raise told(error) from nameless(error)


def pictures(packet: "av.Packet[Any]", *, are_jpegs: bool) -> Iterator[Picture]:
    """Those that are complete with this packet, often none. Raises `Garbled`; the next one may be good."""
    return jpeg_of(packet) if are_jpegs else frames_of(packet)


def jpeg_of(packet: "av.Packet[Any]") -> Iterator[Picture]:
    content = bytes(packet)
    if content and not is_jpeg(content):
        raise Garbled("a part that is no JPEG")
    if content:
        yield content, None  # multipart has no times: libav would only count


def frames_of(packet: "av.Packet[Any]") -> Iterator[Picture]:
    try:
        frames = packet.decode()
    except av.FFmpegError as error:
        raise Garbled("a frame that cannot be decoded") from nameless(error)
    for frame in frames:
        if not isinstance(frame, av.VideoFrame):
            continue
        if frame.is_corrupt:
            raise Garbled("a frame with holes")
        yield frame, frame.time


def told(error: av.FFmpegError) -> DeviceFault:
    if isinstance(error, av.HTTPUnauthorizedError):
        return Unauthorized("wrong name or password")
    if isinstance(error, av.HTTPClientError | av.FileNotFoundError | av.PermissionError):
        return Refused(error.strerror)
    if isinstance(error, av.InvalidDataError):
        return Garbled(error.strerror)
    return Unreachable("no answer in time" if isinstance(error, av.ExitError) else error.strerror)


def nameless(error: av.FFmpegError) -> OSError:
    """The same error without its address, which holds the password."""
    return OSError(error.errno, error.strerror)


@dataclass(slots=True)
class Lateness:
    """How far behind the camera we are: a picture is as late as it took longer than the quickest one.

    Two clocks never run alike, so that the quickest counts a little less every second. Pure."""

    drift: float = 0.001
    _quickest: float | None = None
    _asked: float = 0.0

    def of(self, second: float, heard: float) -> float:
        took = heard - second
        if self._quickest is None:
            self._quickest = took
        else:
            self._quickest = min(took, self._quickest + self.drift * (heard - self._asked))
        self._asked = heard
        return took - self._quickest


@dataclass(slots=True)
class Pace:
    """A file is played as fast as it was taken, not as fast as it can be read."""

    _began: float | None = None

    def ahead(self, second: float) -> float:
        """Seconds to wait before this picture. The first one waits for nothing, wherever it stands."""
        now = time.monotonic()
        if self._began is None:
            self._began = now - second
        return max(0.0, self._began + second - now)
